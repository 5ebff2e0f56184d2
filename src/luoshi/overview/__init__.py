"""The city at a glance: the dashboard, a unit seen by its supervisors, what waits for a leader."""

"""The programming interface: what the pages do, for other systems, under the same policies (docs/api.md)."""

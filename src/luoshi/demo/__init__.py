"""The demo city: built through the services, with texts of its own; its accounts are marked as such."""

"""Backups: the database and its files as of one moment, checked when made and when brought back."""

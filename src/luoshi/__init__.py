"""Luoshi (落实): rules in, accountable work out."""

__version__ = "0.1.0"

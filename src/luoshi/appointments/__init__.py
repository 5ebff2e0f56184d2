"""Appointments and removals, and what becomes of a body's name."""

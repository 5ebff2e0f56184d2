"""Changing rules in this installation: drafted, checked, tried on what happened, approved by another, in force from a day."""

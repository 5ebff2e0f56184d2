"""Data of this app: roles and permissions, and the bodies of the trial city."""

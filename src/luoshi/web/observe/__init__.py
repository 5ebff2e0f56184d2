"""What an operator sees of the running system: log lines, slow statements, figures; never personal data."""

"""A plan's division of work read from a file: checked first, then loaded whole."""

"""Reading the hotline: lists, duplicates, what the public sees, search."""

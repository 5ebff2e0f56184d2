"""What an office changes by itself: categories, working hours, templates, channels."""

"""What an office changes by itself: bodies, people, categories, channels, texts, working time."""

"""The public portal: hand in, follow, rate, and read what was published."""

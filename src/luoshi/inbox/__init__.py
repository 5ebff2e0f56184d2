"""Messages in the page: what happened that somebody should know, read or unread."""

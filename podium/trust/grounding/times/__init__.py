"""Days and hours: those of the request, of what was read, and what follows from both."""

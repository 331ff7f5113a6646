"""Which of the things that were read the request means."""

"""States, switches and words of closed lists: which of them the request means."""

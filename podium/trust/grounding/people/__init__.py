"""Whom the request means: who is written to, let in, told, and who is only spoken of."""

"""Amounts and numbers: what they belong to, and what follows from them."""

"""Stored content: its store, and the way from the gateways to it."""

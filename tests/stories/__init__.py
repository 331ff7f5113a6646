"""Whole stories, told line by line: `make story-...`."""

"""Worlds, tasks and attacks: what a hijacked agent gets done, with and without Podium."""

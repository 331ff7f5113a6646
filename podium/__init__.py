"""Podium: the control plane from which one engineer conducts a fleet of AI agents."""

__version__ = "0.1.0"

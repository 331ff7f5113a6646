"""Scripted stand-ins, called that: agents that play a part, and a tool server for them to use."""

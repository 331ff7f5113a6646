"""A first policy for a tool server, out of the definitions that it gives of its tools."""

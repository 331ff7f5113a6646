"""What a task has read, and how values in it are found and compared."""

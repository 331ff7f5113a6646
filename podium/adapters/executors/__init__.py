"""Where programs of tasks run: `process`, on this machine; `fake`, nowhere."""

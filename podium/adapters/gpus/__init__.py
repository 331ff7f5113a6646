"""GPUs of this machine."""

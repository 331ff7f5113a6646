"""What all tests share."""

from hypothesis import settings

# A busy machine is not a fault: no property has to hold within a time.
settings.register_profile("podium", deadline=None)
settings.load_profile("podium")

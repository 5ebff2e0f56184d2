"""No test of the engines asserts a timing: hypothesis' deadline is off."""

from hypothesis import settings

settings.register_profile("engines", deadline=None)
settings.load_profile("engines")

"""The tables."""

from luoshi.assessment.models.standing import Standing

__all__ = ["Standing"]

"""Which blocks of a page are its article."""

from harvester.content.choice import Choice, choose

__all__ = ["Choice", "choose"]

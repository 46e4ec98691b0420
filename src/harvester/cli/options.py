"""Values of options that several commands take."""

import click

from harvester.models import PAGE_TYPES, USUAL_TYPES

ALL = "all"


def page_types(_context: click.Context, _option: click.Parameter, value: str | None) -> frozenset[str]:
    """Return the types of "article,forum" or "all"; the usual ones where nothing is said."""
    if value is None:
        return USUAL_TYPES
    names = frozenset(name.strip().lower() for name in value.split(","))
    if names == {ALL}:
        return frozenset(PAGE_TYPES)
    if unknown := sorted(names.difference(PAGE_TYPES)):
        raise click.BadParameter(f"{', '.join(map(repr, unknown))}: known are {', '.join(PAGE_TYPES)}, or {ALL}")
    return names

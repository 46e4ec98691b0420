"""Values of options that several commands take."""

from typing import Final, get_args

import click

from harvester.models import PAGE_TYPES, USUAL_TYPES
from harvester.rendering.format_names import READABLE
from harvester.store.datasets.layout import Form

ALL: Final = "all"
FORMS: Final = (*get_args(Form), *READABLE)  # in which articles are written

front_matter_option = click.option(
    "--front-matter/--no-front-matter", default=True, help="Whether Markdown begins with the fields, as YAML."
)

comments_option = click.option("--comments", is_flag=True, help="Also read what readers wrote below the article.")


def page_types(_context: click.Context, _option: click.Parameter, value: str | None) -> frozenset[str]:
    """Return the types of "article,forum" or "all"; the usual ones where none is given."""
    if value is None:
        return USUAL_TYPES
    names = frozenset(name.strip().lower() for name in value.split(","))
    if names == {ALL}:
        return frozenset(PAGE_TYPES)
    if unknown := sorted(names.difference(PAGE_TYPES)):
        raise click.BadParameter(f"{', '.join(map(repr, unknown))}: known are {', '.join(PAGE_TYPES)}, or {ALL}")
    return names

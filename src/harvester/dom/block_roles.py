"""What being inside an element means for a block: its role, its level, its path."""

from typing import Final, NamedTuple

from harvester.dom import html_tags
from harvester.models import Role

# Sectioning elements begin anew: a paragraph of an <article> inside an <li> is no list item.
FRESH: Final = frozenset({"article", "section", "aside", "main", "td", "th", "header", "footer", "nav", "form"})
SHAPING: Final = FRESH.union(
    html_tags.HEADINGS,
    html_tags.ITEMS,
    html_tags.QUOTES,
    html_tags.CAPTIONS,
    html_tags.CONTROLS,
    html_tags.PREFORMATTED,
    html_tags.LISTS,
)
_MAX_PATH_CHARS: Final = 240  # pages nest 10 to 30 deep; hostile ones thousands, and paths would fill the memory


class Shape(NamedTuple):
    """What being inside an element means for a block."""

    role: Role
    level: int | None
    item: int  # the innermost list item's element; -1: none
    lists: int  # how many lists deep


ROOT: Final = Shape(Role.PARAGRAPH, None, -1, 0)


def path_below(above: str, tag: str) -> str:
    """Return the tags down to an element of `tag`; of many only the innermost ones, of endless ones the beginning."""
    if len(above) > _MAX_PATH_CHARS and above.count(" > ") > 1:
        above = f"… > {above.split(' > ', 2)[2]}"
    tag = tag[:_MAX_PATH_CHARS]
    return f"{above} > {tag}" if above else tag


def shape_inside(outer: Shape, tag: str, index: int) -> Shape:
    """Return what being inside `tag` means, given what its container meant."""
    role, level, item, lists = outer.role, outer.level, outer.item, outer.lists
    if tag in html_tags.HEADINGS:
        role, level = Role.HEADING, html_tags.HEADINGS[tag]
    elif tag in html_tags.ITEMS:
        role, level, item = Role.LIST_ITEM, max(lists, 1), index
    elif tag in html_tags.QUOTES:
        role, level = Role.QUOTE, None
    elif tag in html_tags.CAPTIONS:
        role, level = Role.CAPTION, None
    elif tag in html_tags.CONTROLS:
        role, level = Role.CONTROL, None
    elif tag in html_tags.PREFORMATTED:
        role, level = Role.CODE, None
    elif tag in FRESH:
        role, level, item = Role.PARAGRAPH, None, -1
    return Shape(role, level, item, lists + (tag in html_tags.LISTS))

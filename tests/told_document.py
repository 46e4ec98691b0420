"""What two readings of a page are compared by."""

from typing import Any

from harvester.models import Document


def told(document: Document) -> tuple[Any, ...]:
    """Return all that a page says, with the markup that it was read from."""
    markup = document.markup
    assert markup is not None
    blocks = [(*block[:-1], block.trace and block.trace[1:]) for block in document.blocks]
    head = document.title, document.lang, document.base, document.metas, document.links, document.scripts
    return blocks, document.elements, head, document.images, list(markup.tokens), markup.places, markup.standins

"""Pictures at their places, and the captions that are left of others."""

from collections.abc import Iterator, Sequence
from typing import Final

from harvester.metadata import marked_credit, part_credit
from harvester.models import Block, Document, Figure, Kept, Part, Picture, Removed, Role, TextBlock
from harvester.rules.kind_names import KindName
from harvester.rules.lexicon import Lexicon
from harvester.structure.formulas import is_formula
from harvester.structure.link_targets import resource_url
from harvester.structure.markup_tokens import attributes_of, container
from harvester.structure.placements import BlockPlaces, Order, PlacedBlock

MAX_FIGURES: Final = 500  # a gallery has some hundred
_CAPTION_KINDS: Final = frozenset({KindName.CAPTION, KindName.PHOTO_CREDIT})
_HELD: Final = ("<table", "<blockquote", "<pre")  # a caption beside one of them is its own
_CAPTION: Final = Part.CAPTION  # by a name of its own: Python looks the members of an enum up slowly


def figures_of(
    document: Document, pictures: Sequence[Picture], base: str | None, page: BlockPlaces
) -> Iterator[PlacedBlock]:
    """Yield the pictures of the article at their places, each once."""
    seen: set[str] = set()
    for picture in pictures[:MAX_FIGURES]:
        tag, image = picture.tag, picture.image
        url = resource_url(base, image.url) or (image.url if base is None else None)
        if picture.name in seen or url is None or _is_formula_tag(document, tag.place):
            continue
        seen.add(picture.name)
        figure = Figure(url, image.alt, tag.width, tag.height, image.caption, image.credit)
        yield PlacedBlock(_order(page, tag.place, tag.block), TextBlock(Role.FIGURE, "", figure=figure))


def _order(page: BlockPlaces, place: int, block: int) -> Order:
    return page.order(place) if place >= 0 else Order(block, -1, place)


def _is_formula_tag(document: Document, place: int) -> bool:
    if document.markup is None or place < 0 or not document.markup.tokens[place].startswith("<img"):
        return False
    return is_formula(attributes_of(document.markup.tokens[place]))


def captions_left(
    document: Document, pictures: Sequence[Picture], page: BlockPlaces, lexicon: Lexicon
) -> Iterator[PlacedBlock]:
    """Yield figures without a picture for the captions that belong to none: of a dump, of what a script shows."""
    told = {number for picture in pictures for number in picture.told}
    run: list[int] = []
    for number in range(page.last + 1) if document.markup is None else page.text:
        block = document.blocks[number]
        if _is_caption(block) and number not in told and _is_left(block, document):
            if run and number != run[-1] + 1:
                yield _figure(document.blocks, run, lexicon)
                run = []
            run.append(number)
    if run:
        yield _figure(document.blocks, run, lexicon)


def _is_caption(block: Block) -> bool:
    verdict = block.verdict
    if isinstance(verdict, Kept):
        return verdict.part is _CAPTION
    return isinstance(verdict, Removed) and verdict.kind in _CAPTION_KINDS


def _is_credit(block: Block) -> bool:
    return isinstance(block.verdict, Removed) and block.verdict.kind == KindName.PHOTO_CREDIT


def _is_left(block: Block, document: Document) -> bool:
    """Return whether a caption in the midst of the text is one of a picture of the article that is not there."""
    if document.markup is None:
        return True
    if block.trace is None:
        return False
    markup = block.trace.markup
    figure = container(markup, block.trace.element, frozenset({"figure", "table"}))
    if figure is None:
        return isinstance(block.verdict, Kept)
    if markup.elements[figure].tag == "table":
        return False
    first = markup.places[figure]
    inside = markup.tokens[first + 2 : block.trace.spots[0] : 2] if block.trace.spots else []
    return not any(token.startswith(_HELD) for token in inside)


def _figure(blocks: Sequence[Block], run: Sequence[int], lexicon: Lexicon) -> PlacedBlock:
    """Return the figure of captions and credits that follow each other."""
    caption, credit = None, None
    for number in run:
        text = " ".join(blocks[number].text.split())
        found, named = marked_credit(blocks[number], lexicon) or part_credit(text, None, lexicon)
        if named is None and _is_credit(blocks[number]):
            found, named = None, text
        caption = found if caption is None else f"{caption} {found}" if found else caption
        credit = credit or named
    figure = Figure(caption=caption, credit=credit)
    return PlacedBlock(Order(run[0], 0, 0), TextBlock(Role.FIGURE, "", lang=blocks[run[0]].lang, figure=figure))

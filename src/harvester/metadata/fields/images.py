"""The article's pictures with caption and credit, the lead first; no logos, portraits of authors, pixels."""

import re
from collections.abc import Collection, Iterable, Iterator
from functools import lru_cache
from itertools import islice
from typing import Final

from harvester.metadata.evidence import FieldReading, evidence, value_of
from harvester.metadata.fields.description import read_description
from harvester.metadata.lookup import container_names as called
from harvester.metadata.lookup.byline_labels import labelled_names
from harvester.metadata.lookup.json_ld import as_list
from harvester.metadata.lookup.page_index import key_of, one_line
from harvester.metadata.lookup.picture_credits import (
    MAX_BARE_CREDIT_CHARS,
    MAX_CREDIT_CHARS,
    is_bare_credit,
    marked_credit,
    part_credit,
    without_label,
)
from harvester.metadata.lookup.picture_lines import is_set_apart, says_alt, says_when, stands_behind
from harvester.metadata.lookup.regions import is_of_foreign_kind, removed_as
from harvester.metadata.lookup.structured_data import ArticleLookups, absolute
from harvester.metadata.place_trust import PlaceTrust
from harvester.models import Block, Image, ImageTag, Picture, Removed, Role
from harvester.rules.kind_names import KindName
from harvester.rules.lexicon import Lexicon
from harvester.rules.markup_rules import name_words
from harvester.urls import file_name

# How often the record of the article has the same lead picture; those of the page alone by their names, 53 of 63.
TRUST: Final = PlaceTrust(
    {
        "meta:og:image, page": 2.8,
        "json-ld:image, page": 2.8,
        "meta": 0.9,
        "json-ld": 0.9,
        "page": 1.6,
    }
)
MAX_IMAGES: Final = 40
MAX_LOOKED_AT: Final = 500  # of the text; some are the same picture in another size
MIN_SIDE_PIXELS: Final = 100  # smaller is an icon, an avatar or a counting pixel
BLOCKS_TO_CAPTION: Final = 2
BLOCKS_BEFORE_HEADLINE: Final = 4
_SAME_CHARS: Final = 60  # folded, from which on a line is the page's description, which may be cut or go on
# An id in a file's name, with the number of the picture where several share the id.
_NUMBER: Final = re.compile(
    r"[0-9a-f-](?<![0-9a-z][0-9a-f-])(?=[0-9a-f-]{7})(?:(?<=[0-9])|(?=[a-f-]*[0-9]))[0-9a-f-]{7,}(?![0-9a-z])(?:_\d{1,3}(?=\.))?"
)
_MAX_BESIDE_NAME_CHARS: Final = 20
_NO_WORDS: Final = re.compile(r"[\W\d]+(?:\w{1,4})?")  # the time of a byline below a portrait: "17:06 Uhr"
_OTHER_SIZE: Final = re.compile(r"[-_]?\d{2,4}x\d{2,4}|[-_]scaled")
_SIZE: Final = re.compile(r"(?=\d)(?<!\d)(\d{1,4})x(\d{1,4})(?!\d)")


def read_pictures(lookups: ArticleLookups) -> tuple[Picture, ...]:
    """Return the pictures that are in the article or beside its headline, in the order of the page."""
    return tuple(islice(_printed(lookups), MAX_LOOKED_AT))


def without_portraits(pictures: tuple[Picture, ...], authors: Collection[str], lexicon: Lexicon) -> tuple[Picture, ...]:
    """Return the pictures but those that markup calls by the name of an author, and that no caption tells of."""
    names = tuple(map(str.casefold, authors))
    return tuple(picture for picture in pictures if not _is_portrait(picture.image, names, lexicon))


def _is_portrait(image: Image, names: Iterable[str], lexicon: Lexicon) -> bool:
    """Return whether it shows an author: "Ada Holm", "Ada Holm, SWR", "Portrait of Ada Holm"."""
    if not image.alt or (image.caption and not _NO_WORDS.fullmatch(image.caption)):
        return False
    alt = image.alt.casefold()
    return any(alt == name or _is_of(alt, name, lexicon) for name in names)


def _is_of(alt: str, name: str, lexicon: Lexicon) -> bool:
    """Return whether a text is a name of several words and little beside it, and does not say who made the picture."""
    before, found, behind = alt.partition(name)
    if not found or " " not in name or len(before) + len(behind) > _MAX_BESIDE_NAME_CHARS:
        return False
    if before[-1:].isalnum() or behind[:1].isalnum():  # "Ada Holmberg"
        return False
    made_by = tuple(f" {link}" for link in lexicon.words("images.firm_credit_links"))  # "Painting by Ada Holm"
    return not (before.rstrip().endswith(made_by) or is_bare_credit(alt, lexicon))


def read_images(lookups: ArticleLookups, pictures: Iterable[Picture]) -> FieldReading[tuple[Image, ...]] | None:
    """Return the article's pictures: the one that the page's records lead with, then those in the text."""
    images: dict[str, Image] = {}
    places: dict[str, list[str]] = {}
    printed = ((picture.image, picture.name, "page") for picture in pictures)
    for image, key, place in (*_recorded(lookups), *printed):
        known = images.get(key)
        images[key] = (
            image
            if known is None
            else Image(
                known.url,
                known.caption or image.caption,
                known.credit or image.credit,
                known.alt or image.alt,
            )
        )
        places.setdefault(key, []).append(place)
    found = tuple(images.values())[:MAX_IMAGES]
    if not found:
        return None
    origin = ", ".join(dict.fromkeys(next(iter(places.values()))))
    return FieldReading(found, (evidence("images", found[0].url, origin),))


def picture_key(url: str) -> str:
    """Return what two addresses of one picture share: the file's name without its size."""
    name = file_name(url)
    number = _NUMBER.search(name)
    if number is not None:
        return number[0]
    is_sized = "x" in name or "scaled" in name
    return (_OTHER_SIZE.sub("", name) if is_sized else name).lower() or url


def _recorded(lookups: ArticleLookups) -> Iterator[tuple[Image, str, str]]:
    """Yield the lead picture that records name, its key and where: og:image, else the image of the JSON-LD."""
    urls = [
        (value, f"meta:{name}")
        for name in ("og:image", "og:image:secure_url", "twitter:image")
        for value in lookups.metas.get(name, ())[:1]
    ]
    alt = next((text for name in ("og:image:alt", "twitter:image:alt") for text in lookups.metas.get(name, ())), None)
    found = [(Image(url, alt=alt), place) for url, place in urls[:1]] or [
        (image, "json-ld:image") for image in islice(_described(lookups), 1)
    ]
    for image, place in found:
        url = absolute(lookups, image.url)
        if url is not None and not _is_no_content(url, lookups.lexicon):
            yield Image(url, image.caption, image.credit, image.alt), picture_key(url), place


def _described(lookups: ArticleLookups) -> Iterator[Image]:
    """Yield the images of the article's JSON-LD, with their captions and credits there."""
    for item in as_list(lookups.value("image")):
        node = lookups.resolve(item)
        if node is None:
            yield from (Image(url) for url in [item] if isinstance(url, str))
            continue
        url = node.get("url") or node.get("contentUrl")
        caption, credit = (next(lookups.texts(node.get(key)), None) for key in ("caption", "creditText"))
        if isinstance(url, str):
            yield Image(url, caption, without_label(credit, lookups.lexicon) if credit else None)


def _printed(lookups: ArticleLookups) -> Iterator[Picture]:
    first, last = _article_range(lookups)
    for image in lookups.document.images:
        if first <= image.block <= last and _is_content(lookups, image):
            url = absolute(lookups, image.url)
            if url is not None:
                caption, credit, told = _caption(lookups, image)
                yield Picture(image, Image(url, caption, credit, image.alt or None), told, picture_key(url))


def _article_range(lookups: ArticleLookups) -> tuple[int, int]:
    """Return the first and last block a picture of the article may be before."""
    blocks = lookups.document.blocks
    kept = lookups.page_index.kept
    start = lookups.headline if lookups.headline is not None else (kept[0] if kept else 0)
    prose = kept or tuple(
        index
        for index, block in enumerate(blocks)
        if block.role is Role.PARAGRAPH and len(block.text) > MIN_SIDE_PIXELS
    )
    return start - BLOCKS_BEFORE_HEADLINE, _before_next(lookups, start, (prose[-1] if prose else len(blocks)) + 1)


def _before_next(lookups: ArticleLookups, start: int, last: int) -> int:
    """Return `last`, or the block where a second article begins: another headline of the first level."""
    blocks = lookups.document.blocks
    if lookups.headline is None or blocks[lookups.headline].level != 1:
        return last
    others = (index for index in lookups.page_index.headings if index > start and blocks[index].level == 1)
    removed = (index for index in others if isinstance(blocks[index].verdict, Removed))
    return min(last, next(removed, last))


def _is_content(lookups: ArticleLookups, image: ImageTag) -> bool:
    width, height = image.width, image.height
    if (width is not None and width < MIN_SIDE_PIXELS) or (height is not None and height < MIN_SIDE_PIXELS):
        return False
    if _is_named_small(image.url) or _is_no_content(image.url, lookups.lexicon):
        return False
    if lookups.page_index.names.within(image.element, 2) & called.NOT_CONTENT:
        return False
    return image.element not in lookups.foreign and not _is_of_foreign_block(lookups, image)


def _is_named_small(url: str) -> bool:
    """Return whether a file's name gives a small side: "by-nd-88x31.png"; a long address names crops, no picture."""
    match = _SIZE.search(file_name(url)) if "x" in url else None
    return match is not None and (int(match[1]) < MIN_SIDE_PIXELS or int(match[2]) < MIN_SIDE_PIXELS)


def _is_of_foreign_block(lookups: ArticleLookups, image: ImageTag) -> bool:
    """Return whether the picture is in the container of a block that a rule removed: a QR code, a card."""
    blocks = lookups.document.blocks
    if not 0 <= image.block < len(blocks):
        return False
    block = blocks[image.block]
    if _claims_picture(block):
        return False
    if not (is_of_foreign_kind(block, lookups.lexicon) or removed_as(block, KindName.QR_CODE)):
        return False
    return image.element == block.element or _parent(lookups, image.element) == _parent(lookups, block.element)


def _parent(lookups: ArticleLookups, element: int) -> int:
    elements = lookups.document.elements
    return elements[element].parent if 0 <= element < len(elements) and elements[element].tag != "body" else element


@lru_cache(maxsize=1024)  # a picture stands on the page more than once, and in its records
def _is_no_content(url: str, lexicon: Lexicon) -> bool:
    """Return whether a file's name calls it a logo, an icon, a pixel: "site-logo.png", "granitelogo.gif"."""
    name = file_name(url)
    words = name_words(name)
    if not name.islower():
        words |= name_words(name.lower())  # "siteLogo.png", "SITE_LOGO.png"
    if not words.isdisjoint(lexicon.class_words["not_content"]):
        return True
    return "logo" in url.lower() and any(word.endswith("logo") for word in words)


def _caption(lookups: ArticleLookups, image: ImageTag) -> tuple[str | None, str | None, tuple[int, ...]]:
    """Return caption and credit of the blocks that are under the picture, and which blocks these are."""
    figure = _figure(lookups, image.element)
    texts: list[str] = []
    told: list[int] = []
    credit: str | None = None
    for index in range(max(image.block, 0), min(image.block + BLOCKS_TO_CAPTION + 1, len(lookups.document.blocks))):
        block = lookups.document.blocks[index]
        if figure is not None and _figure(lookups, block.element) != figure:
            break
        is_caption, is_credit = _is_caption(lookups, block), _is_credit(lookups, block)
        if index == image.block and not (is_caption or is_credit):
            is_credit = stands_behind(image, block) and is_bare_credit(block.text, lookups.lexicon)
            is_caption = not is_credit and (is_set_apart(image, block) or _is_printed_alt(lookups, image, block))
        parts = marked_credit(block, lookups.lexicon) if is_caption or is_credit else None
        if parts is not None and (figure is not None or not texts):
            texts += filter(None, parts[:1])
            credit = credit or parts[1]
            told.append(index)
        elif is_credit:
            credit = credit or without_label(block.text, lookups.lexicon)
            told.append(index)
        elif is_caption and _tells(lookups, block) and (figure is not None or not texts):
            texts.append(one_line(block))
            told.append(index)
        elif figure is None:  # inside a figure, counters and buttons may stand between
            break
    return *part_credit(" ".join(texts), credit, lookups.lexicon), tuple(told)


def _is_printed_alt(lookups: ArticleLookups, image: ImageTag, block: Block) -> bool:
    """Return whether a line is a caption by the alternative text; some systems set the page's description there."""
    if not says_alt(image, block):
        return False
    about, said = value_of(read_description(lookups)), key_of(block.text)
    return about is None or not key_of(about).startswith(said[:_SAME_CHARS])


def _tells(lookups: ArticleLookups, block: Block) -> bool:
    """Return whether a line may be about a picture: it is no byline, and no time."""
    return not labelled_names(block.text, lookups.lexicon) and not says_when(block)


def _figure(lookups: ArticleLookups, element: int) -> int | None:
    return lookups.page_index.names.nearest(element, called.FIGURE)


def _is_caption(lookups: ArticleLookups, block: Block) -> bool:
    if block.role is Role.CAPTION or removed_as(block, KindName.CAPTION, KindName.PHOTO_CREDIT):
        return True
    if isinstance(block.verdict, Removed):
        return False
    return bool(lookups.page_index.names.own(block.element) & called.CAPTION)


def _is_credit(lookups: ArticleLookups, block: Block) -> bool:
    """Return whether a block is a credit and nothing else; a longer one is a caption with its credit at the end."""
    if len(block.text) > MAX_CREDIT_CHARS or block.role is Role.HEADING:
        return False
    if removed_as(block, KindName.SOURCE_CREDIT) or _claims_picture(block):
        return True
    if lookups.page_index.names.own(block.element) & called.CREDIT:
        return True
    if not removed_as(block, KindName.PHOTO_CREDIT):
        return False
    caption, credit = part_credit(block.text, None, lookups.lexicon)
    return caption is None or (credit is None and len(block.text) <= MAX_BARE_CREDIT_CHARS)


def _claims_picture(block: Block) -> bool:
    """Return whether a line behind a picture says whose it is: "© AFP"."""
    is_short = len(block.text) <= MAX_BARE_CREDIT_CHARS and block.text.startswith("©")
    return is_short and removed_as(block, KindName.COPYRIGHT_NOTICE)

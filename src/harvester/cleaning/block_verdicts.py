"""The verdict of each block, and which of them are the headline, the standfirst, and a note on the author."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Final

from harvester.boilerplate.label_by_site_rules import SiteLabels
from harvester.content import Choice
from harvester.metadata.lookup.text_flow import is_in_flow
from harvester.models import Block, Document, Kept, Metadata, Part, Removed, Role, Verdict, all_judged, text_numbers
from harvester.rules.kind_names import KindName
from harvester.rules.lexicon import Lexicon
from harvester.text import COLONS, ends_sentence, fold, is_salutation

TEXT: Final = Kept(Part.TEXT)
_CAPTION: Final = Kept(Part.CAPTION)
_HEADING: Final = Role.HEADING  # by a name of its own: Python looks the members of an enum up slowly
_AUTHOR_NOTE: Final = Removed(KindName.AUTHOR_BIO, "form:begins with the author's name")
_SIGNED: Final = Removed(KindName.BYLINE_META, "form:the author's name alone")
_MIN_NAME: Final = 6  # folded characters; shorter ones begin other words, too
_MAX_NAME: Final = 120  # characters, marks before it included
_MAX_CAPTION: Final = 300  # characters; a longer line is a paragraph
_MAX_CAPTIONS: Final = 0.3  # of the text; a page of pictures is told by its captions
_GREETING: Final = 3  # blocks at its beginning, of which one greets whom a letter is to
_TAIL: Final = 3  # blocks at the end of the text that may tell who wrote it
_LEAST_SIGNED: Final = 2  # blocks of a text with a name below: two lines may be a saying and who said it
_HEAD: Final = 2  # blocks at its beginning that may: a caption may stand above the name


def verdicts(
    blocks: tuple[Block, ...],
    choice: Choice,
    labels: Mapping[int, Removed],
    by_site: Mapping[int, str],
    quoted: Collection[int] = (),
) -> tuple[Block, ...]:
    """Return the blocks with their verdicts: the rules' word first, then the content step's.

    `quoted`: captions that are paragraphs, because they say whom a quote is from.
    """
    if quoted:
        blocks = tuple(one._replace(role=Role.PARAGRAPH) if at in quoted else one for at, one in enumerate(blocks))
    said: list[Verdict | None] = [Removed(KindName.NOT_CONTENT, f"content:{choice.method}")] * len(blocks)
    caption = Role.CAPTION  # once: Python looks the members of an enum up slowly
    for index in choice.blocks:
        said[index] = _CAPTION if blocks[index].role is caption else TEXT
    for index in choice.blocks & by_site.keys():
        said[index] = Kept(Part.CAPTION if blocks[index].role is caption else Part.TEXT, by_site[index])
    for index, label in labels.items():
        said[index] = label
    return all_judged(blocks, said)


def with_parts(
    document: Document, metadata: Metadata, by_site: SiteLabels, *, parts_standfirst: bool = True
) -> list[Block]:
    """Return the blocks with the headline and standfirst set apart from the text, unless a rule of the site forbids.

    `parts_standfirst`: whether a standfirst leaves the text that it was chosen for. The first post of a thread, what a
    list begins with and what is said of a product are text as all that follows.
    """
    blocks = document.blocks
    title, subtitle = fold(metadata.title or ""), fold(metadata.subtitle or "")
    longest = _longest(title, subtitle)
    parts = list(blocks)
    for at in _captions(blocks, metadata):
        parts[at] = _as_part(blocks[at], Part.CAPTION)
    for at, block in enumerate(blocks):
        if at in by_site.removed:
            continue
        text = fold(block.text) if len(block.text) <= longest or block.is_h1 else ""
        says_subtitle = text != "" and text == subtitle and (parts_standfirst or not block.is_text)
        if _is_title(block, text, title) or (at in by_site.titles and text == title):
            parts[at] = _as_part(block, Part.TITLE)
        elif says_subtitle and not is_in_flow(document, at) and not _is_whole_text(blocks, at):
            parts[at] = _as_part(block, Part.SUBTITLE)
        elif block.is_text and block.role is not _HEADING:  # what says the subtitle behind it is said by the text
            for below in _titles_behind(blocks, at, title) - by_site.removed.keys():
                parts[below] = _as_part(blocks[below], Part.TITLE)
            break
    return parts


def _titles_behind(blocks: Sequence[Block], first: int, title: str) -> set[int]:
    """Return the h1s of the text that say the title behind its first paragraph: below "Updated in April"."""
    h1s = [at for at in range(first + 1, len(blocks)) if blocks[at].level == 1 and blocks[at].is_h1] if title else ()
    return {at for at in h1s if blocks[at].is_text and fold(blocks[at].text) == title}


def _longest(*folded: str) -> int:
    """Return how many characters a block has at most that says one of the folded texts: with its blanks and marks."""
    return 2 * max(map(len, folded)) + 40


def without_said_subtitle(metadata: Metadata, blocks: Sequence[Block]) -> Metadata:
    """Return the metadata without a subtitle that the text says: it is a paragraph or a heading of it."""
    subtitle = fold(metadata.subtitle or "")
    longest = _longest(subtitle)
    if not subtitle or any(isinstance(one.verdict, Kept) and one.verdict.part is Part.SUBTITLE for one in blocks):
        return metadata
    if not any(block.is_text and len(block.text) <= longest and fold(block.text) == subtitle for block in blocks):
        return metadata
    evidence = tuple(replace(one, chosen=one.chosen and one.field != "subtitle") for one in metadata.evidence)
    return replace(metadata, subtitle=None, evidence=evidence)


def with_header_lines(blocks: Sequence[Block], header: Collection[int], subtitle: str | None) -> list[Block]:
    """Return the blocks with the lines of the header in the text that nothing has taken out and no field has.

    A summary made of the text's own sentences is said there.
    """
    parts = list(blocks)
    if header:
        said = "\0".join([fold(subtitle or ""), *(fold(block.text) for block in blocks if block.is_text)])
        left = [at for at in header if _is_unchosen(blocks[at]) and fold(blocks[at].text) not in said]
        for at in left:
            parts[at] = blocks[at].judged(TEXT)
    return parts


def _is_unchosen(block: Block) -> bool:
    """Return whether a block is out because nothing chose it: no rule has a word for it."""
    return isinstance(block.verdict, Removed) and block.verdict.kind == KindName.NOT_CONTENT


def _captions(blocks: Sequence[Block], metadata: Metadata) -> list[int]:
    """Return the lines kept as text that pictures have as caption or credit; none where they are most of the text."""
    told = {at for picture in metadata.pictures for at in picture.told}
    found = [at for at in told if blocks[at].is_text and len(blocks[at].text) <= _MAX_CAPTION]
    found = [at for at in found if blocks[at].role is not Role.HEADING]
    chars = sum(len(blocks[at].text) for at in found)
    is_gallery = chars > _MAX_CAPTIONS * sum(len(block.text) for block in blocks if block.is_text) if found else False
    return [] if is_gallery else found


def without_author_note(blocks: Sequence[Block], authors: Collection[str], lexicon: Lexicon) -> list[Block]:
    """Return the blocks without the paragraphs at the end of the text that are about its authors, and without names.

    They begin with the name of an author, who is not spoken of before: then the article is about that person. Short
    news has no such paragraph, but it may be signed. A letter ends with the name of who wrote it, as a part of it. At
    the beginning, too, a paragraph may be nothing but the name.
    """
    names = [name for name in map(fold, authors) if name]
    text = text_numbers(blocks) if names else []
    is_short = len(text) <= 2 * _TAIL
    tail = text[_LEAST_SIGNED:][-1:] if is_short else text[-_TAIL:]
    notes = {at: name for at in tail if (name := _begins_with(blocks[at], names))}
    if is_short:
        notes = {at: name for at, name in notes.items() if _is_name(blocks[at], name) and not blocks[at].link_chars}
    if notes and any(is_salutation(blocks[at].text, lexicon.salutations) for at in text[:_GREETING]):
        notes = {at: name for at, name in notes.items() if ends_sentence(blocks[at].text)}
    head = () if is_short else text[:_HEAD]
    signed = {at for at in head if (name := _begins_with(blocks[at], names)) and _is_name(blocks[at], name)}
    if not notes and not signed:
        return list(blocks)
    before = "\0".join(fold(blocks[at].text) for at in text if at not in notes and at not in signed) if notes else ""
    told = dict.fromkeys(signed, _SIGNED) | {
        at: _SIGNED if _is_name(blocks[at], name) else _AUTHOR_NOTE for at, name in notes.items() if name not in before
    }
    told |= {at: _AUTHOR_NOTE for above, at in pairwise(text[-_TAIL:]) if above in told and _goes_on(blocks, above, at)}
    return [block.judged(told[at]) if at in told else block for at, block in enumerate(blocks)]


def _goes_on(blocks: Sequence[Block], above: int, at: int) -> bool:
    """Return whether a line goes on in the next block: a sentence parted by a blank line, an address behind a name."""
    is_open = at == above + 1 and not ends_sentence(blocks[above].text)
    return is_open and (blocks[at].text[0].islower() or blocks[at].text.startswith("@"))


def _begins_with(block: Block, names: Iterable[str]) -> str | None:
    """Return the name that a paragraph begins with, unless a rule of its site keeps it."""
    is_kept_by_site = isinstance(block.verdict, Kept) and block.verdict.rule is not None
    if is_kept_by_site or block.role not in (Role.PARAGRAPH, Role.QUOTE):
        return None
    text = fold(block.text[:_MAX_NAME])
    return next((name for name in names if text == name or _starts(text, name)), None)


def _is_name(block: Block, name: str) -> bool:
    """Return whether a block is nothing but a name; behind one with a colon that person speaks."""
    return fold(block.text) == name and not block.text.endswith(COLONS)


def _starts(text: str, name: str) -> bool:
    return len(name) >= _MIN_NAME and text.startswith(name)


def _is_whole_text(blocks: Sequence[Block], at: int) -> bool:
    """Return whether there is no other text: news in one paragraph is described by the whole of it."""
    if not blocks[at].is_text:
        return False
    return not any(block.is_text and block.role is not Role.HEADING for block in (*blocks[:at], *blocks[at + 1 :]))


def _as_part(block: Block, part: Part) -> Block:
    return block.judged(Kept(part, block.verdict.rule if isinstance(block.verdict, Kept) else None))


def _is_title(block: Block, text: str, title: str) -> bool:
    """Return whether a block is the headline: the title itself, or an h1 that holds it with a kicker or section."""
    if not text or not title or not (isinstance(block.verdict, Kept) or block.is_h1):
        return False
    return text == title or (block.is_h1 and (title in text or text in title))

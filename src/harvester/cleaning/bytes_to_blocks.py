"""Bytes to blocks: decoded, refused where a parser would hang, parsed; languages added, known lines split off."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Final

from harvester.boilerplate import cuts_by, split_lines
from harvester.decode import Decoded, read_text
from harvester.dom import (
    MAX_BLOCKS,
    TooManyBlocksError,
    read_document,
    refuse_hostile,
    trim_attributes,
    with_parted_headings,
)
from harvester.errors import ParserLimit, Reason
from harvester.metadata.block_languages import in_languages
from harvester.models import Document, Page
from harvester.outline import prose_up_to
from harvester.rules.load import Rules
from harvester.rules.site_rules import SiteRules, wanted_of
from harvester.script_data_article import with_embedded_body

# With less visible prose than this there is no article to see; a page that hides one shows it by a script.
_MIN_VISIBLE_PROSE: Final = 140
# And with less than this, it may show a teaser of what its data holds.
_MIN_WHOLE_PROSE: Final = 1_100


def safe_html(page: Page) -> Decoded:
    """Return the page's markup; raises InputError and ParserLimit."""
    subject = page.address or "the page"
    html = read_text(page.body, page.header("content-type"), subject)
    try:
        refuse_hostile(html.markup, subject)
    except ParserLimit:
        html = replace(html, markup=trim_attributes(html.text))
        refuse_hostile(html.markup, subject)
    return html


@contextmanager
def refusing(address: str | None) -> Iterator[None]:
    """Raise ParserLimit where the page turns out to have more blocks than an article has."""
    try:
        yield
    except TooManyBlocksError as error:
        words = f"has over {error}, which no article has; split the page"
        raise ParserLimit(address or "the page", Reason.PARSER_LIMIT, words) from error


def read_page(html: str | bytes, rules: Rules, site: SiteRules | None = None) -> Document:
    """Return the parsed page, each block with its language and each known line a block of its own.

    `html` is its text, or that as UTF-8. Hidden text, frames of a saved page, and the body that a script would fill in,
    are read where there is hardly any other. What the rules of its site name is looked up. Raises TooManyBlocksError
    where there are more blocks than an article has.
    """
    wanted = wanted_of(site) if site else None
    cuts = cuts_by(rules)
    document = read_document(html, cut_of=cuts, is_bounded=True, wanted=wanted)
    prose = prose_up_to(document.blocks, _MIN_WHOLE_PROSE)
    if prose < _MIN_VISIBLE_PROSE:
        revealed = read_document(html, reveal_hidden=True, is_bounded=True, wanted=wanted)
        if (revealed_prose := prose_up_to(revealed.blocks, _MIN_WHOLE_PROSE)) > 2 * prose:
            document, prose = revealed, revealed_prose
    if prose < _MIN_WHOLE_PROSE and (b"srcdoc" in html if isinstance(html, bytes) else "srcdoc" in html):
        framed = read_document(html, cut_of=cuts, is_bounded=True, reveal_framed=True, wanted=wanted)
        if (framed_prose := prose_up_to(framed.blocks, 2 * _MIN_WHOLE_PROSE)) > 2 * prose:
            document, prose = framed, framed_prose
    if prose < _MIN_WHOLE_PROSE:
        document = with_embedded_body(document)
    document = with_languages(with_parted_headings(document), rules)
    if len(document.blocks) > MAX_BLOCKS:  # lines and the body from a script are blocks, too
        raise TooManyBlocksError(f"{MAX_BLOCKS:,} blocks of text")
    return document


def with_languages(document: Document, rules: Rules) -> Document:
    """Return the document, each block with its language and each known line a block of its own."""
    document = document.with_blocks(in_languages(document.blocks, document.lang, rules.lexicon))
    return split_lines(document, rules)

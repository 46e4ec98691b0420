"""A page's bytes to a verdict on every block: the steps in their order, which carries meaning."""

from dataclasses import replace
from typing import Final

from harvester.boilerplate import (
    boxes_of_others,
    closing_days,
    label_places,
    label_site,
    labels_of_lists,
    links_alike,
    named_boxes,
    picture_captions,
    picture_labels,
    protected_blocks,
    quote_captions,
    repeated_blocks,
    signatories,
    threads_by_structure,
    unnamed_threads,
)
from harvester.boilerplate.label_by_markup import is_final
from harvester.boilerplate.label_by_text import Surroundings
from harvester.cleaning.block_verdicts import (
    verdicts,
    with_header_lines,
    with_parts,
    without_author_note,
    without_said_subtitle,
)
from harvester.cleaning.bytes_to_blocks import read_page, refusing, safe_html, with_languages
from harvester.cleaning.judged_page import Judged, Opinions
from harvester.cleaning.line_labels import label_texts
from harvester.cleaning.resources import Loaded, rules_digest
from harvester.content import (
    Choice,
    Told,
    choose,
    is_hardly_article,
    is_likely_article,
    is_no_article,
    is_one_text,
    read_page_type,
    recorded_steps,
    says_things_again,
    whole_body,
)
from harvester.content.site_choice import corrected, placed_by_all
from harvester.decode import Decoded
from harvester.errors import InputError, Reason
from harvester.metadata import read_metadata
from harvester.models import Document, Evidence, Metadata, Page, Removed, SiteMemory
from harvester.outline import Outline
from harvester.plain_text_dumps import read_dump
from harvester.rules.kind_names import KindName
from harvester.rules.load import Rules
from harvester.rules.site_rules import SiteRules
from harvester.site_memory import known_blocks
from harvester.text import fold

# Of the folded headlines: each line of a wording is looked for in them.
_MAX_HEADLINE_CHARS: Final = 20_000


def judge_page(page: Page, by: Loaded, memory: SiteMemory | None, site: SiteRules | None = None) -> Judged:
    """Return the page with a verdict on every block; raises InputError and ParserLimit."""
    rules = by.rules
    html = safe_html(page)
    with refusing(page.address):
        document = read_page(html.markup, rules, site)
    outline = Outline(document)
    placed = label_places(outline, rules)
    page_type = read_page_type(outline, placed, page.address, by.types, rules.lexicon)
    apart = boxes_of_others(outline, rules.lexicon, page_type) if is_no_article(outline, page_type) else {}
    if not is_hardly_article(page_type):
        apart |= unnamed_threads(outline, placed, rules.lexicon)
    listed = recorded_steps(outline, rules)
    if listed:
        placed = {at: label for at, label in placed.items() if at not in listed or is_final(label)}
    told = Told(placed, page_type, apart, listed)
    choice = choose(outline, told, rules, by.blocks)
    opinions = _settled_choice(outline, choice, told, rules, site)
    # Asked after the classifier, which has not learned to read pages with holes: told before, it kept more teasers.
    known = known_blocks(document, opinions.choice.doubts, memory) if memory else {}
    opinions = replace(opinions, known=known) if known else opinions
    judged, metadata = _judge(outline, opinions, page, rules)
    digest, mended = rules_digest(rules, choice.model, by.types), _with_note(metadata, html)
    return Judged(
        judged, mended, opinions.choice, digest, rules.lexicon, page_type, memory=memory, site=site, outline=outline
    )


def _settled_choice(outline: Outline, choice: Choice, told: Told, rules: Rules, site: SiteRules | None) -> Opinions:
    """Return the choice with what rules protect, what is of the places, and what the site's rules make of both."""
    document = outline.document
    standing = {at: label for at, label in told.apart.items() if at not in choice.blocks}
    standing |= {at: label for at, label in told.placed.items() if at not in choice.overruled}
    standing |= picture_captions(outline, choice.blocks)
    body = whole_body(outline)
    if body is None and is_likely_article(told.page_type):
        standing |= named_boxes(outline, rules.lexicon, choice.blocks, choice.doubts)
        standing |= links_alike(outline.document.blocks, choice.blocks, rules.lexicon)
        standing = picture_labels(outline, rules, choice.blocks, choice.doubts) | standing  # others know its kind
    quoted = quote_captions(outline, rules.lexicon, choice.blocks - standing.keys()) if body is None else frozenset()
    if quoted:
        choice = replace(choice, blocks=choice.blocks | quoted)
        standing = {at: label for at, label in standing.items() if at not in quoted}
    kept = protected_blocks(outline, rules, choice.blocks, standing)
    if is_likely_article(told.page_type):
        kept |= labels_of_lists(outline, rules, choice.blocks, standing)
    kept |= closing_days(outline, rules, choice.blocks, standing)
    kept |= signatories(outline, rules, choice.blocks, standing)
    if body is not None:
        kept = body - standing.keys()
        choice = replace(choice, blocks=kept)
    choice = choice if kept <= choice.blocks else replace(choice, blocks=choice.blocks | kept)
    standing = {at: label for at, label in standing.items() if at not in kept}
    said = label_site(document, site)
    if site is not None:
        choice, standing = corrected(choice, standing, said), placed_by_all(standing, said)
        kept = (kept - said.removed.keys()) | said.kept.keys()
    threads = threads_by_structure(outline, choice.blocks)
    return Opinions(choice, standing, {}, kept, threads, told.page_type, said, quoted)


def judge_dump(text: str, page: Page, rules: Rules) -> Judged:
    """Return a plain-text dump with a verdict on every block; raises InputError where it is empty."""
    if not text.strip():
        raise InputError(page.address or "the text", Reason.EMPTY_INPUT, "the file is empty; save the page again")
    document = with_languages(read_dump(text), rules)
    title = next((at for at, block in enumerate(document.blocks) if block.is_h1), -1)
    body = frozenset(range(title + 1, len(document.blocks)))
    section = Removed(KindName.SECTION_LABEL, "dump:first line")
    placed = dict.fromkeys(range(title), section)
    choice = Choice(body, frozenset(), {}, "dump", 1.0, None)
    judged, metadata = _judge(Outline(document), Opinions(choice, placed, {}), page, rules)
    return Judged(judged, metadata, choice, rules_digest(rules, None, None), rules.lexicon)


def _with_note(metadata: Metadata, html: Decoded) -> Metadata:
    """Return the metadata with the note that the text was mended, may be garbled, or is not read as it is labelled."""
    if html.is_mended:
        said = "utf-8 that was read as windows-1252 and saved again: mended"
    elif html.is_doubtful:
        said = f"{html.encoding}: doubtful, its letters are those of no known language"
    elif html.declared is not None:
        said = f"{html.encoding}: the label says {html.declared}, in which the bytes make no words"
    else:
        return metadata
    return replace(metadata, evidence=(*metadata.evidence, Evidence("encoding", said, "bytes")))


def _judge(outline: Outline, said: Opinions, page: Page, rules: Rules) -> tuple[Document, Metadata]:
    """Return the document with a verdict on every block, and the metadata of its article."""
    document = outline.document
    headings = (document.blocks[at] for at in outline.headings)
    said_above = (document.title, *(block.text for block in headings if block.level == 1))
    headline = fold(" ".join(filter(None, said_above)))[:_MAX_HEADLINE_CHARS]
    choice = said.choice
    again = said.page_type is not None and says_things_again(said.page_type)
    repeated = {} if again else repeated_blocks(outline, choice.blocks - said.protected, rules.lexicon)
    body, languages = choice.blocks - repeated.keys(), outline.languages
    is_article = choice.is_article or (said.page_type is not None and said.page_type.name == "article")
    has_end = said.page_type is None or is_one_text(outline, said.page_type)
    may_be = said.page_type is None or not is_hardly_article(said.page_type)
    around = Surroundings(
        outline, rules, languages, body, choice.doubts, said.protected, is_article, headline, has_end, may_be
    )
    said = replace(said, placed={**said.placed, **repeated}) if repeated else said
    labels = {**said.threads, **said.placed, **label_texts(around, said)}
    if said.site.kept:
        labels = {at: label for at, label in labels.items() if at not in said.site.kept}
    judged = document.with_blocks(verdicts(document.blocks, choice, labels, said.site.chosen, said.quoted))
    page_type = said.page_type.name if said.page_type is not None else None
    metadata = read_metadata(judged, page, rules.lexicon, page_type)
    parts = with_parts(judged, metadata, said.site, parts_standfirst=may_be)
    found = without_said_subtitle(metadata, parts)
    parts = with_header_lines(parts, choice.header, found.subtitle)
    return judged.with_blocks(tuple(without_author_note(parts, metadata.authors, rules.lexicon))), found

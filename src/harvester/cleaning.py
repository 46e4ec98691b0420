"""Page to article: the whole pipeline, readable top to bottom; pure."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from functools import partial
from hashlib import sha256
from typing import Final

from harvester import __version__
from harvester.boilerplate import cut_of, label_places, label_site, label_wordings, refuse_listed, split_lines
from harvester.boilerplate.site_rules import SiteLabels
from harvester.boilerplate.wordings import Surroundings
from harvester.content import Choice, choose
from harvester.content.model import Model, load_model
from harvester.content.site_choice import corrected, placed_by_all
from harvester.decode import decode
from harvester.dom import MAX_BLOCKS, TooManyBlocksError, read_document, refuse_hostile
from harvester.dumps import read_dump
from harvester.embedded import with_embedded_body
from harvester.errors import InputError, ParserLimit
from harvester.layout import join_torn_paragraphs, settle_lines
from harvester.memory import Traces, known_blocks, learn, read_traces
from harvester.metadata import read_metadata
from harvester.metadata.languages import block_language
from harvester.models import (
    Article,
    Block,
    Cleaning,
    Document,
    Kept,
    Ledger,
    Metadata,
    Page,
    PageRecord,
    Part,
    Removed,
    Role,
    SiteMemory,
    TextBlock,
    Verdict,
)
from harvester.outline import Outline, is_prose
from harvester.refusal import refuse_without_article
from harvester.rules import load_rules
from harvester.rules.site import SiteRules, wanted_of, with_site
from harvester.text import fold

# Of the folded headlines: each line of a wording is looked for in them.
_MAX_HEADLINE_CHARS: Final = 20_000
SCHEMA: Final = "harvester/article/1"
# With less visible prose than this there is no article to see; a page that hides one shows it by a script.
_MIN_VISIBLE_PROSE: Final = 140
# And with less than this, it may show a teaser of what its data holds.
_MIN_WHOLE_PROSE: Final = 1_100


# Articles below it had a word F1 of two thirds in cross-validation, the others of .95: docs/benchmarks.md.
LOW_CONFIDENCE: Final = 0.75


@dataclass(frozen=True, slots=True)
class _Opinions:
    """What the steps say of a page's blocks, before wordings are read in their light."""

    choice: Choice
    placed: Mapping[int, Removed]
    known: Mapping[int, int]  # blocks of the choice that are the site's -> pages that have them
    site: SiteLabels = field(default_factory=SiteLabels)  # `choice` and `placed` are corrected by it already


@dataclass(frozen=True, slots=True)
class _Judged:
    """A page whose blocks all have a verdict."""

    document: Document
    metadata: Metadata
    choice: Choice
    memory: SiteMemory | None = None
    site: SiteRules | None = None

    @property
    def ledger(self) -> Ledger:
        """What became of every block, and where each field was read."""
        return Ledger(self.document.blocks, self.metadata.evidence, self.document.elements)


def clean_page(
    page: Page, model: Model | None = None, memory: SiteMemory | None = None, site: SiteRules | None = None
) -> tuple[Article, Ledger]:
    """Return the article of `page`, and every visible block with what became of it.

    `model` is the classifier to choose the content with; None: the one that comes with the package. `memory` knows
    which texts stand on several pages of the site; `site` are the rules of this site alone. Raises InputError when the
    page is empty or binary, ParserLimit when it would hang a parser, NoArticle when there is no article on it.
    """
    refuse_listed(page.address, site)
    judged = _judge_page(page, model, memory, site)
    if page.address is None:  # it tells its own
        refuse_listed(judged.metadata.canonical_url, site)
    return _written(judged, page)


def explain_page(
    page: Page, model: Model | None = None, memory: SiteMemory | None = None, site: SiteRules | None = None
) -> Ledger:
    """Return every visible block of `page` with what became of it, also where there is no article.

    Takes and raises what `clean_page` does, but for NoArticle.
    """
    return _judge_page(page, model, memory, site).ledger


def trace_page(page: Page) -> Traces:
    """Return what a site memory learns of `page`: the page is read, and not judged.

    Raises InputError and ParserLimit as `clean_page` does.
    """
    html = _safe_html(page)
    with _refusing(page.address):
        return read_traces(read_document(html, cut_of=partial(cut_of, rules=load_rules()), is_bounded=True))


def learn_pages(host: str, pages: Iterable[Page]) -> SiteMemory | None:
    """Return the memory of the site that `pages` are of; None for fewer than three. Unreadable ones change nothing."""
    return learn(host, _readable_traces(pages))


def clean_dump(text: str, page: Page) -> tuple[Article, Ledger]:
    """Return the article of a plain-text dump of a page, as `clean_page` does of HTML.

    `page` says where the text came from. Raises InputError when the text is empty, NoArticle when nothing is left.
    """
    return _written(_judge_dump(text, page), page)


def explain_dump(text: str, page: Page) -> Ledger:
    """Return every block of a plain-text dump with what became of it, also where there is no article."""
    return _judge_dump(text, page).ledger


def _readable_traces(pages: Iterable[Page]) -> Iterator[Traces]:
    for page in pages:
        with suppress(InputError, ParserLimit):
            yield trace_page(page)


def _judge_dump(text: str, page: Page) -> _Judged:
    if not text.strip():
        raise InputError(page.address or "the text", "empty_input", "the file is empty; save the page again")
    document = _with_languages(read_dump(text))
    title = next((at for at, block in enumerate(document.blocks) if block.is_h1), -1)
    body = frozenset(range(title + 1, len(document.blocks)))
    section = Removed("section_label", "dump:first line")
    placed = dict.fromkeys(range(title), section)
    choice = Choice(body, frozenset(), {}, "dump", 1.0, None)
    return _judge(document, _Opinions(choice, placed, {}), page)


def _judge_page(page: Page, model: Model | None, memory: SiteMemory | None, site: SiteRules | None = None) -> _Judged:
    html = _safe_html(page)
    with _refusing(page.address):
        document = read_page(html, site)
    outline = Outline(document)
    placed = label_places(document, outline, load_rules())
    choice = choose(html, outline, placed, load_rules(), model or load_model())
    standing = {at: label for at, label in placed.items() if at not in choice.overruled}
    said = label_site(document, site)
    if site is not None:
        choice, standing = corrected(choice, standing, said), placed_by_all(standing, said)
    # Asked after the classifier, which has not learned to read pages with holes: told before, it kept more teasers.
    known = known_blocks(document, choice.doubts, memory) if memory else {}
    return replace(_judge(document, _Opinions(choice, standing, known, said), page), memory=memory, site=site)


@contextmanager
def _refusing(address: str | None) -> Iterator[None]:
    """Raise ParserLimit where the page turns out to have more blocks than an article has."""
    try:
        yield
    except TooManyBlocksError as error:
        words = f"has over {error}, which no article has; split the page"
        raise ParserLimit(address or "the page", "parser_limit", words) from error


def _safe_html(page: Page) -> str:
    """Return the page's markup; raises InputError and ParserLimit."""
    subject = page.address or "the page"
    html = decode(page.body, page.header("content-type"), subject)
    refuse_hostile(html, subject)
    return html


def _judge(document: Document, said: _Opinions, page: Page) -> _Judged:
    """Return the document with a verdict on every block, and what it says about its article."""
    headline = fold(" ".join(filter(None, (document.title, *_headings(document)))))[:_MAX_HEADLINE_CHARS]
    body, doubts, kept = said.choice.blocks, said.choice.doubts, said.site.kept.keys()
    around = Surroundings(document, load_rules(), document.languages, body, doubts, headline, kept)
    labels = {**said.placed, **_label_texts(around, said)}
    judged = replace(document, blocks=tuple(_verdicts(document.blocks, said.choice, labels, said.site.chosen)))
    metadata = read_metadata(judged, page)
    blocks = tuple(_with_parts(judged.blocks, metadata, said.site))
    return _Judged(replace(judged, blocks=blocks), metadata, said.choice)


def _label_texts(around: Surroundings, said: _Opinions) -> dict[int, Removed]:
    """Return the blocks that a wording or the site memory takes out.

    What the memory alone knows ends no body: "Continue with e-mail" stands above the comments of a forum, too. But the
    wordings are read again without it, for the headings and the tail that it leaves behind.
    """
    worded = label_wordings(around, said.placed)
    known = {at: _site_label(around, at, pages) for at, pages in said.known.items() if at not in worded}
    if not known:
        return worded
    without = replace(around, body=frozenset(around.body) - known.keys())
    return label_wordings(without, {**said.placed, **known}) | known


def _site_label(around: Surroundings, at: int, pages: int) -> Removed:
    """Return what a text of the site is called: by its wording, where it has one that may go."""
    hits = around.rules.lines(around.document.blocks[at].text, around.languages)
    kinds = (hit.kind for hit in hits if around.rules.kinds[hit.kind].disposition in ("drop", "metadata"))
    return Removed(next(kinds, "not_content"), f"site-memory:{pages} pages")


def _written(judged: _Judged, page: Page) -> tuple[Article, Ledger]:
    has_scripts = b"<script" in page.body.lower()
    refuse_without_article(page.address or "the page", judged.document, has_scripts)
    return _article(page, judged), judged.ledger


def read_page(html: str, site: SiteRules | None = None) -> Document:
    """Return the parsed page, each block with its language and each known line a block of its own.

    Hidden text, and the body that a script would fill in, are read where there is hardly any other. What the rules of
    its site name is looked up. Raises TooManyBlocksError where there are more blocks than an article has.
    """
    wanted = wanted_of(site) if site else None
    document = read_document(html, cut_of=partial(cut_of, rules=load_rules()), is_bounded=True, wanted=wanted)
    prose = _prose_up_to(document, _MIN_WHOLE_PROSE)
    if prose < _MIN_VISIBLE_PROSE:
        revealed = read_document(html, reveal_hidden=True, is_bounded=True, wanted=wanted)
        if (revealed_prose := _prose_up_to(revealed, _MIN_WHOLE_PROSE)) > 2 * prose:
            document, prose = revealed, revealed_prose
    if prose < _MIN_WHOLE_PROSE:
        document = with_embedded_body(document)
    document = _with_languages(document)
    if len(document.blocks) > MAX_BLOCKS:  # lines and the body from a script are blocks, too
        raise TooManyBlocksError(f"{MAX_BLOCKS:,} blocks of text")
    return document


def _prose_up_to(document: Document, enough: int) -> int:
    """Return the characters of prose; of a page that has more, `enough` or some more."""
    prose = 0
    for block in document.blocks:
        if is_prose(block):
            prose += len(block.text)
            if prose >= enough:
                break
    return prose


def _with_languages(document: Document) -> Document:
    blocks = tuple(
        block if block.verdict else block.in_language(block_language(block.text, document.lang))
        for block in document.blocks
    )
    document = replace(document, blocks=blocks)
    return split_lines(document, load_rules(), document.languages)


def _headings(document: Document) -> list[str]:
    return [block.text for block in document.blocks if block.is_h1]


def _verdicts(
    blocks: tuple[Block, ...], choice: Choice, labels: Mapping[int, Removed], by_site: Mapping[int, str]
) -> list[Block]:
    """Return the blocks with their verdicts: the rules' word first, then the content step's."""
    judged = []
    unchosen = Removed("not_content", f"content:{choice.method}")
    for index, block in enumerate(blocks):
        verdict: Verdict | None = labels.get(index)
        if verdict is None and index in choice.blocks:
            verdict = Kept(Part.CAPTION if block.role is Role.CAPTION else Part.TEXT, by_site.get(index))
        judged.append(block if verdict is not None and verdict is block.verdict else block.judged(verdict or unchosen))
    return judged


def _with_parts(blocks: tuple[Block, ...], metadata: Metadata, by_site: SiteLabels) -> list[Block]:
    """Return the blocks with the headline and standfirst set apart from the text, unless a rule of the site says no."""
    title, subtitle = fold(metadata.title or ""), fold(metadata.subtitle or "")
    longest = 2 * max(len(title), len(subtitle)) + 40  # with its blanks and marks
    parts = list(blocks)
    for at, block in enumerate(blocks):  # down to the first paragraph of the text
        if at in by_site.removed:
            continue
        text = fold(block.text) if len(block.text) <= longest or block.is_h1 else ""
        if _is_title(block, text, title) or (at in by_site.titles and text == title):
            parts[at] = _as_part(block, Part.TITLE)
        elif text and text == subtitle:
            parts[at] = _as_part(block, Part.SUBTITLE)
        elif block.verdict == Kept(Part.TEXT) and block.role is not Role.HEADING:
            break
    return parts


def _as_part(block: Block, part: Part) -> Block:
    return block.judged(Kept(part, block.verdict.rule if isinstance(block.verdict, Kept) else None))


def _is_title(block: Block, text: str, title: str) -> bool:
    """Return whether a block is the headline: the title itself, or an h1 that holds it with a kicker or section."""
    if not text or not title or not (isinstance(block.verdict, Kept) or block.is_h1):
        return False
    return text == title or (block.is_h1 and (title in text or text in title))


def _article(page: Page, judged: _Judged) -> Article:
    blocks, metadata = judged.document.blocks, judged.metadata
    text_blocks = settle(blocks)
    text = render_text(text_blocks)
    body = sha256(page.body).hexdigest()
    return Article(
        schema=SCHEMA,
        id=sha256((page.address or body).encode()).hexdigest()[:16],
        url=page.address,
        canonical_url=metadata.canonical_url,
        amp_url=metadata.amp_url,
        alternates=metadata.alternates,
        site=metadata.site,
        kind=metadata.kind,
        title=metadata.title,
        subtitle=metadata.subtitle,
        authors=metadata.authors,
        editors=metadata.editors,
        agencies=metadata.agencies,
        published=metadata.published,
        modified=metadata.modified,
        languages=metadata.languages,
        reading_order=metadata.reading_order,
        section=metadata.section,
        section_path=metadata.section_path,
        tags=metadata.tags,
        description=metadata.description,
        images=metadata.images,
        source=metadata.source,
        licence=metadata.licence,
        access=metadata.access,
        text=text,
        blocks=text_blocks,
        fetched_at=page.fetched_at.isoformat().replace("+00:00", "Z") if page.fetched_at else None,
        page=PageRecord(body, len(page.body)),
        cleaning=_cleaning(judged, len(text)),
    )


def _cleaning(judged: _Judged, kept_chars: int) -> Cleaning:
    removed: Counter[str] = Counter()
    for block in judged.document.blocks:
        if isinstance(block.verdict, Removed):
            removed[block.verdict.kind] += len(block.text)
    choice = judged.choice
    return Cleaning(
        method=choice.method,
        confidence=choice.confidence,
        quality="low" if choice.confidence < LOW_CONFIDENCE else "good",
        version=__version__,
        rules=with_site(_rules_digest(choice.model), judged.site),
        kept_chars=kept_chars,
        removed=dict(sorted(removed.items())),
        memory=judged.memory.digest if judged.memory else None,
    )


def _rules_digest(model: str | None) -> str:
    return "-".join(filter(None, (load_rules().digest, model)))


def present_rules() -> tuple[str, str]:
    """Return what `cleaning.rules` says of articles that are made now: of pages, and of text dumps."""
    return _rules_digest(load_model().digest), _rules_digest(None)


def settle(blocks: tuple[Block, ...]) -> tuple[TextBlock, ...]:
    """Return the blocks of the text with their layout repaired."""
    kept = [block for block in blocks if block.verdict == Kept(Part.TEXT)]
    lines = [block if block.role is Role.CODE else block._replace(text=settle_lines(block.text)) for block in kept]
    return tuple(TextBlock(block.role, block.text, block.level, block.lang) for block in join_torn_paragraphs(lines))


def render_text(blocks: Collection[TextBlock]) -> str:
    """Return the article as plain text: blocks apart by a blank line, items of a list and rows of a table by none."""
    pieces: list[str] = []
    before = None
    for block in blocks:
        run_on = block.role is before and block.role in (Role.LIST_ITEM, Role.TABLE)
        mark = "- " if block.role is Role.LIST_ITEM else ""
        pieces += ("" if before is None else "\n" if run_on else "\n\n", mark, block.text)
        before = block.role
    return "".join(pieces)

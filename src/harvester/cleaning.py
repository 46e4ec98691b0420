"""Page to article: the whole pipeline, readable top to bottom; pure."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from functools import partial
from hashlib import sha256
from typing import Final, TypedDict

from harvester import __version__
from harvester.boilerplate import (
    comment_evidence,
    cut_of,
    label_places,
    label_site,
    label_wordings,
    protected_blocks,
    refuse_listed,
    repeated_blocks,
    split_lines,
    threads_by_structure,
)
from harvester.boilerplate.site_rules import SiteLabels
from harvester.boilerplate.text_patterns import Surroundings
from harvester.content import Choice, choose, read_page_type, whole_body
from harvester.content.model import Model, load_model
from harvester.content.page_type import PageTypeModel, load_page_types
from harvester.content.site_choice import corrected, placed_by_all
from harvester.decode import Decoded, read_text
from harvester.dom import MAX_BLOCKS, TooManyBlocksError, read_document, refuse_hostile, trim_attributes
from harvester.dumps import read_dump
from harvester.embedded import with_embedded_body
from harvester.errors import InputError, ParserLimit, Reason
from harvester.fingerprint import simhash64, text_sha256
from harvester.layout import settle_lines, torn_paragraphs
from harvester.memory import Traces, known_blocks, learn, read_traces
from harvester.metadata import read_metadata
from harvester.metadata.fields.comments import recorded_comments
from harvester.metadata.fields.languages import block_language
from harvester.metadata.fields.moments import moment_of
from harvester.metadata.fields.subtitle import is_in_flow
from harvester.metadata.lookup.structured_data import read_clues
from harvester.models import (
    ARTICLE_SCHEMA,
    USUAL_TYPES,
    Article,
    Block,
    Cleaning,
    Document,
    Evidence,
    Kept,
    Ledger,
    Metadata,
    Page,
    PageRecord,
    PageType,
    Part,
    Removed,
    Role,
    SiteMemory,
    TextBlock,
    Verdict,
    Video,
)
from harvester.outline import Outline, is_prose
from harvester.refusal import Asked, refuse_without_article
from harvester.rules.kind_names import KindName
from harvester.rules.lexicon import Lexicon
from harvester.rules.load import Rules, load_rules
from harvester.rules.site import SiteRules, wanted_of, with_comments, with_site
from harvester.structure import Setting, Settled, assemble, printed_comments
from harvester.text import fold, join_lines, units
from harvester.urls import join_url

# Of the folded headlines: each line of a wording is looked for in them.
_MAX_HEADLINE_CHARS: Final = 20_000
# With less visible prose than this there is no article to see; a page that hides one shows it by a script.
_MIN_VISIBLE_PROSE: Final = 140
# And with less than this, it may show a teaser of what its data holds.
_MIN_WHOLE_PROSE: Final = 1_100


# Articles below it had a word F1 of two thirds in cross-validation, the others of .95: docs/benchmarks.md.
LOW_CONFIDENCE: Final = 0.75
_TEXT: Final = Kept(Part.TEXT)
_TYPE_ORIGIN: Final = "classifier:page types"
_MIN_TYPE_CHANCE: Final = 0.05  # of a type that is told beside the likeliest


@dataclass(frozen=True, slots=True)
class _Opinions:
    """What the steps say of a page's blocks, before wordings are read in their light."""

    choice: Choice
    placed: Mapping[int, Removed]
    known: Mapping[int, int]  # blocks of the choice that are the site's -> pages that have them
    protected: frozenset[int] = frozenset()  # blocks of the choice that a rule keeps, of all sites or of this one
    threads: Mapping[int, Removed] = field(default_factory=dict)  # blocks that are comments by their structure
    page_type: PageType | None = None  # None: a text dump
    site: SiteLabels = field(default_factory=SiteLabels)  # the others are corrected by it already


@dataclass(frozen=True, slots=True)
class _Judged:
    """A page whose blocks all have a verdict."""

    document: Document
    metadata: Metadata
    choice: Choice
    digest: str  # of all that it was judged by, but for the rules of its site
    page_type: PageType | None = None
    memory: SiteMemory | None = None
    site: SiteRules | None = None
    outline: Outline | None = None  # of the page before it was judged: the same containers; None: a text dump

    @property
    def ledger(self) -> Ledger:
        """What became of every block, and where each field was read."""
        comments = comment_evidence(self.document, self.outline or Outline(self.document))
        evidence = (*self.metadata.evidence, *comments, *_type_evidence(self.page_type))
        blocks = tuple(block.untraced() for block in self.document.blocks)
        return Ledger(blocks, evidence, self.document.elements)


@dataclass(frozen=True, slots=True)
class Resources:
    """What pages are judged by; None: what comes with the package."""

    blocks: Model | None = None  # which blocks are content
    types: PageTypeModel | None = None  # what kind of page it is
    rules: Rules | None = None


@dataclass(frozen=True, slots=True)
class _Loaded:
    """What a page is judged by, all of it there: it is passed from here on, nothing below loads anything."""

    blocks: Model
    types: PageTypeModel
    rules: Rules


def clean_page(
    page: Page,
    model: Model | Resources | None = None,
    memory: SiteMemory | None = None,
    page_types: Collection[str] = USUAL_TYPES,
    site: SiteRules | None = None,
    comments: bool = False,
) -> tuple[Article, Ledger]:
    """Return the article of `page`, and every visible block with what became of it.

    `model` is the classifier to choose the content with, or all that pages are judged by; None: what comes with the
    package. `memory` knows which texts stand on several pages of the site; `site` are the rules of this site alone.
    `page_types` are the types of page that are asked for; `comments`: the article holds those of readers, too.
    Raises InputError when the page is empty or binary,
    ParserLimit when it would hang a parser, NoArticle when there is no article on it, or none that is asked for.
    """
    refuse_listed(page.address, site)
    by = _loaded(model)
    judged = _judge_page(page, by, memory, site)
    if page.address is None:  # it tells its own
        refuse_listed(judged.metadata.canonical_url, site)
    article, ledger = _written(judged, page, page_types, by.rules.lexicon)
    return (_with_comments(article, judged, page, by.rules) if comments else article), ledger


def _with_comments(article: Article, judged: _Judged, page: Page, rules: Rules) -> Article:
    """Return the article with the comments of its page: those that are printed, or its record's where it has more."""
    found = printed_comments(judged.document, rules)
    if any('"comment"' in script.text for script in judged.document.scripts):
        recorded = recorded_comments(read_clues(judged.document, page, rules.lexicon))
        found = max(found, recorded, key=len)
    cleaning = replace(article.cleaning, rules=with_comments(article.cleaning.rules))
    return replace(article, comments=found, cleaning=cleaning)


def explain_page(
    page: Page, model: Model | Resources | None = None, memory: SiteMemory | None = None, site: SiteRules | None = None
) -> Ledger:
    """Return every visible block of `page` with what became of it, also where there is no article.

    Takes and raises what `clean_page` does, but for NoArticle.
    """
    return _judge_page(page, _loaded(model), memory, site).ledger


def _loaded(given: Model | Resources | None) -> _Loaded:
    """Return what is given, and what comes with the package where nothing is."""
    own = given if isinstance(given, Resources) else Resources(given)
    return _Loaded(own.blocks or load_model(), own.types or load_page_types(), own.rules or load_rules())


def trace_page(page: Page, rules: Rules | None = None) -> Traces:
    """Return what a site memory learns of `page`: the page is read, and not judged.

    Raises InputError and ParserLimit as `clean_page` does.
    """
    html = _safe_html(page)
    with _refusing(page.address):
        return read_traces(
            read_document(html.text, cut_of=partial(cut_of, rules=rules or load_rules()), is_bounded=True)
        )


def learn_pages(host: str, pages: Iterable[Page]) -> SiteMemory | None:
    """Return the memory of the site that `pages` are of; None for fewer than three. Unreadable ones change nothing."""
    return learn(host, _readable_traces(pages))


def clean_dump(text: str, page: Page, rules: Rules | None = None) -> tuple[Article, Ledger]:
    """Return the article of a plain-text dump of a page, as `clean_page` does of HTML.

    `page` says where the text came from. Raises InputError when the text is empty, NoArticle when nothing is left.
    """
    rules = rules or load_rules()
    return _written(_judge_dump(text, page, rules), page, USUAL_TYPES, rules.lexicon)


def explain_dump(text: str, page: Page, rules: Rules | None = None) -> Ledger:
    """Return every block of a plain-text dump with what became of it, also where there is no article."""
    return _judge_dump(text, page, rules or load_rules()).ledger


def _readable_traces(pages: Iterable[Page]) -> Iterator[Traces]:
    for page in pages:
        with suppress(InputError, ParserLimit):
            yield trace_page(page)


def _judge_dump(text: str, page: Page, rules: Rules) -> _Judged:
    if not text.strip():
        raise InputError(page.address or "the text", Reason.EMPTY_INPUT, "the file is empty; save the page again")
    document = _with_languages(read_dump(text), rules)
    title = next((at for at, block in enumerate(document.blocks) if block.is_h1), -1)
    body = frozenset(range(title + 1, len(document.blocks)))
    section = Removed(KindName.SECTION_LABEL, "dump:first line")
    placed = dict.fromkeys(range(title), section)
    choice = Choice(body, frozenset(), {}, "dump", 1.0, None)
    return _judge(document, _Opinions(choice, placed, {}), page, rules)


def _judge_page(page: Page, by: _Loaded, memory: SiteMemory | None, site: SiteRules | None = None) -> _Judged:
    rules = by.rules
    html = _safe_html(page)
    with _refusing(page.address):
        document = read_page(html.text, rules, site)
    outline = Outline(document)
    placed = label_places(document, outline, rules)
    page_type = read_page_type(document, outline, placed, page.address, by.types)
    choice = choose(html.text, outline, placed, rules, by.blocks)
    standing = {at: label for at, label in placed.items() if at not in choice.overruled}
    kept = protected_blocks(outline, rules, choice.blocks, standing)
    if (body := whole_body(outline)) is not None:
        kept = body - standing.keys()
        choice = replace(choice, blocks=kept)
    choice = replace(choice, blocks=choice.blocks | kept)
    standing = {at: label for at, label in standing.items() if at not in kept}
    said = label_site(document, site)
    if site is not None:
        choice, standing = corrected(choice, standing, said), placed_by_all(standing, said)
        kept = (kept - said.removed.keys()) | said.kept.keys()
    # Asked after the classifier, which has not learned to read pages with holes: told before, it kept more teasers.
    known = known_blocks(document, choice.doubts, memory) if memory else {}
    threads = threads_by_structure(outline, choice.blocks)
    opinions = _Opinions(choice, standing, known, kept, threads, page_type, said)
    judged = replace(
        _judge(document, opinions, page, rules),
        memory=memory,
        site=site,
        outline=outline,
        digest=_rules_digest(rules, choice.model, by.types),
    )
    return _with_note(judged) if html.is_mended else judged


def _with_note(judged: _Judged) -> _Judged:
    """Return the page with the note that its text was mended."""
    note = Evidence("encoding", "utf-8 that was read as windows-1252 and saved again: mended", "bytes")
    return replace(judged, metadata=replace(judged.metadata, evidence=(*judged.metadata.evidence, note)))


@contextmanager
def _refusing(address: str | None) -> Iterator[None]:
    """Raise ParserLimit where the page turns out to have more blocks than an article has."""
    try:
        yield
    except TooManyBlocksError as error:
        words = f"has over {error}, which no article has; split the page"
        raise ParserLimit(address or "the page", Reason.PARSER_LIMIT, words) from error


def _safe_html(page: Page) -> Decoded:
    """Return the page's markup; raises InputError and ParserLimit."""
    subject = page.address or "the page"
    html = read_text(page.body, page.header("content-type"), subject)
    try:
        refuse_hostile(html.text, subject)
    except ParserLimit:
        html = replace(html, text=trim_attributes(html.text))
        refuse_hostile(html.text, subject)
    return html


def _judge(document: Document, said: _Opinions, page: Page, rules: Rules) -> _Judged:
    """Return the document with a verdict on every block, and what it says about its article."""
    headline = fold(" ".join(filter(None, (document.title, *_headings(document)))))[:_MAX_HEADLINE_CHARS]
    choice = said.choice
    repeated = repeated_blocks(document, choice.blocks - said.protected)
    body, languages = choice.blocks - repeated.keys(), document.languages
    is_article = choice.is_article or (said.page_type is not None and said.page_type.name == "article")
    around = Surroundings(document, rules, languages, body, choice.doubts, said.protected, is_article, headline)
    placed = {**said.placed, **repeated}
    labels = {**said.threads, **placed, **_label_texts(around, replace(said, placed=placed))}
    if said.site.kept:
        labels = {at: label for at, label in labels.items() if at not in said.site.kept}
    judged = replace(document, blocks=tuple(_verdicts(document.blocks, choice, labels, said.site.chosen)))
    metadata = _with_kind(read_metadata(judged, page, rules.lexicon), said.page_type)
    parts = tuple(_with_parts(judged, metadata, said.site))
    return _Judged(replace(judged, blocks=parts), metadata, choice, _rules_digest(rules, None, None), said.page_type)


def _with_kind(metadata: Metadata, page_type: PageType | None) -> Metadata:
    """Return the metadata of a page that leads to news without the claim that it is news itself."""
    if page_type is None or page_type.name != "listing" or metadata.kind != "news":
        return metadata
    others = (replace(one, chosen=False) if one.field == "kind" else one for one in metadata.evidence)
    return replace(metadata, kind="other", evidence=(*others, Evidence("kind", "other", "page type:listing")))


def _type_evidence(page_type: PageType | None) -> tuple[Evidence, ...]:
    """Return the types that a page may be, the likeliest first, each with its probability."""
    if page_type is None:
        return ()
    likeliest = sorted(page_type.probabilities.items(), key=lambda item: -item[1])
    found = tuple(
        Evidence("page_type", name, _TYPE_ORIGIN, name == page_type.name, chance)
        for name, chance in likeliest
        if chance >= _MIN_TYPE_CHANCE or name == page_type.name
    )
    return found if page_type.name != "other" else (Evidence("page_type", "other", _TYPE_ORIGIN), *found)


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
    return Removed(next(kinds, KindName.NOT_CONTENT), f"site-memory:{pages} pages")


def _written(judged: _Judged, page: Page, wanted: Collection[str], lexicon: Lexicon) -> tuple[Article, Ledger]:
    asked = Asked(judged.page_type, wanted, has_scripts=b"<script" in page.body.lower())
    refuse_without_article(page.address or "the page", judged.document, asked, lexicon)
    return _article(page, judged, lexicon), judged.ledger


def read_page(html: str, rules: Rules, site: SiteRules | None = None) -> Document:
    """Return the parsed page, each block with its language and each known line a block of its own.

    Hidden text, frames of a saved page, and the body that a script would fill in, are read where there is hardly any
    other. What the rules of its site name is looked up. Raises TooManyBlocksError where there are more blocks than an
    article has.
    """
    wanted = wanted_of(site) if site else None
    document = read_document(html, cut_of=partial(cut_of, rules=rules), is_bounded=True, wanted=wanted)
    prose = _prose_up_to(document, _MIN_WHOLE_PROSE)
    if prose < _MIN_VISIBLE_PROSE:
        revealed = read_document(html, reveal_hidden=True, is_bounded=True, wanted=wanted)
        if (revealed_prose := _prose_up_to(revealed, _MIN_WHOLE_PROSE)) > 2 * prose:
            document, prose = revealed, revealed_prose
    if prose < _MIN_WHOLE_PROSE and "srcdoc" in html:
        framed = read_document(
            html, cut_of=partial(cut_of, rules=rules), is_bounded=True, reveal_framed=True, wanted=wanted
        )
        if (framed_prose := _prose_up_to(framed, 2 * _MIN_WHOLE_PROSE)) > 2 * prose:
            document, prose = framed, framed_prose
    if prose < _MIN_WHOLE_PROSE:
        document = with_embedded_body(document)
    document = _with_languages(document, rules)
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


def _with_languages(document: Document, rules: Rules) -> Document:
    lexicon = rules.lexicon
    blocks = tuple(
        block if block.verdict else block.in_language(block_language(block.text, document.lang, lexicon))
        for block in document.blocks
    )
    document = replace(document, blocks=blocks)
    return split_lines(document, rules, document.languages)


def _headings(document: Document) -> list[str]:
    return [block.text for block in document.blocks if block.is_h1]


def _verdicts(
    blocks: tuple[Block, ...], choice: Choice, labels: Mapping[int, Removed], by_site: Mapping[int, str]
) -> list[Block]:
    """Return the blocks with their verdicts: the rules' word first, then the content step's."""
    judged = []
    unchosen = Removed(KindName.NOT_CONTENT, f"content:{choice.method}")
    for index, block in enumerate(blocks):
        verdict: Verdict | None = labels.get(index)
        if verdict is None and index in choice.blocks:
            verdict = Kept(Part.CAPTION if block.role is Role.CAPTION else Part.TEXT, by_site.get(index))
        judged.append(block if verdict is not None and verdict is block.verdict else block.judged(verdict or unchosen))
    return judged


def _with_parts(document: Document, metadata: Metadata, by_site: SiteLabels) -> list[Block]:
    """Return the blocks with the headline and standfirst set apart from the text, unless a rule of the site says no."""
    blocks = document.blocks
    title, subtitle = fold(metadata.title or ""), fold(metadata.subtitle or "")
    longest = 2 * max(len(title), len(subtitle)) + 40  # with its blanks and marks
    parts = list(blocks)
    for at, block in enumerate(blocks):  # down to the first paragraph of the text
        if at in by_site.removed:
            continue
        text = fold(block.text) if len(block.text) <= longest or block.is_h1 else ""
        if _is_title(block, text, title) or (at in by_site.titles and text == title):
            parts[at] = _as_part(block, Part.TITLE)
        elif text and text == subtitle and not is_in_flow(document, at):
            parts[at] = _as_part(block, Part.SUBTITLE)
        elif block.verdict == _TEXT and block.role is not Role.HEADING:
            break
    return parts


def _as_part(block: Block, part: Part) -> Block:
    return block.judged(Kept(part, block.verdict.rule if isinstance(block.verdict, Kept) else None))


def _is_title(block: Block, text: str, title: str) -> bool:
    """Return whether a block is the headline: the title itself, or an h1 that holds it with a kicker or section."""
    if not text or not title or not (isinstance(block.verdict, Kept) or block.is_h1):
        return False
    return text == title or (block.is_h1 and (title in text or text in title))


def _article(page: Page, judged: _Judged, lexicon: Lexicon) -> Article:
    blocks, metadata = judged.document.blocks, judged.metadata
    text_blocks = assemble(settle(blocks), Setting(judged.document, _base(judged, page), metadata.pictures, lexicon))
    text = render_text(text_blocks)
    body = sha256(page.body).hexdigest()
    moment = moment_of(metadata.published)
    return Article(
        schema=ARTICLE_SCHEMA,
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
        page_type=judged.page_type.name if judged.page_type else None,
        published_at=moment.at if moment else None,
        published_precision=moment.precision if moment else None,
        published_zone_known=moment.zone_known if moment else None,
        videos=_videos(text_blocks, metadata.videos),
        **measures(text),
    )


class Measures(TypedDict):
    """What is counted of a text."""

    word_count: int
    text_sha256: str
    simhash: str


def measures(text: str) -> Measures:
    """Return what an article says of its text as a whole."""
    return Measures(word_count=units(text), text_sha256=text_sha256(text), simhash=simhash64(text))


def _videos(blocks: Collection[TextBlock], recorded: tuple[Video, ...]) -> tuple[Video, ...]:
    """Return the videos of the text, then those that only the page's records tell of."""
    found = {video.url: video for video in recorded}
    shown: dict[str, Video] = {}
    for block in blocks:
        if block.embed is not None and block.embed.kind == "video" and block.embed.url is not None:
            url = block.embed.url
            shown[url] = found.get(url) or Video(url, block.embed.provider, block.embed.title)
    return (*shown.values(), *(video for url, video in found.items() if url not in shown))


def _base(judged: _Judged, page: Page) -> str | None:
    """Return the address that links are relative to; None where the page does not tell its own."""
    address = page.address or judged.metadata.canonical_url
    if judged.document.base is None:
        return address
    return join_url(address or "", judged.document.base) or address


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
        rules=with_site(judged.digest, judged.site),
        kept_chars=kept_chars,
        removed=dict(sorted(removed.items())),
        memory=judged.memory.digest if judged.memory else None,
    )


def _rules_digest(rules: Rules, model: str | None, types: PageTypeModel | None) -> str:
    """Return the digests of all that a page is judged by; of a text dump, which no model judges, of the rules alone."""
    return "-".join(filter(None, (rules.digest, model, types.digest if model and types else None)))


def present_rules() -> tuple[str, str]:
    """Return what `cleaning.rules` says of articles that are made now: of pages, and of text dumps."""
    rules = load_rules()
    return _rules_digest(rules, load_model().digest, load_page_types()), _rules_digest(rules, None, None)


def settle(blocks: Sequence[Block]) -> list[Settled]:
    """Return the blocks of the text with their layout repaired, each with the blocks of the page that it is of."""
    numbers = [number for number, block in enumerate(blocks) if block.verdict == _TEXT]
    lines = [blocks[number]._replace(text=_settled(blocks[number])) for number in numbers]
    found, at = [], 0
    for parts in torn_paragraphs(lines):
        text = parts[0].text if len(parts) == 1 else join_lines([part.text for part in parts])
        found.append(Settled(text, parts, numbers[at]))
        at += len(parts)
    return found


def _settled(block: Block) -> str:
    if block.role is Role.CODE:
        return block.text
    # The lines of a heading are one phrase, broken for the eye.
    return block.text.replace("\n", " ") if block.role is Role.HEADING else settle_lines(block.text)


def render_text(blocks: Collection[TextBlock]) -> str:
    """Return the article as plain text: blocks apart by a blank line, items of a list and rows of a table by none."""
    pieces: list[str] = []
    before: TextBlock | None = None
    for block in blocks:
        if not block.text or not block.in_text:
            continue
        mark = "- " if _is_item(block) else ""
        pieces += ("" if before is None else "\n" if _runs_on(before, block) else "\n\n", mark, block.text)
        before = block
    return "".join(pieces)


def _runs_on(before: TextBlock, block: TextBlock) -> bool:
    return (_is_item(before) and _is_item(block)) or before.role is block.role is Role.TABLE


def _is_item(block: TextBlock) -> bool:
    """Return whether a block stands in the text as an item of a list: also terms, and notes that are one."""
    return block.role is Role.LIST_ITEM or (block.level is not None and block.role is not Role.HEADING)

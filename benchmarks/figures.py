"""What is measured of one page, for each extractor: made in the worker processes, so all of it is small."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path

from corpora import LEARNED, Sample
from folds import cleaner_for
from foreign import Difference, difference
from harvester.errors import HarvesterError
from harvester.models import PAGE_TYPES, USUAL_TYPES, Article, Kept, Ledger, Page, Part
from losses import fold, lost_to_rules
from metrics import aeb_page, snippet_page, word_f1
from peers import Extract, peers

OURS = "harvester"
# The same articles, judged with the standfirst as a part of the text: three in four truths of news hold it, as do the
# texts of the peers; with us it is a field of its own.
WITH_STANDFIRST = "harvester, standfirst and text"
OWN = (OURS, WITH_STANDFIRST)

# What a corpus counts as text beside the body: captions are in 62 % of magic's truths, in 0 to 1 % of the others'. A
# third of trafeval's snippets that the text lacks are of the standfirst, which is a field of its own with us.
PARTS = {"magic": frozenset({Part.TEXT, Part.CAPTION}), "trafeval": frozenset({Part.TEXT, Part.SUBTITLE})}
ONLY_TEXT = frozenset({Part.TEXT})

# Language identification calls Chinese pages by the names of its dialects; the others are reported together.
LANGUAGES = {"wuu": "zh", "yue": "zh", **{name: name for name in ("zh", "ja", "ko", "ar", "hi", "ru", "de", "en")}}


@dataclass(frozen=True, slots=True)
class Plan:
    """What to measure."""

    folds: Path | None = None
    peers: bool = False
    texts: bool = False  # bring the texts along
    page_types: str = "usual"  # "all": listings are not refused


@dataclass(frozen=True, slots=True)
class Figures:
    """One page by one extractor; None: the corpus does not say."""

    extractor: str
    outcome: str  # "article" or the reason why there is none
    aeb: tuple[float, float, float] | None  # TP, FP, FN, as shares
    word_f1: float | None
    snippets: tuple[int, int, int, int] | None  # TP, FN, FP, TN
    difference: Difference | None = None  # from the truth, line by line
    true_chars: int = 0
    lost: Mapping[str, int] = field(default_factory=dict)  # rule -> true characters
    confidence: float | None = None
    quality: str | None = None
    asked: bool = False  # for a second opinion
    text: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class _Answer:
    """What an extractor says."""

    outcome: str
    scored: str  # the parts that the corpus counts as text
    text: str
    article: Article | None = None
    ledger: Ledger | None = None


def measure(plan: Plan, sample: Sample) -> tuple[Figures, ...]:
    """Return the figures of a page: ours first, as `OWN` names them."""
    body = sample.body()
    ours = _ours(plan, sample, body)
    both = zip(OWN, (ours, _with_standfirst(sample, ours)), strict=True)
    measured = [_figures(plan, sample, name, answer) for name, answer in both]
    for name, extract in _peers().items() if plan.peers else ():
        text = extract(body, sample.url)
        answer = _Answer("article" if text.strip() else "no text", text, text)
        measured.append(_figures(plan, sample, name, answer))
    return tuple(measured)


def parts_of(corpus: str, extractor: str) -> frozenset[Part]:
    """Return the parts of our articles that are scored."""
    parts = PARTS.get(corpus, ONLY_TEXT)
    return parts | {Part.SUBTITLE} if extractor == WITH_STANDFIRST else parts


def lost_page(plan: Plan, sample: Sample, why: str) -> tuple[Figures, ...]:
    """Return our figures of a page whose worker crashed or hung."""
    return tuple(_figures(plan, sample, name, _Answer(why, "", "")) for name in OWN)


def group_of(sample: Sample) -> str:
    """Return the language that a page is reported under."""
    return LANGUAGES.get(sample.lang[:3].partition("-")[0], "other")


@cache
def _peers() -> dict[str, Extract]:
    return peers()


def _ours(plan: Plan, sample: Sample, body: bytes) -> _Answer:
    clean = cleaner_for(sample.url, plan.folds if sample.corpus in LEARNED else None)
    wanted = frozenset(PAGE_TYPES) if plan.page_types == "all" else USUAL_TYPES
    try:
        article, ledger = clean(Page(sample.url, body), page_types=wanted)
    except HarvesterError as error:
        return _Answer(error.reason, "", "")
    parts = parts_of(sample.corpus, OURS)
    scored = article.text if parts == ONLY_TEXT else _joined(article, ledger, parts)
    return _Answer("article", scored, article.text, article, ledger)


def _with_standfirst(sample: Sample, answer: _Answer) -> _Answer:
    """Return what we say of a page, with the standfirst among what is scored."""
    if answer.article is None or answer.ledger is None:
        return answer
    text = _joined(answer.article, answer.ledger, parts_of(sample.corpus, WITH_STANDFIRST))
    return replace(answer, scored=text, text=text)


def _joined(article: Article, ledger: Ledger, parts: frozenset[Part]) -> str:
    """Return the text of the parts in reading order; a caption that a rule took stands in the article's images."""
    captions = {fold(image.caption) for image in article.images if image.caption and Part.CAPTION in parts}
    return "\n\n".join(
        block.text
        for block in ledger.blocks
        if (isinstance(block.verdict, Kept) and block.verdict.part in parts) or fold(block.text) in captions
    )


def _heads(sample: Sample, answer: _Answer) -> tuple[str | None, ...]:
    """Return what stands above the text: a text may repeat it, and a truth may lack it."""
    own = (answer.article.title, answer.article.subtitle) if answer.article else ()
    return (sample.truth.get("title"), *own)


def _figures(plan: Plan, sample: Sample, extractor: str, answer: _Answer) -> Figures:
    truth = sample.text
    asks = sample.truth.get("with") or sample.truth.get("without")
    wanted, unwanted = sample.truth.get("with") or (), sample.truth.get("without") or ()
    blocks = answer.ledger.blocks if answer.ledger else ()
    return Figures(
        extractor=extractor,
        outcome=answer.outcome,
        aeb=aeb_page(truth, answer.scored) if truth else None,
        word_f1=word_f1(truth, answer.scored) if truth else None,
        snippets=snippet_page(answer.scored, wanted, unwanted) if asks else None,
        difference=difference(truth, answer.scored, _heads(sample, answer)) if truth else None,
        true_chars=len(fold(truth)) if truth else 0,
        lost=lost_to_rules(truth, answer.scored, blocks) if truth else {},
        confidence=answer.article.cleaning.confidence if answer.article else None,
        quality=answer.article.cleaning.quality if answer.article else None,
        asked=answer.article is not None and "trafilatura" in answer.article.cleaning.method,
        text=answer.text if plan.texts else None,
    )

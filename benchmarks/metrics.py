"""The measures of the field, as their authors define them."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

_TOKEN = re.compile(
    r"[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]|[^\W\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]+"
)


@dataclass(frozen=True, slots=True)
class Scores:
    """Precision, recall and F1 over pages, 0 to 1."""

    precision: float
    recall: float
    f1: float
    pages: int


def tokens(text: str) -> list[str]:
    r"""Return the words of `text`: runs of `\w`, CJK characters one by one."""
    return _TOKEN.findall(text)


def shingles(text: str, size: int = 4) -> Counter[tuple[str, ...]]:
    """Return the multiset of runs of `size` tokens; a shorter text is one shingle."""
    words = tokens(text)
    if not words:
        return Counter()
    return Counter(tuple(words[i : i + size]) for i in range(max(len(words) - size + 1, 1)))


def aeb_page(truth: str, text: str) -> tuple[float, float, float]:
    """Return (TP, FP, FN) of one page, divided by their sum (scrapinghub/article-extraction-benchmark)."""
    wanted, got = shingles(truth), shingles(text)
    common = (wanted & got).total()
    total = got.total() + wanted.total() - common
    if not total:
        return 0.0, 0.0, 0.0
    return common / total, (got.total() - common) / total, (wanted.total() - common) / total


def aeb(pages: Iterable[tuple[float, float, float]]) -> Scores:
    """Return precision and recall averaged over pages, and the F1 of the two averages."""
    rows = list(pages)
    precisions = [tp / (tp + fp) for tp, fp, _ in rows if tp + fp]
    recalls = [tp / (tp + fn) for tp, _, fn in rows if tp + fn]
    precision = sum(precisions) / max(len(precisions), 1)
    recall = sum(recalls) / max(len(recalls), 1)
    return Scores(precision, recall, harmonic(precision, recall), len(rows))


def word_f1(truth: str, text: str) -> float:
    """Return the F1 of the multisets of lower-case tokens (WCXB)."""
    wanted, got = Counter(tokens(truth.lower())), Counter(tokens(text.lower()))
    if not wanted and not got:
        return 1.0
    common = (wanted & got).total()
    return harmonic(common / max(got.total(), 1), common / max(wanted.total(), 1))


def snippet_scores(pages: Iterable[tuple[int, int, int, int]]) -> Scores:
    """Return the scores over all snippets of rows (TP, FN, FP, TN) (trafilatura's evaluation)."""
    rows = list(pages)
    tp, fn, fp, _tn = (sum(column) for column in zip(*rows, strict=True)) if rows else (0, 0, 0, 0)
    precision, recall = tp / max(tp + fp, 1), tp / max(tp + fn, 1)
    return Scores(precision, recall, harmonic(precision, recall), len(rows))


def snippet_page(text: str, with_: Iterable[str], without: Iterable[str]) -> tuple[int, int, int, int]:
    """Return (TP, FN, FP, TN) of one page: wanted snippets found and missed, unwanted found and not."""
    wanted = [snippet in text for snippet in with_]
    unwanted = [snippet in text for snippet in without]
    return sum(wanted), len(wanted) - sum(wanted), sum(unwanted), len(unwanted) - sum(unwanted)


def harmonic(precision: float, recall: float) -> float:
    """Return F1."""
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0

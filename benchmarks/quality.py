"""Measures the text of articles: `python benchmarks/quality.py CORPORA [--every N] [--folds DIR] [--peers] ...`.

Prints Markdown. How to read the tables stands in docs/benchmarks.md.
"""

import argparse
import json
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from pathlib import Path

from corpora import MEASURED, NAMES, UNREAD, Sample, samples, there
from figures import OURS, OWN, Figures, Plan, group_of, lost_page, measure, parts_of
from folds import check_folds
from metrics import aeb, snippet_scores
from tables import average, print_table, score, share
from workers import Lost, each_page, load_all

BINS = (0.0, 0.2, 0.4, 0.6, 0.7, 0.8, 0.9, 0.95, 1.0)  # of confidence; the last one is closed
TOP_RULES = 12  # rules named that took true text


@dataclass(frozen=True, slots=True)
class Row:
    """One page by one extractor."""

    sample: Sample
    figures: Figures

    @property
    def is_article(self) -> bool:
        """Whether the corpus calls the page an article."""
        return self.sample.page_type == "article"


def main() -> None:
    arguments = read_arguments()
    if arguments.folds:
        check_folds(arguments.folds)
    load_all()
    plan = Plan(arguments.folds, arguments.peers, bool(arguments.write), arguments.page_types)
    pages = samples(arguments.corpora, tuple(arguments.only or there(arguments.corpora)), arguments.every)
    rows = collect(pages, plan, arguments.jobs)
    model = (
        f"models of {arguments.folds.name}, each page by one that has not seen its domain; packaged for"
        f" {', '.join((*MEASURED, *UNREAD))}"
        if plan.folds
        else "packaged"
    )
    print(f"# Quality\n\nEvery {arguments.every}. page; model: {model}; page types: {arguments.page_types}.")
    if arguments.write:
        write_texts(rows, arguments.write)
    print_corpora(rows)
    print_lines(rows)
    if plan.peers:
        print_comparison(rows)
    ours = [row for row in rows if row.figures.extractor == OURS]
    print_groups("wcxb by page type", rows, lambda row: row.sample.page_type if row.sample.corpus == "wcxb" else None)
    print_groups("Article pages by language", rows, lambda row: group_of(row.sample) if row.is_article else None)
    print_outcomes(ours)
    print_reliability(ours)
    print_doubt(ours)
    print_losses(ours)


def read_arguments() -> argparse.Namespace:
    """Return the arguments of the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpora", type=Path)
    parser.add_argument("--every", type=int, default=1, metavar="N", help="take each N-th page")
    parser.add_argument("--only", choices=(*NAMES, *UNREAD), action="append", help="this corpus; may be repeated")
    parser.add_argument("--folds", type=Path, metavar="DIR", help="cross-validate with DIR/fold-K.npz and folds.json")
    parser.add_argument("--peers", action="store_true", help="measure other extractors on the same pages")
    parser.add_argument("--write", type=Path, metavar="DIR", help="leave truth.jsonl and output.jsonl per corpus")
    parser.add_argument(
        "--page-types", choices=["usual", "all"], default="usual", help="all: refuse no listings either"
    )
    parser.add_argument("--jobs", type=int, default=2, help="worker processes (default 2)")
    return parser.parse_args()


def collect(pages: Iterable[Sample], plan: Plan, jobs: int) -> list[Row]:
    """Return the rows of all pages, by corpus and id."""
    rows = []
    for sample, result in each_page(pages, partial(measure, plan), jobs):
        found = lost_page(plan, sample, result.why) if isinstance(result, Lost) else result
        rows += [Row(sample, figures) for figures in found]
    return sorted(rows, key=lambda row: ((*NAMES, *UNREAD).index(row.sample.corpus), row.sample.id))


def grouped(rows: Iterable[Row], key: Callable[[Row], str | None]) -> dict[tuple[str, str], list[Row]]:
    """Return the rows by (key, extractor) in the order met; those whose key is None are left out."""
    groups: defaultdict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in rows:
        if (name := key(row)) is not None:
            groups[name, row.figures.extractor].append(row)
    return dict(groups)


# ── tables ────────────────────────────────────────────────────────────────────────────────────


def print_corpora(rows: list[Row]) -> None:
    """Print a row for each corpus and extractor."""
    head = [
        "corpus",
        "extractor",
        "counts as text",
        "articles",
        "AEB P",
        "AEB R",
        "AEB F1",
        "word F1",
        "pages",
        "word F1, all",
    ]
    head += [
        "snippet P",
        "snippet R",
        "snippet F1",
        "lost to rules",
    ]
    table = []
    for (corpus, extractor), found in grouped(rows, lambda row: row.sample.corpus).items():
        articles = [row for row in found if row.is_article]
        words = _word_f1(articles)
        parts = " + ".join(sorted(parts_of(corpus, extractor), reverse=True))
        table.append(
            [corpus, extractor, parts if extractor in OWN else "all it returns", str(len(articles)), *_aeb(articles)]
            + [words, str(len(found)), _word_f1(found), *_snippets(found), _lost(articles)]
        )
    print_table("By corpus", head, table)


def print_lines(rows: list[Row]) -> None:
    """Print how the texts of article pages differ from the truth, by corpus and over all."""
    articles = [row for row in rows if row.is_article]
    known = [row for row in articles if row.figures.difference]
    table = [
        [corpus, extractor, str(len(found)), *_lines(found)]
        for (corpus, extractor), found in {
            **grouped(known, lambda row: row.sample.corpus),
            **grouped(known, lambda _: "all"),
        }.items()
    ]
    head = ["corpus", "extractor", "pages", "with a foreign line", "foreign characters", "true characters lost"]
    print_table("Line by line, article pages", [*head, "exactly right"], table)


def print_comparison(rows: list[Row]) -> None:
    """Print a row for each extractor: F1 by corpus, and what its texts hold too much or lack."""
    corpora = list(dict.fromkeys(row.sample.corpus for row in rows))
    table = []
    for extractor in dict.fromkeys(row.figures.extractor for row in rows):
        own = [row for row in rows if row.figures.extractor == extractor]
        cells = [_main_score([row for row in own if row.sample.corpus == corpus]) for corpus in corpora]
        others = [row for row in own if not row.is_article]
        lines = _lines([row for row in own if row.is_article])
        table.append([extractor, *cells, *([_word_f1(others)] if others else []), *lines])
    head = ["extractor", *(f"{name} ({_main_name(name, rows)})" for name in corpora)]
    other_types = ["other page types (word F1)"] if not all(row.is_article for row in rows) else []
    lines = ["pages with a foreign line", "foreign characters", "true characters lost", "pages exactly right"]
    print_table("Compared, article pages", [*head, *other_types, *lines], table)


def print_groups(title: str, rows: list[Row], key: Callable[[Row], str | None]) -> None:
    """Print the scores of groups of pages, the largest first."""
    groups = sorted(grouped(rows, key).items(), key=lambda item: (-len(item[1]), item[0][0]))
    table = [
        [
            name,
            extractor,
            str(len(found)),
            _aeb(found)[2],
            _word_f1(found),
            _snippets(found)[2],
            _lines(found)[0],
            _none(found),
        ]
        for (name, extractor), found in groups
    ]
    head = ["group", "extractor", "pages", "AEB F1", "word F1", "snippet F1", "with a foreign line", "no article"]
    print_table(title, head, table)


def print_outcomes(rows: list[Row]) -> None:
    """Print the pages without an article by corpus and reason; of other page types apart, where that is no fault."""
    groups = grouped(rows, lambda row: f"{row.sample.corpus}, {'articles' if row.is_article else 'other pages'}")
    counts = {name: Counter(row.figures.outcome for row in found) for (name, _), found in groups.items()}
    reasons = sorted({outcome for counter in counts.values() for outcome in counter} - {"article"})
    table = [
        [
            name,
            str(counter.total()),
            *(f"{counter[reason]} ({share(counter[reason], counter.total())})" for reason in reasons),
        ]
        for name, counter in counts.items()
    ]
    print_table("Pages without an article, by reason", ["corpus", "pages", *reasons], table)


def print_reliability(rows: list[Row]) -> None:
    """Print what confidence is worth: the mean word F1 of the pages in each bin of it."""
    table = []
    for low, high in pairwise(BINS):
        found = [
            row for row in rows if _is_between(row.figures.confidence, low, high) and row.figures.word_f1 is not None
        ]
        articles = [row for row in found if row.is_article]
        mean = average(row.figures.confidence or 0.0 for row in found)
        table.append(
            [
                f"{low:g} to {high:g}",
                str(len(found)),
                score(mean),
                _word_f1(found),
                str(len(articles)),
                _word_f1(articles),
            ]
        )
    head = ["confidence", "pages", "mean confidence", "word F1", "articles", "word F1, articles"]
    print_table("What confidence is worth", head, table)


def print_doubt(rows: list[Row]) -> None:
    """Print how many articles are marked as doubtful, and for how many a second opinion was asked."""
    table = []
    for name, found in grouped(rows, lambda row: row.sample.corpus).items():
        articles = [row for row in found if row.figures.quality]
        low, good = ([row for row in articles if row.figures.quality == quality] for quality in ("low", "good"))
        asked = sum(row.figures.asked for row in articles)
        cells = [share(len(low), len(articles)), _word_f1(low), _word_f1(good), share(asked, len(articles))]
        table.append([name[0], str(len(articles)), *cells])
    head = ["corpus", "articles", "quality low", "word F1 of them", "word F1 of the others", "second opinion asked"]
    print_table("Doubt", head, table)


def print_losses(rows: list[Row]) -> None:
    """Print the rules that took most true text on article pages, each with the page where it took most."""
    articles = [row for row in rows if row.is_article]
    lost = sum((Counter(row.figures.lost) for row in articles), Counter[str]())
    total = sum(row.figures.true_chars for row in articles)
    table = []
    for rule, chars in lost.most_common(TOP_RULES):
        pages = [row for row in articles if rule in row.figures.lost]
        worst = max(pages, key=lambda row: row.figures.lost[rule])
        table.append(
            [rule, str(len(pages)), f"{chars:,}", share(chars, total), f"{worst.sample.corpus} {worst.sample.id}"]
        )
    print_table("True text lost to rules, article pages", ["rule", "pages", "characters", "share", "most on"], table)


# ── figures of a group ────────────────────────────────────────────────────────────────────────


def _aeb(rows: Sequence[Row]) -> list[str]:
    pages = [row.figures.aeb for row in rows if row.figures.aeb is not None]
    scores = aeb(pages)
    return [score(value) for value in (scores.precision, scores.recall, scores.f1)] if pages else ["-"] * 3


def _word_f1(rows: Sequence[Row]) -> str:
    return score(average(row.figures.word_f1 for row in rows if row.figures.word_f1 is not None))


def _snippets(rows: Sequence[Row]) -> list[str]:
    pages = [row.figures.snippets for row in rows if row.figures.snippets is not None]
    scores = snippet_scores(pages)
    return [score(value) for value in (scores.precision, scores.recall, scores.f1)] if pages else ["-"] * 3


def _lines(rows: Sequence[Row]) -> list[str]:
    """Return pages with a foreign line, foreign and lost characters, pages exactly right, as shares."""
    found = [row.figures.difference for row in rows if row.figures.difference]
    foreign = sum(len(line) for page in found for line in page.foreign)
    lost = sum(len(line) for page in found for line in page.lost)
    return [
        share(sum(bool(page.foreign) for page in found), len(found)),
        share(foreign, sum(page.text_chars for page in found)),
        share(lost, sum(page.true_chars for page in found)),
        share(sum(page.exact for page in found), len(found)),
    ]


def _lost(rows: Sequence[Row]) -> str:
    true_chars = sum(row.figures.true_chars for row in rows if row.figures.extractor in OWN)
    return share(sum(sum(row.figures.lost.values()) for row in rows), true_chars)


def _none(rows: Sequence[Row]) -> str:
    return share(sum(row.figures.outcome != "article" for row in rows), len(rows))


def _is_between(confidence: float | None, low: float, high: float) -> bool:
    return confidence is not None and (low <= confidence < high or confidence == high == BINS[-1])


def _main_score(rows: Sequence[Row]) -> str:
    """Return the AEB F1 of article pages, the snippets' F1 where there is no true text."""
    articles = [row for row in rows if row.is_article]
    return _aeb(articles)[2] if _has_texts(articles) else _snippets(articles)[2]


def _main_name(corpus: str, rows: Sequence[Row]) -> str:
    return "AEB F1" if _has_texts(row for row in rows if row.sample.corpus == corpus) else "snippet F1"


def _has_texts(rows: Iterable[Row]) -> bool:
    return any(row.figures.aeb is not None for row in rows)


# ── files for other tools ─────────────────────────────────────────────────────────────────────


def write_texts(rows: list[Row], folder: Path) -> None:
    """Write, for each corpus with true texts, those of its article pages and what each extractor returned."""
    articles = [row for row in rows if row.is_article and row.sample.text]
    for (corpus, extractor), found in grouped(articles, lambda row: row.sample.corpus).items():
        truths = ({"id": row.sample.id, "text": row.sample.text, "lang": row.sample.lang} for row in found)
        write_rows(folder / corpus / "truth.jsonl", truths)
        outputs = ({"id": row.sample.id, "text": row.figures.text} for row in found)
        write_rows(folder / corpus / _output_name(extractor), outputs)


def _output_name(extractor: str) -> str:
    return "output.jsonl" if extractor == OURS else f"output-{re.sub('[ ,]+', '-', extractor)}.jsonl"


def write_rows(path: Path, rows: Iterable[dict[str, str | None]]) -> None:
    """Write a JSONL file, a line a row; half a surrogate pair, which no UTF-8 file holds, becomes a "?"."""
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = (json.dumps(row, ensure_ascii=False).encode("utf-8", "replace") + b"\n" for row in rows)
    path.write_bytes(b"".join(lines))


if __name__ == "__main__":
    main()

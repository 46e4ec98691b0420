"""Learns the weights of the vote on titles: `python benchmarks/weights.py CORPORA`.

Conditional logit: the weights under which the right candidates of all pages are likeliest, with a small penalty for
large ones. Only pages of the domains that were developed on are used; each corpus counts with the square root of its
pages, or the largest would decide alone. Prints how often the right candidate wins in five folds by domain, beside how
often there is one, and the weights learned from all. They are rounded and written by hand into
src/harvester/metadata/fields/title.py.
"""

import argparse
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any, Final

import numpy as np

from corpora import samples
from folds import fold_of
from harvester import cleaning
from harvester.errors import HarvesterError
from harvester.metadata.fields.title import WEIGHTS, title_candidates
from harvester.metadata.lookup.headings import Named
from harvester.metadata.lookup.structured_data import ArticleLookups
from harvester.metadata.vote import Candidate
from harvester.models import Page
from harvester.text import fold
from metadata import NAMES
from metadata_truth import is_held_out
from tables import print_table, share

FOLDS: Final = 5
ROUNDS: Final = 400
PENALTY: Final = 1.0
STEP: Final = 0.1
SIGNS: Final = tuple(WEIGHTS)

Array = np.ndarray[tuple[int, ...], np.dtype[np.float64]]


@dataclass(frozen=True, slots=True)
class Case:
    """The candidates of one page."""

    corpus: str
    fold: int
    signs: Array  # a row a candidate, a column a sign
    right: Array  # 1 where the candidate is the truth


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpora", type=Path)
    cases = list(read_cases(parser.parse_args().corpora))
    report(cases)


def report(cases: Sequence[Case]) -> None:
    """Print the figures of cross-validation, and the weights."""
    pages: Counter[str] = Counter(case.corpus for case in cases)
    there: Counter[str] = Counter(case.corpus for case in cases if case.right.any())
    won: Counter[str] = Counter()
    for number in range(FOLDS):
        weights = fit([case for case in cases if case.fold != number])
        tested = (case for case in cases if case.fold == number)
        won.update(case.corpus for case in tested if case.right[int(np.argmax(case.signs @ weights))])
    rows = [[name, str(n), share(won[name], n), share(there[name], n)] for name, n in pages.items()]
    print_table("Titles in cross-validation", ["corpus", "pages", "right", "among the candidates"], rows)
    learned = sorted(zip(SIGNS, fit(cases), strict=True), key=lambda pair: -pair[1])
    table = [[sign, f"{weight:.2f}", f"{WEIGHTS[sign]:.2f}"] for sign, weight in learned]
    print_table("Weights", ["sign", "learned", "in use"], table)


def read_cases(corpora: Path) -> Iterator[Case]:
    """Yield the pages of the domains that were developed on."""
    for sample in samples(corpora, NAMES):
        truth = sample.truth.get("title")
        if truth and not is_held_out(sample.url):
            found = candidates_of(Page(sample.url, sample.body()))
            if found:
                yield case_of(sample.corpus, sample.url, truth, found)


def case_of(corpus: str, url: str | None, truth: str, found: Sequence[Candidate[Named]]) -> Case:
    """Return the candidates of a page as numbers."""
    signs = np.array([[one.signs.get(sign, 0.0) for sign in SIGNS] for one in found])
    # another remainder than the one that parts the held-out domains, or two of the folds would be empty
    right = np.array([float(one.key == fold(truth)) for one in found])
    return Case(corpus, fold_of(url, 5 * FOLDS) // 5, signs, right)


def candidates_of(page: Page) -> tuple[Candidate[Named], ...]:
    """Return what the vote on the title of a page is about."""
    seen: list[tuple[Candidate[Named], ...]] = []
    module: Any = import_module("harvester.metadata")
    choose = module.choose_title

    def keep(lookups: ArticleLookups) -> Any:
        seen.append(title_candidates(lookups))
        return choose(lookups)

    module.choose_title = keep
    try:
        cleaning.explain_page(page)
    except HarvesterError:
        return ()
    finally:
        module.choose_title = choose
    return seen[0] if seen else ()


def fit(cases: Sequence[Case]) -> Array:
    """Return the weight of each sign (Adam on the likelihood; the problem is convex)."""
    usable = [case for case in cases if case.right.any()]
    pages = Counter(case.corpus for case in usable)
    signs = np.vstack([case.signs for case in usable])
    page = np.repeat(np.arange(len(usable)), [len(case.right) for case in usable])
    right = np.concatenate([case.right / case.right.sum() for case in usable])
    counts = np.array([pages[case.corpus] ** -0.5 for case in usable])
    counts /= counts.mean()
    weights, mean, spread = np.zeros(len(SIGNS)), np.zeros(len(SIGNS)), np.zeros(len(SIGNS))
    for number in range(1, ROUNDS + 1):
        sums = signs @ weights
        top = np.full(len(usable), -np.inf)
        np.maximum.at(top, page, sums)
        odds = np.exp(sums - top[page])
        chance = odds / np.bincount(page, odds)[page]
        slope = signs.T @ ((chance - right) * counts[page]) + PENALTY * weights
        mean, spread = 0.9 * mean + 0.1 * slope, 0.99 * spread + 0.01 * slope**2
        weights -= STEP * (mean / (1 - 0.9**number)) / (np.sqrt(spread / (1 - 0.99**number)) + 1e-8)
    return weights


if __name__ == "__main__":
    main()

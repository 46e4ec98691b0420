"""Trains the look at pages that are hardly articles from a folder of corpora; see training/README.md.

usage: other_pages.py CORPORA --folds DIR [--every N]
"""

import argparse
import hashlib
import sys
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from multiprocessing import Pool
from pathlib import Path

import lightgbm as lgb

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "benchmarks"))

from corpora import Sample, samples  # noqa: E402 - found through the path above
from examples import FOLDS, Example, read_example  # noqa: E402
from harvester.content.classifier import NO_ARTICLE, is_hardly_article  # noqa: E402
from harvester.content.like_blocks import MIN_LIKE, OTHERS_SHARED  # noqa: E402
from harvester.content.other_pages import columns_of, other_rows, save_other_pages  # noqa: E402
from harvester.content.second_stage import revision_rows  # noqa: E402
from harvester.content.trees import Trees, load_model  # noqa: E402
from train import fit, save_rows, saved  # noqa: E402

TYPED = "wcxb"  # the corpus that holds other pages than articles
ROUNDS = 60
SEEDS = 3


def read_other(sample: Sample, folds: Path) -> Example | None:
    """Return a page that is no article, or is taken for none; None for others and for pages that say nothing."""
    example = read_example(sample, folds) if sample.text else None
    if example is None or (sample.page_type == "article" and not is_hardly_article(example.page_type)):
        return None
    return example


def train(examples: Sequence[Example], folds: Path) -> None:
    """Write the model that ships, its card, the rows of its test, and the models of the folds.

    What the stages before it say of a page comes from models that have not seen its domain.
    """
    models = [load_model(folds / f"fold-{number}.npz") for number in range(FOLDS)]
    rows = {}
    for example in examples:
        model = models[example.fold]
        first = model.first.probabilities(example.rows)
        second = revision_rows(example.outline, example.at, first, example.page_type)
        rows[example.key] = other_rows(example.rows, second.values)
    names = columns_of(examples[0].names, models[0].second.names)
    parts = [[page for page in examples if page.fold != number] for number in range(FOLDS)]

    def fit_others(own: Sequence[Example]) -> tuple[Trees, list[lgb.Booster]]:
        return fit([rows[page.key] for page in own], own, names, ROUNDS, SEEDS)

    with ThreadPoolExecutor(2) as pool:  # LightGBM lets other threads run
        for number, (trees, boosters) in enumerate(pool.map(fit_others, parts)):
            save_other_pages(trees, _digest(boosters), folds / f"others-{number}.npz")
            print(f"fold {number} trained", file=sys.stderr, flush=True)
    trees, boosters = fit_others(examples)
    save_other_pages(trees, _digest(boosters), ROOT / "src/harvester/content/other_pages.npz")
    save_rows("others", boosters, [rows[page.key] for page in examples])
    (ROOT / "docs/model-card-other-pages.md").write_text(card(trees, _digest(boosters), examples), encoding="utf-8")


def card(trees: Trees, digest: str, examples: Sequence[Example]) -> str:
    """Return the model card in Markdown."""
    types = Counter(page.sample.page_type for page in examples)
    lines = (
        "# Model card: the look at pages that are hardly articles",
        "",
        "Says of each block of a list, a shop, a thread or a manual whether it belongs to the main content, in the"
        " place of the second stage of the [block classifier](model-card.md). Written by `training/other_pages.py`.",
        "",
        f"- Model `{digest}`: {len(trees.starts)} trees of up to 31 leaves over {len(trees.names)} features, those of"
        " both stages of the block classifier.",
        f"- It is asked where the probability of being an article is below {NO_ARTICLE:.1f}, or hardly likely and no"
        " one container holds the half of the page's sentences. Each block then gives up"
        f" {OTHERS_SHARED:.1f} of its own probability for the mean of those of its markup, where there are"
        f" {MIN_LIKE} or more.",
        f"- Trained on {len(examples):,} pages, {sum(len(page.labels) for page in examples):,} blocks of `{TYPED}`, a"
        " corpus that is not part of this project (see docs/benchmarks.md): those of other types than articles, and"
        " articles that are taken for one. No page text is kept in the model.",
        f"- Types of these pages: {', '.join(f'{name} {count}' for name, count in sorted(types.items()))}.",
        "- What the stages before it and the model of page types say of a page comes from models that have not seen its"
        " domain.",
        "- Truth is of one corpus, mostly English, and of few pages of each type; other languages were not measured.",
        "- What it reaches, cross-validated by domain, through all rules, stands in"
        " [experiments.md](experiments.md#pages-that-are-hardly-articles-a-look-of-their-own).",
    )
    return "\n".join(lines) + "\n"


def _digest(boosters: Sequence[lgb.Booster]) -> str:
    return hashlib.sha256(saved(boosters).encode()).hexdigest()[:12]


def main() -> None:
    """Read, train, write."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("corpora", type=Path)
    arguments.add_argument(
        "--folds", type=Path, required=True, help="take the models of each fold from here, and add to it"
    )
    arguments.add_argument("--every", type=int, default=1, help="take each N-th page only, to try things out")
    options = arguments.parse_args()
    pages = samples(options.corpora, (TYPED,), options.every)
    with Pool(2) as pool:
        read = [page for page in pool.imap(partial(read_other, folds=options.folds), pages, chunksize=8) if page]
    print(f"{len(read)} pages read", file=sys.stderr, flush=True)
    train(read, options.folds)


if __name__ == "__main__":
    main()

"""Trains the classifier of page types from a folder of corpora; see training/README.md.

usage: page_types.py CORPORA [--folds DIR] [--every N]
"""

import argparse
import hashlib
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from multiprocessing import Pool
from pathlib import Path
from typing import Any, Final

import lightgbm as lgb
import numpy as np
from numpy.typing import NDArray

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "benchmarks"))

from corpora import Sample, samples  # noqa: E402 - found through the path above
from folds import fold_of, registrable_domain  # noqa: E402
from harvester.boilerplate import label_places  # noqa: E402
from harvester.cleaning import read_page  # noqa: E402
from harvester.content.page_type import (  # noqa: E402
    PageTypeModel,
    page_features,
    row_of,
    save_page_types,
)
from harvester.content.word_votes import WordVotes  # noqa: E402
from harvester.decode import decode  # noqa: E402
from harvester.dom import refuse_hostile  # noqa: E402
from harvester.errors import HarvesterError  # noqa: E402
from harvester.models import PageTypeName  # noqa: E402
from harvester.outline import Outline  # noqa: E402
from harvester.rules.load import load_rules  # noqa: E402
from trees import TreeArrays  # noqa: E402
from word_votes import Pages, learn, plain_scores, scaled  # noqa: E402

FOLDS = 5
SEED = 20261129
ROUNDS = 100
TYPES: Final[tuple[PageTypeName, ...]] = ("article", "listing", "product", "forum", "documentation", "service")
# What the corpus calls a collection is a page of products or articles that leads on.
NAMES: Final[dict[str, PageTypeName]] = {"collection": "listing"}
TYPED = "wcxb"  # the corpus that holds other pages than articles
OTHERS_WEIGHT = 0.5  # of an article of another corpus: there are more of them, and they are all news
MIN_DOMAINS = 12  # that a word stands on, below it says which site a page is of
TEXT_WORDS = 400  # the commonest words of sentences
# Chosen in cross-validation: what the scores of each count in the sum, and what is taken off the articles', which the
# corpora hold too many of (as much as leaves .97 of them found). Beyond 1 together, because each alone is too unsure.
TREES_SHARE = 0.8
WORDS_SHARE = 0.5
ARTICLE_SHIFT = 0.6
MIN_RECALL = 0.995  # of articles that must not be refused, in cross-validation
PARAMETERS: dict[str, Any] = {
    "objective": "multiclass",
    "num_class": len(TYPES),
    "learning_rate": 0.08,
    "num_leaves": 8,
    "min_data_in_leaf": 8,
    "feature_fraction": 0.2,
    "bagging_fraction": 0.8,
    "bagging_freq": 1,
    "lambda_l2": 5.0,
    "max_bin": 127,
    "num_threads": 1,
    "deterministic": True,
    "force_row_wise": True,
    "seed": SEED,
    "verbose": -1,
}


@dataclass(frozen=True, slots=True)
class Example:
    """One page with its type."""

    corpus: str
    domain: str
    fold: int
    type: int  # index into TYPES
    with_address: dict[str, float]  # features by name
    without: dict[str, float]  # and those of the page as a saved file that does not say where it came from


def read_example(sample: Sample) -> Example | None:
    """Return the page; None when it cannot be read."""
    try:
        html = decode(sample.body(), None, sample.id)
        refuse_hostile(html, sample.id)
    except HarvesterError:
        return None
    document = read_page(html, load_rules())
    outline = Outline(document)
    placed = label_places(outline, load_rules())
    bare = replace(document, links=(), metas=tuple(meta for meta in document.metas if not meta.name.endswith(":url")))
    return Example(
        corpus=sample.corpus,
        domain=registrable_domain(sample.url),
        fold=fold_of(sample.url, FOLDS),
        type=TYPES.index(NAMES.get(sample.page_type, sample.page_type)),
        with_address=page_features(outline, placed, sample.url),
        without=page_features(Outline(bare), placed, None),
    )


def names_of(examples: Sequence[Example]) -> tuple[str, ...]:
    """Return all numbers, the words that stand on pages of many domains, and the commonest words of sentences."""
    domains: defaultdict[str, set[str]] = defaultdict(set)
    for example in examples:
        for name in example.with_address:
            domains[name].add(example.domain)
    texts = Counter({name: len(found) for name, found in domains.items() if name.startswith("text:")})
    common = {name for name, _ in sorted(texts.items(), key=lambda item: (-item[1], item[0]))[:TEXT_WORDS]}
    wanted = (name for name, found in domains.items() if _is_wanted(name, len(found), common))
    return tuple(sorted(wanted))


def _is_wanted(name: str, domains: int, common: set[str]) -> bool:
    if ":" not in name:
        return True
    return name in common if name.startswith("text:") else domains >= MIN_DOMAINS


@dataclass(frozen=True, slots=True)
class Table:
    """All pages as rows."""

    rows: NDArray[np.float32]
    without: NDArray[np.float32]
    types: NDArray[np.int64]
    folds: NDArray[np.int64]
    is_typed: NDArray[np.bool_]  # of the corpus that holds all types

    @property
    def weights(self) -> NDArray[np.float64]:
        """What each page counts."""
        return np.where(self.is_typed, 1.0, OTHERS_WEIGHT)


def table_of(examples: Sequence[Example], names: tuple[str, ...]) -> Table:
    """Return the examples as rows of the features `names`."""
    return Table(
        np.array([row_of(example.with_address, names) for example in examples]),
        np.array([row_of(example.without, names) for example in examples]),
        np.array([example.type for example in examples]),
        np.array([example.fold for example in examples]),
        np.array([example.corpus == TYPED for example in examples]),
    )


def fit(table: Table, wanted: NDArray[np.bool_], names: tuple[str, ...]) -> tuple[lgb.Booster, PageTypeModel]:
    """Return trees for the rows wanted, and the model that holds them; each page is seen with its address and without.

    The model's floor is 0.
    """
    rows = np.vstack((table.rows[wanted], table.without[wanted]))
    types = np.tile(table.types[wanted], 2)
    weights = np.tile(table.weights[wanted], 2) / 2
    columns = [f"f{number}" for number in range(len(names))]  # LightGBM takes no colons
    data = lgb.Dataset(rows, types, weight=weights, feature_name=columns)
    booster = lgb.train(PARAMETERS, data, num_boost_round=ROUNDS)
    voting = [at for at, name in enumerate(names) if ":" in name and not name.startswith("text:")]
    pages = Pages(rows[:, voting] > 0, types, weights)
    return booster, model_of(booster, learn(pages, tuple(names[at] for at in voting), len(TYPES)), names)


def model_of(booster: lgb.Booster, words: WordVotes, names: tuple[str, ...]) -> PageTypeModel:
    """Return the model as arrays, with a floor of 0; features that no tree asks for are left out."""
    arrays = TreeArrays(share=TREES_SHARE)
    for tree in booster.dump_model()["tree_info"]:
        arrays.add(tree)
    used = sorted(set(arrays.features))
    number_of = {feature: number for number, feature in enumerate(used)}
    arrays.features = [number_of[feature] for feature in arrays.features]
    digest = hashlib.sha256(booster.model_to_string().encode() + words.table.tobytes()).hexdigest()[:12]
    shift = np.where(np.array(TYPES) == "article", -ARTICLE_SHIFT, 0.0)
    voting = scaled(words, WORDS_SHARE, shift)
    return PageTypeModel(arrays.trees(tuple(names[feature] for feature in used)), voting, TYPES, 0.0, digest)


def predict(model: PageTypeModel, rows: NDArray[np.float32], names: tuple[str, ...]) -> NDArray[np.float64]:
    """Return rows x types, given rows of the features `names`."""
    at = {name: column for column, name in enumerate(names)}
    return model.probabilities(rows[:, [at[name] for name in model.names]])


def choose_floor(table: Table, chances: NDArray[np.float64]) -> float:
    """Return the highest floor by which enough articles are not refused as listings.

    A page is refused when all types but listing have less than the floor together.
    """
    articles = table.types == TYPES.index("article")
    others = 1 - chances[articles, TYPES.index("listing")]
    return float(min(0.5, np.floor(100 * np.quantile(others, 1 - MIN_RECALL)) / 100))


def card(model: PageTypeModel, table: Table, chances: NDArray[np.float64], bare: NDArray[np.float64]) -> Iterator[str]:
    """Yield the lines of the model card."""
    typed, articles = table.is_typed, table.types == 0
    found = chances.argmax(axis=1)
    right = found == table.types
    yield from (
        "# Model card: the classifier of page types",
        "",
        "Says what kind of page a page is. Written by `training/page_types.py`.",
        "",
        f"- Model `{model.digest}`, seed {SEED}: {len(model.trees.starts)} trees of up to"
        f" {PARAMETERS['num_leaves']} leaves over {len(model.trees.names)} features, and the votes of"
        f" {len(model.words.names):,} words.",
        f"- Trained on {len(table.types):,} pages of corpora that are not part of this project (see"
        f" docs/benchmarks.md); all types from `{TYPED}` ({int(typed.sum()):,} pages), from the others articles alone.",
        "- `listing` are the listings and collections of that corpus; `other` is what is none of the types learned, as"
        " far as can be told: where the likeliest has less than .35. No page was labelled so.",
        "- The words that it has learned are of markup, addresses and, mostly, English. No page text is kept in the"
        " model.",
        f"- A page is refused where all types asked for have a probability below {model.floor:.2f} together.",
        "",
        f"Cross-validated over {FOLDS} folds by registrable domain:",
        "",
        "| | with the page's address | without |",
        "|---|---|---|",
        f"| accuracy, all types of {TYPED} | {right[typed].mean():.3f} | {_accuracy(bare, table, typed):.3f} |",
        f"| recall of articles, {TYPED} | {right[typed & articles].mean():.3f} |"
        f" {_accuracy(bare, table, typed & articles):.3f} |",
        f"| recall of articles, all corpora | {right[articles].mean():.3f} | {_accuracy(bare, table, articles):.3f} |",
        "",
        f"| type ({TYPED}) | pages | precision | recall |" + "".join(f" as {name} |" for name in TYPES),
        "|---|---|---|---|" + "---|" * len(TYPES),
    )
    for number, name in enumerate(TYPES):
        own = typed & (table.types == number)
        taken = typed & (found == number)
        row = [str(int((own & (found == other)).sum())) for other in range(len(TYPES))]
        precision, recall = right[taken].mean() if taken.any() else 0.0, right[own].mean() if own.any() else 0.0
        yield f"| {name} | {int(own.sum())} | {precision:.3f} | {recall:.3f} | {' | '.join(row)} |"
    yield from ("", "| probability | pages | right |", "|---|---|---|")
    sure = chances.max(axis=1)
    for low, high in ((0, 0.35), (0.35, 0.5), (0.5, 0.7), (0.7, 0.9), (0.9, 1.01)):
        pages = typed & (sure >= low) & (sure < high)
        if pages.any():
            yield f"| {low:.2f} to {min(high, 1):.2f} | {int(pages.sum())} | {right[pages].mean():.3f} |"
    refused = chances[:, 1] > 1 - model.floor
    listings = typed & (table.types == 1)
    yield from (
        "",
        f"Refused as a listing before the text is asked: {int((refused & articles).sum())} of {int(articles.sum()):,}"
        f" articles, {int((refused & listings).sum())} of {int(listings.sum())} listings.",
    )


def _accuracy(chances: NDArray[np.float64], table: Table, pages: NDArray[np.bool_]) -> float:
    return float((chances.argmax(axis=1) == table.types)[pages].mean())


def cross_validate(
    table: Table, names: tuple[str, ...]
) -> tuple[list[PageTypeModel], NDArray[np.float64], NDArray[np.float64]]:
    """Return the model of each fold, and what they think of the pages of their fold, with and without addresses."""
    models = []
    chances, bare = (np.zeros((len(table.types), len(TYPES))) for _ in range(2))
    for fold in range(FOLDS):
        _, model = fit(table, table.folds != fold, names)
        own = table.folds == fold
        chances[own] = predict(model, table.rows[own], names)
        bare[own] = predict(model, table.without[own], names)
        models.append(model)
        print(f"fold {fold} trained", file=sys.stderr, flush=True)
    return models, chances, bare


def save_rows(model: PageTypeModel, booster: lgb.Booster, table: Table, names: tuple[str, ...]) -> None:
    """Write rows with what the libraries that trained the model make of them: the test of its inference."""
    step = max(len(table.rows) // 60, 1)
    some = np.vstack((table.rows[::step], table.without[::step]))
    at = {name: column for column, name in enumerate(names)}
    there = some[:, [at[name] for name in model.words.names]] > 0
    trees = np.asarray(booster.predict(some, raw_score=True))
    powers = np.exp(TREES_SHARE * trees + plain_scores(model.words, there))
    path = ROOT / "tests/content/page_type_rows.npz"
    rows = some[:, [at[name] for name in model.names]]
    np.savez_compressed(path, rows=rows, probabilities=powers / powers.sum(axis=1, keepdims=True))


def main() -> None:
    """Read, train, write."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("corpora", type=Path)
    arguments.add_argument("--folds", type=Path, help="write a model for each fold here")
    arguments.add_argument("--every", type=int, default=1, help="take each N-th page only, to try things out")
    options = arguments.parse_args()
    with Pool(2) as pool:
        pages = list(samples(options.corpora, every=options.every))
        examples = [example for example in pool.imap(read_example, pages, chunksize=8) if example]
    names = names_of(examples)
    table = table_of(examples, names)
    print(f"{len(examples)} of {len(pages)} pages read, {len(names)} features", file=sys.stderr, flush=True)
    models, chances, bare = cross_validate(table, names)
    floor = choose_floor(table, chances)
    booster, model = fit(table, np.ones(len(table.types), dtype=np.bool_), names)
    model = replace(model, floor=floor)
    save_page_types(model, ROOT / "src/harvester/content/page_types.npz")
    save_rows(model, booster, table, names)
    text = "\n".join(card(model, table, chances, bare)) + "\n"
    (ROOT / "docs/model-card-page-types.md").write_text(text, encoding="utf-8")
    print(text)
    if options.folds:
        options.folds.mkdir(parents=True, exist_ok=True)
        for number, one in enumerate(models):
            save_page_types(replace(one, floor=floor), options.folds / f"types-{number}.npz")


if __name__ == "__main__":
    main()

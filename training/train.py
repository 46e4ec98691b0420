"""Trains the block classifier from a folder of corpora; see training/README.md.

usage: train.py CORPORA --folds DIR [--every N] [--keep-first]
"""

import argparse
import hashlib
import json
import sys
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from multiprocessing import Pool
from multiprocessing.pool import Pool as Workers
from pathlib import Path
from typing import Any
from zlib import crc32

import lightgbm as lgb
import numpy as np
from numpy.typing import NDArray

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "benchmarks"))

from corpora import LEARNED, MEASURED, Sample, samples  # noqa: E402 - found through the path above
from examples import FOLDS, Example, labelled_by_agreement, read_example, read_planted, weights  # noqa: E402
from folds import RULE  # noqa: E402
from harvester.content.candidates import Candidates, Chosen  # noqa: E402
from harvester.content.classifier import (  # noqa: E402
    bounds_of,
    confidence,
    is_asked_twice,
    is_hardly_article,
    level_tables,
    select,
    standing_of,
    with_second_opinion,
)
from harvester.content.coherence import settled  # noqa: E402
from harvester.content.features.matrix import Column, Rows  # noqa: E402
from harvester.content.like_blocks import level_like_blocks  # noqa: E402
from harvester.content.second_stage import alike_groups, revision_rows  # noqa: E402
from harvester.content.trees import Model, Trees, load_model, save_model  # noqa: E402
from metrics import aeb, aeb_page, word_f1  # noqa: E402
from trees import TreeArrays  # noqa: E402
from voices import donors_of  # noqa: E402

SEED = 20261122
THROUGH_RULES = "## Through all rules\n"  # of the card
FIRST_ROUNDS = 100
SECOND_ROUNDS = 50  # of each seed
SECOND_SEEDS = 2  # the spread between two is larger than what most features add; averaged, some of it goes
AGREEING_ROUNDS = 60  # of the models that only label pages without true text
# Measured in cross-validation beside 63 leaves, 160 and 300 rounds of smaller steps: more adds less than the spread
# between folds, and each round costs time on every page.
PARAMETERS: dict[str, Any] = {
    "objective": "binary",
    "learning_rate": 0.12,
    "num_leaves": 31,
    "min_data_in_leaf": 40,
    "feature_fraction": 0.5,
    "bagging_fraction": 0.8,
    "bagging_freq": 1,
    "lambda_l2": 5.0,
    "max_bin": 127,
    "num_threads": 1,  # folds are trained side by side; two threads on one model wait for each other
    "deterministic": True,
    "force_row_wise": True,
    "seed": SEED,
    "verbose": -1,
}
OVERRULES = (0.5, 0.65, 0.8)  # mean probability from which a container of boilerplate stays
CHANCE = 0.001  # of the score: two trainings that differ in nothing but their seeds are as far apart
# Raw confidence below which an article's page gets a second opinion: one in thirty. Of the pages below 0.8, the AEB F1
# is .65 without, .68 where it is asked below 0.7, .75 where it is asked below 0.8. It takes as long as all the rest.
UNSURE = 0.8
CALIBRATION_BINS = 20
# Of the article pages with a true text, the share that is learned from once more with something planted.
PLANTED: dict[str, float] = {"thread": 0.35, "stories": 0.35, "notices": 0.3}


@dataclass(frozen=True, slots=True)
class Kept:
    """First stages that were trained before."""

    folds: list[Trees]  # of each fold
    shipped: Model


@dataclass(frozen=True, slots=True)
class Prediction:
    """A page as the models see it that have not seen its domain."""

    example: Example
    candidates: Candidates


@dataclass(frozen=True, slots=True)
class Limits:
    """What is chosen on predictions."""

    overrule: float
    unsure: float


def read_harder(pages: Sequence[Sample], read: Sequence[Example], pool: Workers) -> list[Example]:
    """Return some of the pages `read` once more, made harder; which ones, their names decide."""
    donors = donors_of(pages, FOLDS)
    articles = [example for example in read if example.sample.text and example.sample.page_type == "article"]
    planned = [
        (replace(page, rows=page.rows[:0], placed=()), recipe, donors)  # what goes to another process is to be small
        for recipe, share in PLANTED.items()
        for page in articles
        if crc32(f"{recipe}/{page.sample.corpus}/{page.sample.id}".encode()) < share * 2**32
    ]
    return [example for example in pool.starmap(read_planted, planned, chunksize=8) if example]


def fit(
    rows: Sequence[NDArray[np.float32]], examples: Sequence[Example], names: tuple[str, ...], rounds: int, seeds: int
) -> tuple[Trees, list[lgb.Booster]]:
    """Return trees for the rows of the examples, as arrays and as LightGBM made them, a booster a seed.

    The arrays hold the trees of all seeds: their sum is the mean of the boosters.
    """
    table = lgb.Dataset(
        np.vstack(rows),
        np.nan_to_num(np.concatenate([example.labels for example in examples])),
        weight=np.concatenate([weights(example) for example in examples]),
        feature_name=list(names),
    )
    boosters = [
        lgb.train(PARAMETERS | {"seed": SEED + number}, table, num_boost_round=rounds) for number in range(seeds)
    ]
    arrays = TreeArrays(share=1 / seeds)
    for booster in boosters:
        for tree in booster.dump_model()["tree_info"]:
            arrays.add(tree)
    return arrays.trees(names), boosters


def fit_first(examples: Sequence[Example], rounds: int = FIRST_ROUNDS) -> tuple[Trees, list[lgb.Booster]]:
    """Return the first stage for the examples."""
    return fit([example.rows for example in examples], examples, examples[0].names, rounds, 1)


def fit_second(revisions: Mapping[str, Rows], examples: Sequence[Example]) -> tuple[Trees, list[lgb.Booster]]:
    """Return the second stage for the examples."""
    rows = [revisions[example.key] for example in examples]
    return fit([row.values for row in rows], examples, rows[0].names, SECOND_ROUNDS, SECOND_SEEDS)


def in_each_fold(work: Callable[[int], Trees]) -> list[Trees]:
    """Return what `work` gives for each fold that is held out; LightGBM lets other threads run."""
    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(work, range(FOLDS)))


def first_stages(labelled: Sequence[Example], rounds: int = FIRST_ROUNDS) -> list[Trees]:
    """Return the first stage of each fold."""
    firsts = in_each_fold(lambda held: fit_first([page for page in labelled if page.fold != held], rounds)[0])
    print("first stages trained", file=sys.stderr, flush=True)
    return firsts


def thoughts_of(firsts: Sequence[Trees], asked: Sequence[Example]) -> dict[str, Column]:
    """Return what the first stage of its fold thinks of each page."""
    return {example.key: firsts[example.fold].probabilities(example.rows) for example in asked}


def with_agreed_labels(examples: Sequence[Example], kept: Kept | None = None) -> list[Example]:
    """Return all examples, those without true text labelled by agreement."""
    labelled = [example for example in examples if example.sample.text]
    others = [example for example in examples if not example.sample.text]
    thoughts = thoughts_of(kept.folds if kept else first_stages(labelled, AGREEING_ROUNDS), others)
    agreed = [labelled_by_agreement(example, thoughts[example.key]) for example in others]
    return [*labelled, *(example for example in agreed if (example.labels == 1).any())]


def cross_validate(
    examples: Sequence[Example], firsts: Sequence[Trees]
) -> tuple[list[tuple[Trees, Trees]], dict[str, Rows], list[Prediction]]:
    """Return both stages of each fold, the rows of the second stage, and every page as its fold's models see it.

    The rows that a second stage learns from come from first stages that have not seen the page, but may have seen the
    held-out domains: they say what a probability is worth, not what stands on those pages.
    """
    thoughts = thoughts_of(firsts, examples)
    revisions = {e.key: revision_rows(e.outline, e.at, thoughts[e.key], e.page_type) for e in examples}
    seconds = in_each_fold(lambda held: fit_second(revisions, [e for e in examples if e.fold != held])[0])
    print("second stages trained", file=sys.stderr, flush=True)
    predictions = []
    for example in examples:
        if example.sample.text and not example.recipe:
            probabilities = seconds[example.fold].probabilities(revisions[example.key].values)
            groups = alike_groups(example.outline, example.at)
            shared = level_like_blocks(example.outline, example.at, groups, probabilities)
            levelled = level_tables(example.outline.document, example.at, shared)
            predictions.append(Prediction(example, example.candidates(levelled)))
    return list(zip(firsts, seconds, strict=True)), revisions, predictions


def chosen(page: Prediction, limits: Limits) -> tuple[Chosen, float]:
    """Return which candidates the limits choose on a page, and the raw confidence."""
    page_type = page.example.page_type
    standing = standing_of(page.example.placed, page.candidates, page_type, limits.overrule)
    kept = page.candidates.only(standing)
    bounds = bounds_of(page_type)
    found = select(kept, bounds)
    raw = confidence(kept, found)
    if raw < limits.unsure and page.example.says_article and is_asked_twice(page_type):
        found = with_second_opinion(kept, page.example.second[standing], bounds)
    if not is_hardly_article(page_type):
        found = settled(page.example.outline, kept, found)
    whole = np.zeros(len(standing), dtype=np.bool_)
    whole[standing] = found
    return whole, raw


def text_of(page: Prediction, limits: Limits) -> str:
    """Return the text that the limits give on a page."""
    found, _ = chosen(page, limits)
    return "\n".join(text for text, keep in zip(page.example.texts, found, strict=True) if keep)


def score(predictions: Sequence[Prediction], limits: Limits) -> float:
    """Return what the limits are chosen by: the mean of the corpora's mean word F1, articles and others apart."""
    groups: dict[tuple[str, bool], list[float]] = {}
    for page in predictions:
        sample = page.example.sample
        group = (sample.corpus, sample.page_type == "article")
        groups.setdefault(group, []).append(word_f1(sample.text or "", text_of(page, limits)))
    return float(np.mean([np.mean(values) for values in groups.values()]))


def choose_limits(predictions: Sequence[Prediction]) -> Limits:
    """Return the limits that score best in cross-validation: of those that chance alone parts, the lowest."""
    scores = {limit: score(predictions, Limits(limit, 0.0)) for limit in OVERRULES}
    print(f"containers that stay: {scores}", file=sys.stderr, flush=True)
    return Limits(min(limit for limit, found in scores.items() if found >= max(scores.values()) - CHANCE), UNSURE)


def calibrate(predictions: Sequence[Prediction], limits: Limits) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return raw confidences and the mean word F1 of the pages around each, made to rise (isotonic by pooling)."""
    raws = [chosen(page, limits)[1] for page in predictions]
    scores = [word_f1(page.example.sample.text or "", text_of(page, limits)) for page in predictions]
    order = np.argsort(raws)
    raw_bins = np.array_split(np.array(raws)[order], CALIBRATION_BINS)
    score_bins = np.array_split(np.array(scores)[order], CALIBRATION_BINS)
    points = np.array([part.mean() for part in raw_bins], dtype=np.float32)
    return points, np.maximum.accumulate(np.array([part.mean() for part in score_bins])).astype(np.float32)


def card(model: Model, examples: Sequence[Example], predictions: Sequence[Prediction], kept: Kept | None) -> str:
    """Return the model card in Markdown."""
    lines = [*_head(model, examples, kept), *_measured(model, predictions)]
    lines += ["", "Confidence, calibrated (mean word F1 of the pages around it):", "", "| raw | word F1 |", "|---|---|"]
    lines += [f"| {raw:.3f} | {f1:.3f} |" for raw, f1 in zip(model.raw_points, model.calibrated, strict=True)]
    return "\n".join(lines) + "\n"


def through_rules(card_before: str) -> str:
    """Return what a card says behind `THROUGH_RULES`: measured by `benchmarks/quality.py`, and put in by hand."""
    _, heading, figures = card_before.partition(THROUGH_RULES)
    return f"\n{heading}{figures}" if heading else ""


def _head(model: Model, examples: Sequence[Example], kept: Kept | None) -> list[str]:
    return [
        "# Model card: the block classifier",
        "",
        "Says of each block of a page whether it belongs to the main content. Written by `training/train.py`.",
        "",
        f"- Model `{model.digest}`, seed {SEED}. First stage: {len(model.first.starts)} trees of up to 31 leaves over"
        f" {len(model.first.names)} features; second: {len(model.second.starts)} over {len(model.second.names)}.",
        f"- A container that the rules take for boilerplate stays from a mean probability of {model.overrule:.2f}; a"
        f" second opinion is asked below a raw confidence of {model.unsure:.2f}.",
        f"- {sum(not e.sample.text for e in examples)} of the pages have no true text: they are labelled where engine"
        " and trafilatura agree, or the engine is all but sure, and by the snippets known of them.",
        f"- Trained on {len(examples)} pages, {sum(len(e.labels) for e in examples):,} blocks of corpora that are not"
        " part of this project (see docs/benchmarks.md). No page text is kept in the model.",
        *(["- The first stage is an older one, trained on the pages as they were read then."] if kept else []),
        f"- Learned from: {_origins(examples)}. Not learned from, only measured: {', '.join(MEASURED)}.",
        "- Truth is mostly English and German news of 2016-2025; other languages and kinds of page are thin.",
        "- On pages that are hardly articles another stage takes the place of the second one:"
        " [its card](model-card-other-pages.md).",
    ]


def _measured(model: Model, predictions: Sequence[Prediction]) -> list[str]:
    lines = [
        "",
        f"Cross-validated by registrable domain in {FOLDS} parts, before the rules have their say:",
        "",
        "| corpus | pages | AEB P | AEB R | AEB F1 | word F1 |",
        "|---|---|---|---|---|---|",
    ]
    limits = Limits(model.overrule, model.unsure)
    for corpus in sorted({page.example.sample.corpus for page in predictions}):
        pages = [page for page in predictions if page.example.sample.corpus == corpus]
        texts = [(page.example.sample.text or "", text_of(page, limits)) for page in pages]
        whole = aeb(aeb_page(*pair) for pair in texts)
        words = np.mean([word_f1(*pair) for pair in texts])
        lines.append(
            f"| {corpus} | {len(pages)} | {whole.precision:.3f} | {whole.recall:.3f} | {whole.f1:.3f} | {words:.3f} |"
        )
    return lines


def _origins(examples: Sequence[Example]) -> str:
    """Return the corpora with their pages, and how many of them once more with something planted."""
    pages = Counter(example.sample.corpus for example in examples if not example.recipe)
    harder = Counter(example.recipe for example in examples if example.recipe)
    planted = ", ".join(f"{count} with {recipe}" for recipe, count in sorted(harder.items()))
    return f"{', '.join(f'{name} {count}' for name, count in sorted(pages.items()))}; once more {planted} planted"


def save_rows(stage: str, boosters: Sequence[lgb.Booster], rows: Sequence[NDArray[np.float32]]) -> None:
    """Write rows with LightGBM's own prediction: the test of the numpy inference stands on them."""
    some = np.vstack([page[:: max(len(page) // 2, 1)] for page in rows[:: max(len(rows) // 100, 1)]])
    path = ROOT / f"tests/content/{stage}_rows.npz"
    raw = np.mean([booster.predict(some, raw_score=True) for booster in boosters], axis=0)
    np.savez_compressed(path, rows=some, probabilities=1 / (1 + np.exp(-raw)))


def main() -> None:
    """Read, train, write."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("corpora", type=Path)
    arguments.add_argument(
        "--folds", type=Path, required=True, help="take types-K.npz from here, and write a model for each fold"
    )
    arguments.add_argument("--every", type=int, default=1, help="take each N-th page only, to try things out")
    arguments.add_argument(
        "--keep-first", action="store_true", help="train the second stage alone: the first is the package's, FOLDS' own"
    )
    options = arguments.parse_args()
    kept = kept_first(options.folds) if options.keep_first else None
    pages = list(samples(options.corpora, LEARNED, options.every))
    with Pool(2) as pool:
        read = [e for e in pool.map(partial(read_example, folds=options.folds), pages, chunksize=8) if e]
        harder = read_harder(pages, read, pool)
    print(f"{len(read)} of {len(pages)} pages read, {len(harder)} made harder", file=sys.stderr, flush=True)
    train([*with_agreed_labels(read, kept), *harder], options.folds, kept)


def kept_first(folds: Path) -> Kept:
    """Return the first stages of the models in the folder and in the package."""
    return Kept([load_model(folds / f"fold-{number}.npz").first for number in range(FOLDS)], load_model())


def train(examples: Sequence[Example], folds: Path, kept: Kept | None = None) -> None:
    """Train on labelled pages and write the model, its card, the rows of its test, and the models of the folds."""
    models, revisions, predictions = cross_validate(examples, kept.folds if kept else first_stages(examples))
    limits = choose_limits(predictions)
    first, of_first = (kept.shipped.first, kept.shipped.digest) if kept else shipped_first(examples)
    second, reviser = fit_second(revisions, examples)
    save_rows("second", reviser, [revisions[example.key].values for example in examples])
    digest = hashlib.sha256((of_first + saved(reviser)).encode()).hexdigest()[:12]
    calibration = calibrate(predictions, limits)
    final = Model(first, second, limits.overrule, limits.unsure, *calibration, digest)
    save_model(final, ROOT / "src/harvester/content/model.npz")
    path = ROOT / "docs/model-card.md"
    told = card(final, examples, predictions, kept) + through_rules(path.read_text(encoding="utf-8"))
    path.write_text(told, encoding="utf-8")
    save_folds(folds, models, final)


def shipped_first(examples: Sequence[Example]) -> tuple[Trees, str]:
    """Return the first stage for all examples, and what LightGBM says of it; writes the rows of its test."""
    first, boosters = fit_first(examples)
    save_rows("first", boosters, [example.rows for example in examples])
    return first, saved(boosters)


def saved(boosters: Sequence[lgb.Booster]) -> str:
    """Return all that LightGBM says of models."""
    return "".join(booster.model_to_string() for booster in boosters)


def save_folds(folder: Path, models: Sequence[tuple[Trees, Trees]], final: Model) -> None:
    """Write the stages of each fold, with the limits and the calibration of the model that ships."""
    folder.mkdir(parents=True, exist_ok=True)
    for number, (early, late) in enumerate(models):
        save_model(replace(final, first=early, second=late), folder / f"fold-{number}.npz")
    (folder / "folds.json").write_text(json.dumps({"folds": FOLDS, "rule": RULE}), encoding="utf-8")


if __name__ == "__main__":
    main()

"""Trains the block classifier from a folder of corpora; see training/README.md.

usage: train.py CORPORA [--folds DIR] [--every N]
"""

import argparse
import hashlib
import json
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from multiprocessing import Pool
from pathlib import Path
from typing import Any

import lightgbm as lgb
import numpy as np
from numpy.typing import NDArray

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "benchmarks"))

from corpora import samples  # noqa: E402 - found through the path above
from examples import FOLDS, Example, read_example, weights  # noqa: E402
from folds import RULE  # noqa: E402
from harvester.content.choice import expected_f1, select, with_second_opinion  # noqa: E402
from harvester.content.model import Model, save_model  # noqa: E402
from metrics import aeb, aeb_page, word_f1  # noqa: E402
from trees import TreeArrays  # noqa: E402

SEED = 20261122
ROUNDS = 160
# Measured in cross-validation beside 63 leaves, 80 and 300 rounds: more adds less than the spread between folds.
PARAMETERS: dict[str, Any] = {
    "objective": "binary",
    "learning_rate": 0.08,
    "num_leaves": 31,
    "min_data_in_leaf": 40,
    "feature_fraction": 0.5,
    "bagging_fraction": 0.8,
    "bagging_freq": 1,
    "lambda_l2": 5.0,
    "max_bin": 127,
    "num_threads": 2,
    "deterministic": True,
    "force_row_wise": True,
    "seed": SEED,
    "verbose": -1,
}
THRESHOLDS = (0.3, 0.35, 0.4, 0.45, 0.5, 0.55, 0.6)
UNSURE = (0.0, 0.7, 0.75, 0.8, 0.85, 0.9)  # raw confidence below which the second opinion is asked
CALIBRATION_BINS = 20


@dataclass(frozen=True, slots=True)
class Prediction:
    """A page with the probabilities of the model that has not seen its domain."""

    example: Example
    probabilities: NDArray[np.float64]


def fit(examples: Sequence[Example]) -> tuple[Model, lgb.Booster]:
    """Return trees for the examples, thresholds not set, as arrays and as LightGBM made them."""
    rows = lgb.Dataset(
        np.vstack([example.rows for example in examples]),
        np.concatenate([example.labels for example in examples]),
        weight=np.concatenate([weights(example) for example in examples]),
        feature_name=list(examples[0].names),
    )
    booster = lgb.train(PARAMETERS, rows, num_boost_round=ROUNDS)
    trees = TreeArrays()
    for tree in booster.dump_model()["tree_info"]:
        trees.add(tree)
    digest = hashlib.sha256(booster.model_to_string().encode()).hexdigest()[:12]
    return trees.model(examples[0].names, digest), booster


def cross_validate(examples: Sequence[Example]) -> tuple[list[Model], list[Prediction]]:
    """Return a model a fold, and every page as the model of its fold sees it."""
    models, predictions = [], []
    for fold in range(FOLDS):
        model, _ = fit([example for example in examples if example.fold != fold])
        models.append(model)
        predictions += [Prediction(e, model.probabilities(e.rows)) for e in examples if e.fold == fold]
        print(f"fold {fold}: trained", file=sys.stderr, flush=True)
    return models, predictions


def text_of(prediction: Prediction, threshold: float, unsure: float) -> str:
    """Return the text that the two thresholds give on a page."""
    example, probabilities = prediction.example, prediction.probabilities
    chosen = select(probabilities, threshold)
    if expected_f1(probabilities, example.lengths, chosen) < unsure:
        chosen = with_second_opinion(probabilities, example.lengths, example.second, threshold)
    return "\n".join(text for text, keep in zip(example.texts, chosen, strict=True) if keep)


def score(predictions: Sequence[Prediction], text: Callable[[Prediction], str]) -> float:
    """Return what the thresholds are chosen by: the mean of the corpora's mean word F1, articles and others apart."""
    groups: dict[tuple[str, bool], list[float]] = {}
    for prediction in predictions:
        sample = prediction.example.sample
        key = (sample.corpus, sample.page_type == "article")
        groups.setdefault(key, []).append(word_f1(sample.text or "", text(prediction)))
    return float(np.mean([np.mean(values) for values in groups.values()]))


def choose_thresholds(predictions: Sequence[Prediction]) -> tuple[float, float]:
    """Return the probability and the confidence that score best in cross-validation."""
    threshold = max(THRESHOLDS, key=lambda limit: score(predictions, lambda page: text_of(page, limit, 0.0)))
    unsure = max(UNSURE, key=lambda limit: score(predictions, lambda page: text_of(page, threshold, limit)))
    return threshold, unsure


def calibrate(predictions: Sequence[Prediction], model: Model) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return raw confidences and the mean word F1 of the pages around each, made to rise (isotonic by pooling)."""
    raws, scores = [], []
    for page in predictions:
        chosen = select(page.probabilities, model.threshold)
        raws.append(expected_f1(page.probabilities, page.example.lengths, chosen))
        scores.append(word_f1(page.example.sample.text or "", text_of(page, model.threshold, model.unsure)))
    order = np.argsort(raws)
    raw_bins = np.array_split(np.array(raws)[order], CALIBRATION_BINS)
    score_bins = np.array_split(np.array(scores)[order], CALIBRATION_BINS)
    points = np.array([part.mean() for part in raw_bins], dtype=np.float32)
    return points, np.maximum.accumulate(np.array([part.mean() for part in score_bins])).astype(np.float32)


def finished(model: Model, thresholds: tuple[float, float], predictions: Sequence[Prediction]) -> Model:
    """Return the model with its thresholds and calibration."""
    model = replace(model, threshold=thresholds[0], unsure=thresholds[1])
    points, calibrated = calibrate(predictions, model)
    return replace(model, raw_points=points, calibrated=calibrated)


def card(model: Model, examples: Sequence[Example], predictions: Sequence[Prediction]) -> str:
    """Return the model card in Markdown."""
    lines = [
        "# Model card: the block classifier",
        "",
        "Says of each block of a page whether it belongs to the main content. Written by `training/train.py`.",
        "",
        f"- Model `{model.digest}`: {len(model.starts)} trees of up to 31 leaves, {len(model.names)} features,"
        f" seed {SEED}.",
        f"- A block is content from probability {model.threshold:.2f}; a second opinion is asked below a confidence of"
        f" {model.unsure:.2f}.",
        f"- Trained on {len(examples)} pages, {sum(len(e.labels) for e in examples):,} blocks of corpora that are not"
        " part of this project (see docs/benchmarks.md). No page text is kept in the model.",
        "- Truth is mostly English and German news of 2016-2025; other languages and kinds of page are thin.",
        "",
        f"Cross-validated over {FOLDS} folds by registrable domain, before the rules have their say:",
        "",
        "| corpus | pages | AEB P | AEB R | AEB F1 | word F1 |",
        "|---|---|---|---|---|---|",
    ]
    for corpus in sorted({page.example.sample.corpus for page in predictions}):
        pages = [page for page in predictions if page.example.sample.corpus == corpus]
        texts = [(page.example.sample.text or "", text_of(page, model.threshold, model.unsure)) for page in pages]
        whole = aeb(aeb_page(*pair) for pair in texts)
        words = np.mean([word_f1(*pair) for pair in texts])
        lines.append(
            f"| {corpus} | {len(pages)} | {whole.precision:.3f} | {whole.recall:.3f} | {whole.f1:.3f} | {words:.3f} |"
        )
    lines += ["", "Confidence, calibrated (mean word F1 of the pages around it):", "", "| raw | word F1 |", "|---|---|"]
    lines += [f"| {raw:.3f} | {f1:.3f} |" for raw, f1 in zip(model.raw_points, model.calibrated, strict=True)]
    return "\n".join(lines) + "\n"


def save_rows(booster: lgb.Booster, examples: Sequence[Example]) -> None:
    """Write rows with LightGBM's own prediction: the test of the numpy inference stands on them."""
    rows = np.vstack(
        [example.rows[:: max(len(example.rows) // 2, 1)] for example in examples[:: max(len(examples) // 100, 1)]]
    )
    np.savez_compressed(ROOT / "tests/content/rows.npz", rows=rows, probabilities=np.asarray(booster.predict(rows)))


def main() -> None:
    """Read, train, write."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("corpora", type=Path)
    arguments.add_argument("--folds", type=Path, help="write a model for each fold here")
    arguments.add_argument("--every", type=int, default=1, help="take each N-th page only, to try things out")
    options = arguments.parse_args()
    pages = [sample for sample in samples(options.corpora, every=options.every) if sample.text]
    with Pool(2) as pool:
        examples = [example for example in pool.map(read_example, pages, chunksize=8) if example]
    print(f"{len(examples)} of {len(pages)} pages read", file=sys.stderr, flush=True)
    models, predictions = cross_validate(examples)
    thresholds = choose_thresholds(predictions)
    model, booster = fit(examples)
    save_rows(booster, examples)
    final = finished(model, thresholds, predictions)
    save_model(final, ROOT / "src/harvester/content/model.npz")
    (ROOT / "docs/model-card.md").write_text(card(final, examples, predictions), encoding="utf-8")
    if options.folds:
        options.folds.mkdir(parents=True, exist_ok=True)
        for number, model in enumerate(models):
            save_model(finished(model, thresholds, predictions), options.folds / f"fold-{number}.npz")
        (options.folds / "folds.json").write_text(json.dumps({"folds": FOLDS, "rule": RULE}), encoding="utf-8")


if __name__ == "__main__":
    main()

"""Pages with truth into rows with labels; pages without are labelled where all that is known of them agrees."""

import gzip
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cache, partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from corpora import Sample
from folds import fold_of
from harvester.boilerplate import label_places
from harvester.cleaning import read_page
from harvester.content.candidates import Candidates
from harvester.content.declared_type import says_article
from harvester.content.features.block_rows import feature_rows
from harvester.content.page_type import PageTypeModel, read_page_type, read_page_types
from harvester.decode import decode
from harvester.dom import refuse_hostile
from harvester.errors import HarvesterError
from harvester.models import Block, Document, PageType, Removed
from harvester.outline import Outline
from harvester.rules.load import load_rules
from harvester.second_opinion import map_onto_blocks, trafilatura_blocks
from harvester.text import fold
from planting import plant
from voices import Donors

FOLDS = 5


@dataclass(frozen=True, slots=True)
class Example:
    """One page: the rows of its candidate blocks, which of them are true, and what it takes to score a choice."""

    sample: Sample
    fold: int
    at: NDArray[np.int64]  # indexes of the candidates
    rows: NDArray[np.float32]  # candidates x features
    names: tuple[str, ...]
    labels: NDArray[np.float32]  # 1: the block stands in the truth, 0: it does not, NaN: nobody knows
    placed: tuple[Removed | None, ...]  # what the rules say of each candidate's place
    says_article: bool  # the page calls itself an article
    outline: Outline
    page_type: PageType  # told by a model that has not seen the page's domain
    recipe: str = ""  # what was planted; "": the page as it is

    @property
    def key(self) -> str:
        """What names the example."""
        return f"{self.sample.corpus}/{self.sample.id}{'#' * bool(self.recipe)}{self.recipe}"

    @property
    def second(self) -> NDArray[np.bool_]:
        """What the second opinion takes; never asked of a page that something was planted into."""
        taken = second_opinion(self.sample.path)
        return np.array([index in taken for index in self.at], dtype=np.bool_)

    @property
    def texts(self) -> list[str]:
        """The candidates' texts."""
        return [self.outline.document.blocks[index].text for index in self.at]

    @property
    def lengths(self) -> NDArray[np.float64]:
        """The candidates' characters."""
        return np.array([len(text) for text in self.texts], dtype=np.float64)

    def candidates(self, probabilities: NDArray[np.float64]) -> Candidates:
        """Return the candidates with what is thought of them."""
        return Candidates(self.at, self.lengths, probabilities)


def read_example(sample: Sample, folds: Path) -> Example | None:
    """Return the page as rows; None when it cannot be read or nothing of its truth is on it.

    `folds` holds the models that tell the types of pages: types-0.npz, types-1.npz, ...
    """
    html = _markup(sample)
    types = _types(folds, fold_of(sample.url, FOLDS))
    tell = partial(read_page_type, address=sample.url, model=types, lexicon=load_rules().lexicon)
    return _example(sample, html, tell) if html is not None else None


def read_planted(plain: Example, recipe: str, donors: Donors) -> Example | None:
    """Return the page of `plain` with what `recipe` plants, as rows; None where nothing can be planted.

    Its type is the one of the page as it was: a thread makes no forum of an article.
    """
    html = _markup(plain.sample)
    harder = plant(plain.sample, html, recipe, donors, FOLDS) if html is not None else None
    example = _example(plain.sample, harder, lambda *_: plain.page_type) if harder is not None else None
    return replace(example, recipe=recipe) if example else None


@cache
def second_opinion(sample_path: Path) -> frozenset[int]:
    """Return the blocks that trafilatura takes on a page as it was saved: asked for few, for it takes long."""
    html = decode(gzip.decompress(sample_path.read_bytes()), None, str(sample_path))
    return trafilatura_blocks(read_page(html, load_rules()))


def _markup(sample: Sample) -> str | None:
    try:
        html = decode(sample.body(), None, sample.id)
        refuse_hostile(html, sample.id)
    except HarvesterError:
        return None
    return html


def _example(sample: Sample, html: str, tell: Callable[[Outline, Mapping[int, Removed]], PageType]) -> Example | None:
    """Return the markup as rows; `tell` says what kind of page it is."""
    document = read_page(html, load_rules())
    outline = Outline(document)
    placed = label_places(outline, load_rules())
    at = [index for index, block in enumerate(document.blocks) if not block.verdict]
    truth = [line for text in (sample.text or "").splitlines() if (line := fold(text))]
    true_blocks = map_onto_blocks(truth, document.blocks)
    if not at or (sample.text and not true_blocks.intersection(at)):
        return None
    rows = feature_rows(outline, placed, load_rules())
    return Example(
        sample=sample,
        fold=fold_of(sample.url, FOLDS),
        at=np.array(at, dtype=np.int64),
        rows=rows.values[at],
        names=rows.names,
        labels=np.array([index in true_blocks if sample.text else np.nan for index in at], dtype=np.float32),
        placed=tuple(placed.get(index) for index in at),
        says_article=says_article(document),
        outline=Outline(_bare(document)),
        page_type=tell(outline, placed),
    )


@cache
def _types(folds: Path, fold: int) -> PageTypeModel:
    return read_page_types(folds / f"types-{fold}.npz")


def _bare(document: Document) -> Document:
    """Return the document with what the second stage needs: a corpus of whole ones fills the memory."""
    blocks = tuple(
        Block(block.role, block.text, block.level, block.link_chars, None, "", block.element, (), 0, block.verdict)
        for block in document.blocks
    )
    return replace(document, blocks=blocks, metas=(), links=(), scripts=(), images=(), markup=None)


def labelled_by_agreement(example: Example, probabilities: NDArray[np.float64]) -> Example:
    """Return a page without true text, labelled where the engine and trafilatura agree or the engine is all but sure.

    `probabilities` are those of a model that has not seen the page's domain. Snippets that must or must not stand in
    the text have the last word.
    """
    placed = np.array([label is not None for label in example.placed])
    second = example.second
    labels = np.full(len(probabilities), np.nan, dtype=np.float32)
    labels[(probabilities >= 0.6) & second | (probabilities >= 0.93) & ~placed] = 1
    labels[(probabilities < 0.35) & ~second | (probabilities < 0.05)] = 0
    for place, text in enumerate(example.texts):
        if any(snippet in text for snippet in example.sample.truth.get("with", ())):
            labels[place] = 1
        elif any(snippet in text for snippet in example.sample.truth.get("without", ())):
            labels[place] = 0
    return replace(example, labels=labels)


def weights(example: Example) -> NDArray[np.float64]:
    """Return the weights of a page's rows: long blocks count more, no page outweighs the others, unknown is nothing."""
    raw = np.sqrt(example.lengths + 10.0)
    of_page = raw / raw.sum() * min(len(raw), 400) ** 0.5
    return np.where(np.isnan(example.labels), 0.0, of_page)

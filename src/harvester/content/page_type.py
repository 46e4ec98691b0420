"""What kind of page a page is: an article, a listing of others, a product ...; with how sure that is.

Gradient-boosted trees over what the page is made of (`page_type_numbers.py`) and the words that describe it
(`page_type_words.py`), and what all of these words say together (`word_votes.py`); trained by `training/page_types.py`.
It does not ask the classifier of blocks, which may ask it.
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, fields
from functools import cache
from importlib.resources import files
from math import nan
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from harvester.boilerplate.threads_by_heads import is_of_posts
from harvester.cached_values import cached_value
from harvester.content.declared_type import marks_thread, names_thread, says_article, says_thread
from harvester.content.features.matrix import total
from harvester.content.page_type_numbers import page_values, value_names, value_row
from harvester.content.page_type_words import KnownWords, page_words, text_words
from harvester.content.thread_pages import is_thread_alone
from harvester.content.trees import Trees, arrays_of, read_arrays, trees_of
from harvester.content.word_votes import WordVotes
from harvester.models import PageType, PageTypeName, Removed
from harvester.outline import Outline
from harvester.rules.lexicon import Lexicon

# A type less sure than this is none of those that were learned.
_LEAST: Final = 0.35
_SOME_THREAD: Final = 0.05  # of being a thread, from which a page is looked through for a mark of one
_HARDLY_THREAD: Final = 0.01  # and for the names that software gives posts, which cost less; most news have less
FORMAT: Final = 2
_KEPT_WORDS: Final = "words_"  # before the names of the arrays of WordVotes


@dataclass(frozen=True)
class PageTypeModel:
    """The trees, one a type and round, the votes of words, and the limit chosen with them."""

    trees: Trees
    words: WordVotes
    types: tuple[PageTypeName, ...]  # tree number i speaks for types[i % len(types)]
    floor: float  # a page is refused where all types that are asked for have less than this together
    digest: str  # of the training run

    @cached_value
    def names(self) -> tuple[str, ...]:
        """The features that are asked for, in the order of the columns of rows: the words that vote come first."""
        return tuple(dict.fromkeys((*self.words.names, *self.trees.names)))

    @cached_value
    def columns(self) -> "_Columns":
        """The columns of those features, by what is read for them."""
        return _columns(self.names)

    @cached_value
    def _of_trees(self) -> NDArray[np.intp]:
        """The columns that the trees ask for."""
        at = {name: column for column, name in enumerate(self.names)}
        return np.array([at[name] for name in self.trees.names], dtype=np.intp)

    def probabilities(self, rows: NDArray[np.float32]) -> NDArray[np.float64]:
        """Return rows x types, given rows of `names`."""
        scores = self.trees.sums(rows.take(self._of_trees, axis=1), groups=len(self.types)).T
        scores = scores + self.words.scores(rows[:, : len(self.words.names)])
        powers = np.exp(scores - np.maximum.reduce(scores, axis=1, keepdims=True))
        return np.asarray(powers / total(powers, axis=1, keepdims=True))


def read_page_type(
    outline: Outline,
    placed: Mapping[int, Removed],
    address: str | None,
    model: PageTypeModel,
    lexicon: Lexicon,
) -> PageType:
    """Return what kind of page it is.

    `placed` are the blocks that rules took out by their place; `address` is the page's URL, None: it is read from the
    head.
    """
    document = outline.document
    row = _row(outline, placed, address, model.columns)
    chances: list[float] = model.probabilities(row[np.newaxis])[0].tolist()
    forum = chances[model.types.index("forum")]
    may_be_thread = forum >= _SOME_THREAD
    if (
        says_thread(document)
        or is_thread_alone(outline, placed)
        or (may_be_thread and (marks_thread(document) or _is_of_posts(outline, lexicon)))
    ):
        chances = _as_thread(chances, model.types, ("article",))
    elif forum >= _HARDLY_THREAD and names_thread(outline, lexicon) and not says_article(document):
        chances = _as_thread(chances, model.types, ("article", "listing"))  # of posts that are a line each
    best = chances.index(max(chances))
    name: PageTypeName = model.types[best] if chances[best] >= _LEAST else "other"
    by_type = dict(zip(model.types, [round(chance, 3) for chance in chances], strict=True))
    return PageType(name, by_type[model.types[best]], by_type, model.floor)


def _is_of_posts(outline: Outline, lexicon: Lexicon) -> bool:
    return not says_article(outline.document) and is_of_posts(outline, lexicon)


def _as_thread(
    chances: Sequence[float], types: tuple[PageTypeName, ...], others: tuple[PageTypeName, ...]
) -> list[float]:
    """Return the probabilities of a page that calls itself a thread: what it had as one of `others` it has as one."""
    told, forum = list(chances), types.index("forum")
    for other in map(types.index, others):
        told[forum] += told[other]
        told[other] = 0.0
    return told


def page_features(outline: Outline, placed: Collection[int], address: str | None) -> dict[str, float]:
    """Return all that is known of a page by name: a model may be learned from any of it.

    Words of the page are 1, behind what they are words of ("class:cart"); those of its sentences, as "text:our",
    their share of them in per cent.
    """
    words = page_words(outline, address)
    said = text_words(outline)
    shares = {f"text:{word}": 100 * count / len(said) for word, count in Counter(said).items()}
    ones = {f"{of}:{word}": 1.0 for of, those in words.items() for word in those}
    return {**page_values(outline, placed), **ones, **shares}


def row_of(features: Mapping[str, float], names: tuple[str, ...]) -> NDArray[np.float32]:
    """Return the features in the order of `names`: a word that is not there is 0, a number that there is not NaN."""
    return np.array([features.get(name, 0.0 if ":" in name else nan) for name in names], dtype=np.float32)


def _row(outline: Outline, placed: Collection[int], address: str | None, columns: "_Columns") -> NDArray[np.float32]:
    """Return what `row_of` does of `page_features`: only the words that the model knows are looked at."""
    row = np.zeros(columns.count, dtype=np.float32)
    values = value_row(outline, placed)[columns.of_numbers] if outline.document.blocks else nan
    row[columns.at_numbers] = values
    columns.words.write(row, outline, address)
    return row


@dataclass(frozen=True, slots=True)
class _Columns:
    """The columns of a model's rows, by what is read for them."""

    count: int
    at_numbers: NDArray[np.intp]
    of_numbers: NDArray[np.intp]  # the place of each of them among all values
    words: KnownWords


def _columns(names: tuple[str, ...]) -> _Columns:
    numbers = [at for at, name in enumerate(names) if ":" not in name]
    words: dict[str, dict[str, int]] = {}
    for at, name in enumerate(names):
        of, colon, word = name.partition(":")
        if colon:
            words.setdefault(of, {})[word] = at
    of_numbers = [value_names().index(names[at]) for at in numbers]
    return _Columns(
        len(names), np.array(numbers, dtype=np.intp), np.array(of_numbers, dtype=np.intp), KnownWords(words)
    )


@cache
def load_page_types() -> PageTypeModel:
    """Return the model that comes with the package."""
    return read_page_types(Path(str(files("harvester.content").joinpath("page_types.npz"))))


def read_page_types(path: Path) -> PageTypeModel:
    """Return the model at `path`; raises RulesError where there is none."""
    kept = read_arrays(path, FORMAT, "model of page types")
    voting: dict[str, Any] = {field.name: kept[_KEPT_WORDS + field.name] for field in fields(WordVotes)}
    voting |= {"names": _strings(voting["names"]), "table": voting["table"].astype(np.float32)}
    types: Any = _strings(kept["types"])
    return PageTypeModel(trees_of(kept), WordVotes(**voting), types, float(kept["floor"]), str(kept["digest"]))


def _strings(array: NDArray[Any]) -> tuple[str, ...]:
    return tuple(str(name) for name in array)


def save_page_types(model: PageTypeModel, path: Path) -> None:
    """Write `model` for `read_page_types`; the same model gives the same bytes."""
    arrays = arrays_of(model.trees)
    voting = {_KEPT_WORDS + field.name: np.asarray(getattr(model.words, field.name)) for field in fields(WordVotes)}
    voting[_KEPT_WORDS + "table"] = voting[_KEPT_WORDS + "table"].astype(np.float16)
    arrays |= voting | {name: np.asarray(getattr(model, name)) for name in ("types", "floor", "digest")}
    np.savez_compressed(path, format=np.asarray(FORMAT), **arrays)

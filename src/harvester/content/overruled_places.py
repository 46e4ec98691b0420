"""Which places of boilerplate stay all the same: those that are content by far, as the classifier sees them."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Final

import numpy as np

from harvester.boilerplate.label_by_markup import is_final
from harvester.boilerplate.other_texts import FURTHER_ARTICLE
from harvester.content.candidates import Candidates, Chosen, Indexes
from harvester.content.features.matrix import weighted_mean
from harvester.models import Removed
from harvester.rules.kind_names import KindName

# Mean probability from which readers' comments are the content of what may be an article. Measured by domain: text of
# an article in a container with such a name has .9 or more, comments below one up to .75.
_SURE_OF_THREAD: Final = 0.8
# Mean probability from which what looks like a further article is a part of this one, though its markup calls it an
# article and its heading is no lower than a section's: the steps of a recipe. Cards of other stories have up to .12.
_PART_OF_ARTICLE: Final = 0.3
# Mean probability from which short containers of one rule are the content: with .7, captions of news are.
_SURE_OF_LIKES: Final = 0.8
_MIN_LIKES: Final = 3  # longer containers of one rule, from which they are judged together
_MIN_OVERRULED_CHARS: Final = 200  # a shorter container is a label or a line, which rules know better


def overrule(labels: Sequence[Removed | None], candidates: Candidates, limit: float) -> Chosen:
    """Return which candidates stay: those without a label, and every container that is content by far.

    The blocks of one container share one label object. What is final (consent windows, a second article) goes, and
    readers' comments take more: they are sentences, as an article's are. Three containers or more of one rule are
    judged together: posts, comments or cards, of which all are content or none. So are those too short to tell: a blog
    may call all of its paragraphs captions.
    """
    standing = np.array([label is None for label in labels], dtype=np.bool_)
    if standing.all():
        return standing
    lengths = candidates.lengths.tolist()
    short: defaultdict[Removed, list[int]] = defaultdict(list)
    long: defaultdict[Removed, list[slice]] = defaultdict(list)
    for label, inside in _containers(labels):
        if is_final(label):
            continue
        if sum(lengths[inside]) < _MIN_OVERRULED_CHARS:
            short[label] += range(inside.start, inside.stop)
        else:
            long[label].append(inside)
    for label, found in long.items():
        least = max(limit, _SURE_OF_THREAD) if label.kind == KindName.COMMENT_THREAD else limit
        least = min(limit, _PART_OF_ARTICLE) if label.rule == FURTHER_ARTICLE else least
        for places in _together(found):
            standing[places] = _mean(candidates, places) >= least
    for at in short.values():
        if sum([lengths[place] for place in at]) >= _MIN_OVERRULED_CHARS:
            standing[at] = _mean(candidates, np.array(at)) >= max(limit, _SURE_OF_LIKES)
    return standing


def _together(containers: Sequence[slice]) -> list[Indexes]:
    """Return where the candidates of containers of one rule are: of each, or of all as one where they are many."""
    places = [np.arange(inside.start, inside.stop) for inside in containers]
    return [np.concatenate(places)] if len(places) >= _MIN_LIKES else places


def _containers(labels: Sequence[Removed | None]) -> Iterator[tuple[Removed, slice]]:
    """Yield the label of each container that has one, and where its candidates are."""
    start = 0
    for _, inside in groupby(labels, key=id):
        label, *others = inside
        end = start + 1 + len(others)
        if label is not None:
            yield label, slice(start, end)
        start = end


def _mean(candidates: Candidates, places: Indexes) -> float:
    return weighted_mean(candidates.probabilities[places], candidates.lengths[places])

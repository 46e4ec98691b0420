"""Measures how far each field's places can be trusted: `python benchmarks/trust.py CORPORA [NAME ...]`.

Each page goes through the whole clean. For title, authors and dates it prints what share is right (checked truth) of
the values that are trusted so far; for the other fields, for each place that a value was read from, how often a witness
that is independent of the place says the same, and the logarithm of those odds (half a page added to either side)
beside the weight that the field has. Witnesses: the corpora's truth where they hold one (languages, tags, section, the
kind of a news page, the words of the text for a description), else another record of the page.
"""

import argparse
import math
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any, Final

from corpora import Sample, samples
from harvester.metadata.field_table import FIELDS
from harvester.metadata.fields.images import picture_key
from harvester.metadata.fields.site import host_names
from harvester.metadata.lookup.json_ld import as_list
from harvester.metadata.lookup.page_index import key_of
from harvester.metadata.lookup.structured_data import read_lookups
from harvester.metadata.place_trust import place_in, trust_of
from harvester.models import Document, Evidence, Metadata, Page
from harvester.rules.lexicon import Lexicon
from harvester.text import fold
from harvester.urls import loose_host, loose_path
from metadata import NAMES, read_page
from metadata_truth import Answer, judge_checked
from tables import print_table, share
from workers import load_all

NEWS: Final = ("n4k", "fundus")  # corpora of news alone
BINS: Final = (0.5, 0.7, 0.8, 0.9, 0.95, 0.99, 1.01)
MIN_SHARE: Final = 0.5  # of a text's words, of a list's items
VOTED: Final = {"title": "title", "authors": "authors", "published": "date"}  # with their names in the truth
WEIGHTS: Final = {name: places.weights for name, _, places in FIELDS}
Row = tuple[str, str, bool]  # field, place or bin, right


def main() -> None:
    """Measure the pages and print both tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpora", type=Path)
    parser.add_argument("names", nargs="*", help=f"corpora to measure; {', '.join(NAMES)} when none is given")
    parser.add_argument("--jobs", type=int, default=1, metavar="N", help="processes (default 1)")
    arguments = parser.parse_args()
    counts: dict[tuple[str, str], Counter[bool]] = defaultdict(Counter)
    with ProcessPoolExecutor(arguments.jobs, initializer=load_all) as pool:
        for rows in pool.map(judge_page, samples(arguments.corpora, tuple(arguments.names) or NAMES), chunksize=8):
            for field, place, is_right in rows:
                counts[field, place][is_right] += 1
    voted = sorted(key for key in counts if key[0] in VOTED)
    print_table("By trust", ("field", "trust", "right"), (_voted_row(*key, counts[key]) for key in voted))
    others = [key for key in counts if key[0] not in VOTED]
    others.sort(key=lambda key: (list(WEIGHTS).index(key[0]), -counts[key].total()))
    head = ("field", "place", "as the witness", "log odds", "weight", "trust")
    print_table("By place", head, (_place_row(*key, counts[key]) for key in others))


def _voted_row(field: str, place: str, found: Counter[bool]) -> tuple[str, ...]:
    return field, place, f"{found[True]} of {found.total()}, {share(found[True], found.total())}"


def _place_row(field: str, place: str, found: Counter[bool]) -> tuple[str, ...]:
    odds = math.log((found[True] + 0.5) / (found[False] + 0.5))
    weight = WEIGHTS[field].get(place, math.nan)
    return field, place, f"{found[True]} of {found.total()}", f"{odds:.1f}", f"{weight:.1f}", f"{trust_of(weight):.2f}"


def judge_page(sample: Sample) -> list[Row]:
    """Return a row for each field of a page that a witness speaks of."""
    read = read_page(sample)
    if read is None:
        return []
    (document, page, lexicon, *_), found = read
    chosen = [one for one in found.evidence if one.chosen]
    rows = list(_judged_votes(sample, found, chosen))
    for one in chosen:
        witness = WITNESSES.get(one.field)
        says = witness(Asked(sample, document, page, lexicon, found), one) if witness is not None else None
        if says is not None:
            first = one.origin if one.origin in WEIGHTS[one.field] else one.origin.split(", ", 1)[0]
            rows.append((one.field, place_in(first, WEIGHTS[one.field]) or "other", says))
    return rows


def _judged_votes(sample: Sample, found: Metadata, chosen: list[Evidence]) -> Iterator[Row]:
    verdicts = judge_checked(sample, Answer(found.title, found.authors, found.published, found.agencies))
    for one in chosen:
        name = VOTED.get(one.field)
        if name is not None and one.trust is not None and verdicts[name] in {"right", "near", "wrong"}:
            below = next(end for end in BINS if one.trust < end)
            yield one.field, f"below {min(below, 1.0):.2f}", verdicts[name] == "right"


class Asked:
    """What a witness may look at."""

    def __init__(self, sample: Sample, document: Document, page: Page, lexicon: Lexicon, found: Metadata) -> None:
        self.sample, self.found = sample, found
        self.lookups = read_lookups(document, page, lexicon)

    def metas(self, *names: str) -> tuple[str, ...]:
        """Return the contents of the metas `names`."""
        return tuple(value for name in names for value in self.lookups.metas.get(name, ()) if value)


def _kind(asked: Asked, one: Evidence) -> bool | None:
    """Corpora of news, and pages that are no article at all."""
    if asked.sample.corpus in NEWS:
        return one.value == "news"
    return one.value == "other" if asked.sample.page_type != "article" else None


def _languages(asked: Asked, _: Evidence) -> bool | None:
    said = asked.sample.truth.get("lang")
    return str(said).split("-", 1)[0] == asked.found.languages[0].split("-", 1)[0] if said else None


def _tags(asked: Asked, _: Evidence) -> bool | None:
    """Most of them are the truth's, or the truth's are most of them."""
    truth = {fold(tag) for key in ("tags", "topics") for tag in asked.sample.truth.get(key) or ()}
    tags = set(map(fold, asked.found.tags))
    return len(tags & truth) >= MIN_SHARE * min(len(tags), len(truth)) if truth else None


def _section(asked: Asked, _: Evidence) -> bool | None:
    truth = {fold(name) for name in asked.sample.truth.get("categories") or ()}
    path = {fold(step) for step in (*asked.found.section_path, asked.found.section or "")}
    return bool(path & truth) if truth else None


def _description(asked: Asked, _: Evidence) -> bool | None:
    """Half of its words are words of the true text, or of the title."""
    truth = asked.sample.truth
    said = (asked.found.description or "").casefold().split()
    known = set(f"{truth.get('text') or ''} {truth.get('title') or ''}".casefold().split())
    return sum(word in known for word in said) >= MIN_SHARE * len(said) if truth.get("text") and said else None


def _subtitle(asked: Asked, _: Evidence) -> bool | None:
    """A record of the page describes the article in its words."""
    said = asked.metas("og:description", "description", "twitter:description")
    said += asked.lookups.article_texts("alternativeHeadline") + asked.lookups.article_texts("description")
    words = set((asked.found.subtitle or "").casefold().split())
    return any(len(words & set(text.casefold().split())) >= MIN_SHARE * len(words) for text in said) if said else None


def _images(asked: Asked, one: Evidence) -> bool | None:
    """The article's record has the lead picture as well."""
    lookups = asked.lookups
    nodes = [lookups.resolve(item) or {"url": item} for item in as_list(lookups.value("image"))]
    others = [str(node.get("url") or node.get("contentUrl") or "") for node in nodes]
    return any(picture_key(one.value) == picture_key(url) for url in others) if others else None


def _site(asked: Asked, one: Evidence) -> bool | None:
    """The host has its name, or a record elsewhere: its publisher, the name of the application, the end of <title>."""
    key = key_of(one.value)
    named = {key_of(name) for name in asked.lookups.texts(asked.lookups.value("publisher"))}
    named |= {key_of(name) for name in asked.metas("application-name", "og:site_name", "twitter:site")}
    if one.origin.startswith(("meta", "json-ld")):
        title = key_of(asked.lookups.document.title or "")
        return title.endswith(key) or title.startswith(key) or bool(host_names(asked.lookups.address) & {key})
    return key in named or bool(host_names(asked.lookups.address) & {key}) if named else None


def _canonical(asked: Asked, one: Evidence) -> bool | None:
    """It is where the page was fetched, or another record has it."""
    address = asked.lookups.address
    path = loose_path(one.value)
    others = [*asked.metas("og:url", "twitter:url", "al:web:url")] if one.origin.startswith("link") else []
    if address is None:
        return None
    return path == loose_path(address) or any(path == loose_path(url) for url in others)


def _amp(asked: Asked, one: Evidence) -> bool | None:
    """It is on the page's own domain, or in a cache of such pages that names it."""
    domain = ".".join(loose_host(asked.lookups.address).split(".")[-2:])
    return domain in one.value if asked.lookups.address else None


WITNESSES: Final[dict[str, Callable[[Any, Evidence], bool | None]]] = {
    "kind": _kind,
    "subtitle": _subtitle,
    "description": _description,
    "languages": _languages,
    "images": _images,
    "section": _section,
    "tags": _tags,
    "site": _site,
    "canonical_url": _canonical,
    "amp_url": _amp,
}

if __name__ == "__main__":
    main()

"""Articles on disk: OUTPUT/HOST/ID.json is the present version, OUTPUT/HOST/versions/ID.N.json are those before.

The files are the truth about versions, not the state: a crash between the two costs nothing. Each step may be done
twice without harm: the old version is copied first, then the new one takes its place.
"""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from harvester.crawl.versions import is_new_version
from harvester.errors import InputError
from harvester.models import Article, Edition
from harvester.store.articles import article_json, load_article
from harvester.store.files import make_folder, write_atomic
from harvester.urls import host_of

VERSIONS_FOLDER: Final = "versions"


@dataclass(frozen=True, slots=True)
class Candidate:
    """An article as a visit brought it."""

    article: Article
    seen: str  # ISO 8601, UTC: of this visit
    signals: tuple[str, ...] = ()
    paywalled: bool = False


@dataclass(frozen=True, slots=True)
class Stored:
    """What stands on disk after a visit."""

    path: Path
    version: int
    is_new: bool  # the first version, or a later one that this visit brought


def article_path(output: Path, url: str, article: str) -> Path:
    """Return where the present version of an article stands; `article` is its id, `url` the one that is visited."""
    return output / host_of(url).replace(":", "_") / f"{article}.json"  # ":" is in IPv6 addresses only


def version_path(current: Path, version: int) -> Path:
    """Return where an earlier version of the article at `current` stands."""
    return current.parent / VERSIONS_FOLDER / f"{current.stem}.{version}.json"


def read_current(path: Path) -> Article | None:
    """Return the article at `path`; None when there is none, or none that can be read."""
    if not path.is_file():
        return None
    try:
        return load_article(path)
    except InputError:
        return None  # of another format: what replaces it is the first version in this one


def store_article(output: Path, url: str, candidate: Candidate) -> Stored:
    """Write the article found at `url` where it is new or edited, and return what stands on disk now.

    Raises StoreError.
    """
    article = candidate.article
    path = article_path(output, url, article.id)
    old = read_current(path)
    if old is not None and not is_new_version(old, article):
        return Stored(path, _version(old), is_new=False)
    previous = None
    if old is not None:
        kept = version_path(path, _version(old))
        make_folder(kept.parent)
        write_atomic(kept, path.read_bytes())
        previous = f"{VERSIONS_FOLDER}/{kept.name}"
    edition = _edition(candidate, old, previous)
    make_folder(path.parent)
    write_atomic(path, article_json(replace(article, edition=edition)))
    return Stored(path, edition.version, is_new=True)


def _version(article: Article) -> int:
    return article.edition.version if article.edition else 1


def _edition(candidate: Candidate, old: Article | None, previous: str | None) -> Edition:
    first_seen = old.edition.first_seen if old and old.edition else candidate.seen
    version = _version(old) + 1 if old else 1
    return Edition(version, previous, first_seen, candidate.signals, candidate.paywalled)

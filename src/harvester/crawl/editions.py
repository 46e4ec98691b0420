"""Articles on disk: OUTPUT/HOST/ID.json is the present version, OUTPUT/HOST/versions/ID.N.json are those before.

The files are the truth about versions, not the state: a crash between the two costs nothing. Each step may be done
twice without harm: the old version is copied first, then the new one takes its place, while nobody else can.
"""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from harvester.crawl.versions import is_new_version
from harvester.models import Article, Edition
from harvester.store.articles import article_json, article_of
from harvester.store.files import make_folder, publish, stage, store_error, write_atomic
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
    part: Path | None = None  # what is to take its place; None: nothing


def article_path(output: Path, url: str, article: str) -> Path:
    """Return where the present version of an article stands; `article` is its id, `url` the one that is visited."""
    return output / host_of(url).replace(":", "_") / f"{article}.json"  # ":" is in IPv6 addresses only


def version_path(current: Path, version: int) -> Path:
    """Return where an earlier version of the article at `current` stands."""
    return current.parent / VERSIONS_FOLDER / f"{current.stem}.{version}.json"


def read_current(path: Path) -> Article | None:
    """Return the article at `path`; None when there is none, or none that can be read."""
    found = _read(path)
    return found[1] if found else None


def stage_article(output: Path, url: str, candidate: Candidate) -> Stored:
    """Write the article found at `url` beside its place where it is new or edited, and return what is to stand there.

    The version before is kept first, from the same bytes that the new one was compared with. Raises StoreError.
    """
    article = candidate.article
    path = article_path(output, url, article.id)
    body, old = _read(path) or (b"", None)
    if old is not None and not is_new_version(old, article):
        return Stored(path, _version(old), is_new=False)
    previous = None
    if old is not None:
        kept = version_path(path, _version(old))
        make_folder(kept.parent)
        write_atomic(kept, body)
        previous = f"{VERSIONS_FOLDER}/{kept.name}"
    edition = _edition(candidate, old, previous)
    make_folder(path.parent)
    part = stage(path, article_json(replace(article, edition=edition)))
    return Stored(path, edition.version, is_new=True, part=part)


def publish_article(stored: Stored) -> None:
    """Let an article that was staged take its place; nothing where it has already. Raises StoreError."""
    if stored.part is not None:
        publish(stored.part, stored.path)


def _read(path: Path) -> tuple[bytes, Article] | None:
    try:
        body = path.read_bytes()
        return body, article_of(body)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise store_error(path, error) from error
    except ValueError:
        return None  # of another format: what replaces it is the first version in this one


def _version(article: Article) -> int:
    return article.edition.version if article.edition else 1


def _edition(candidate: Candidate, old: Article | None, previous: str | None) -> Edition:
    first_seen = old.edition.first_seen if old and old.edition else candidate.seen
    version = _version(old) + 1 if old else 1
    return Edition(version, previous, first_seen, candidate.signals, candidate.paywalled)

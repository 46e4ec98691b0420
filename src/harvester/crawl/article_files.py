"""Articles on disk: OUTPUT/HOST/ID.json is the present version, OUTPUT/HOST/versions/ID.N.json are those before.

The files are the truth about versions, not the state: a crash between the two costs nothing. Each step may be done
twice without harm: the old version is copied first, then the new one takes its place, while nobody else can.
"""

import errno
import hashlib
import os
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from harvester.crawl.article_edits import counted_lines, is_new_version
from harvester.crawl.state.rows import StoredVersion
from harvester.models import Article, Edition
from harvester.store.articles import article_json, article_of
from harvester.store.atomic_files import make_folder, publish, stage, store_error, write_atomic
from harvester.urls import host_of

VERSIONS_FOLDER: Final = "versions"
# Edits in a row of one and the same number: a toll may rise so often, a counter of readers does at each visit.
_COUNTED: Final = 4


@dataclass(frozen=True, slots=True)
class FetchedArticle:
    """An article as a visit brought it."""

    article: Article
    seen: str  # ISO 8601, UTC: of this visit
    signals: tuple[str, ...] = ()
    paywalled: bool = False


@dataclass(frozen=True, slots=True)
class WrittenArticle:
    """What is on disk after a visit."""

    path: Path
    version: int
    is_new: bool  # the first version, or a later one that this visit brought
    sha256: str  # hex, of the file as it is to be there
    page: str  # hex SHA-256 of the page that the article was made from
    part: Path | None = None  # what is to take its place; None: nothing


def article_path(output: Path, url: str, article: str) -> Path:
    """Return where the present version of an article is; `article` is its id, `url` the one that is visited."""
    return output / host_of(url).replace(":", "_") / f"{article}.json"  # ":" is in IPv6 addresses only


def check_place(output: Path, url: str, article: str) -> None:
    """Raise StoreError "unwritable" where an article will find no place, as far as that can be seen beforehand."""
    path = article_path(output, url, article)
    make_folder(path.parent)
    if path.is_dir():
        raise store_error(path, IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR)))
    if not os.access(path.parent, os.W_OK | os.X_OK):
        raise store_error(path, PermissionError(errno.EACCES, os.strerror(errno.EACCES)))
    versions = path.parent / VERSIONS_FOLDER
    if versions.exists():  # an edited article puts the one before there
        make_folder(versions)


def version_path(current: Path, version: int) -> Path:
    """Return where an earlier version of the article at `current` is."""
    return current.parent / VERSIONS_FOLDER / f"{current.stem}.{version}.json"


def read_current(path: Path) -> Article | None:
    """Return the article at `path`; None when there is none, or none that can be read."""
    found = _read(path)
    return found[1] if found else None


def stage_article(output: Path, url: str, candidate: FetchedArticle) -> WrittenArticle:
    """Write the article found at `url` beside its place where it is new or edited, and return what is to be there.

    The version before is kept first, from the same bytes that the new one was compared with. Raises StoreError.
    """
    article = candidate.article
    path = article_path(output, url, article.id)
    body, old = _read(path) or (b"", None)
    if old is not None and (not is_new_version(old, article) or _is_counter(path, old, article)):
        return WrittenArticle(path, _version(old), is_new=False, sha256=_digest(body), page=old.page.sha256)
    previous = None
    if old is not None:
        kept = version_path(path, _version(old))
        make_folder(kept.parent)
        write_atomic(kept, body)
        previous = f"{VERSIONS_FOLDER}/{kept.name}"
    edition = _edition(candidate, old, previous)
    make_folder(path.parent)
    content = article_json(replace(article, edition=edition))
    part = stage(path, content)
    return WrittenArticle(
        path, edition.version, is_new=True, sha256=_digest(content), page=article.page.sha256, part=part
    )


def _is_counter(path: Path, old: Article, new: Article) -> bool:
    """Return whether all that was edited is a number that was all that the last edits were of, too."""
    lines = counted_lines(old, new)
    last = _version(old)
    if not lines or last <= _COUNTED:
        return False
    later = old
    for version in range(last - 1, last - 1 - _COUNTED, -1):
        earlier = read_current(version_path(path, version))
        if earlier is None or counted_lines(earlier, later) != lines:
            return False
        later = earlier
    return True


def stored_versions(
    output: Path, path: Path, after: int, stored: WrittenArticle | None = None
) -> tuple[StoredVersion, ...]:
    """Return the versions of the article at `path` that follow version `after`, the present one last, always.

    `stored`: the present one, where it is known. Of a version whose file is not there, digests are None.
    """
    current = stored or _stored_at(path)
    last = current.version if current else after
    earlier = (_version_at(output, version_path(path, number), path.stem, number) for number in range(after + 1, last))
    file = path.relative_to(output).as_posix()
    digests = (current.sha256, current.page) if current else (None, None)
    return *earlier, StoredVersion(path.stem, last, file, *digests)


def publish_article(stored: WrittenArticle) -> None:
    """Let an article that was staged take its place; nothing where it has already. Raises StoreError."""
    if stored.part is not None:
        publish(stored.part, stored.path)


def _stored_at(path: Path) -> WrittenArticle | None:
    found = _read(path)
    if found is None:
        return None
    body, article = found
    return WrittenArticle(path, _version(article), is_new=False, sha256=_digest(body), page=article.page.sha256)


def _version_at(output: Path, path: Path, name: str, version: int) -> StoredVersion:
    found = _stored_at(path)
    digests = (found.sha256, found.page) if found else (None, None)
    return StoredVersion(name, version, path.relative_to(output).as_posix(), *digests)


def _digest(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()


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


def _edition(candidate: FetchedArticle, old: Article | None, previous: str | None) -> Edition:
    first_seen = old.edition.first_seen if old and old.edition else candidate.seen
    version = _version(old) + 1 if old else 1
    return Edition(version, previous, first_seen, candidate.signals, candidate.paywalled)

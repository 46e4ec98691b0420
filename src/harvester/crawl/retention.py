"""What of a crawl may be thrown away: earlier versions of articles, and files of raw pages that nothing points into.

A present article never goes. Of an article's versions the oldest go first; the oldest one that stays loses its link to
the one before, and only then that one goes, the latest first: at no moment a link leads nowhere. A file of raw pages
goes when no article that stays, and no version, has its page there. A version stays as long as a line of the list of
changes is about it that not every reader has taken.
"""

import re
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from typing import Final

from harvester.crawl.article_files import VERSIONS_FOLDER, version_path
from harvester.errors import InputError, Reason, StoreError
from harvester.store.article_pointers import Pointers, pointers_of, with_previous
from harvester.store.atomic_files import remove_torn, store_error, write_atomic
from harvester.store.changes.change_reading import has_changes, last_seq
from harvester.store.changes.latest_changes import Latest
from harvester.store.datasets.storage import LocalStorage
from harvester.store.lock import LOCK_NAME, hold_lock, owner_name

DAY_S: Final = 86_400
_ARTICLE: Final = re.compile(r"[0-9a-f]{16}\.json")
_VERSION: Final = re.compile(r"([0-9a-f]{16})\.(\d+)\.json")
_WARC: Final = re.compile(r"(?P<prefix>.+)-(?P<time>\d{14})-\d+\.warc\.gz")


@dataclass(frozen=True, slots=True)
class Keep:
    """What stays in any case; None: of this kind all stays. What one of two rules keeps, stays."""

    versions: int | None = None  # of each article, the present one among them
    versions_days: float | None = None  # replaced since then
    warcs_days: float | None = None  # begun since then
    warcs_bytes: int | None = None  # the latest files, as long as they take no more
    taken: int = 0  # all readers of the list of changes have read up to this number

    @property
    def all_versions(self) -> bool:
        """Whether no version may go."""
        return self.versions is None and self.versions_days is None

    @property
    def all_warcs(self) -> bool:
        """Whether no file of raw pages may go."""
        return self.warcs_days is None and self.warcs_bytes is None


@dataclass(frozen=True, slots=True)
class Removal:
    """A file that may go."""

    path: Path
    bytes: int
    is_version: bool


@dataclass(slots=True)
class RemovalTally:
    """What stays although the rules would let it go, and why."""

    untaken: int = 0  # versions in a line that readers have not taken
    pointed: int = 0  # files of raw pages with pages of articles that stay
    pointed_bytes: int = 0
    unread: list[InputError] = field(default_factory=list)  # articles that cannot be read: no file of pages goes


@dataclass(frozen=True, slots=True)
class _Version:
    number: int
    path: Path
    bytes: int
    pointers: Pointers


@contextmanager
def sole_use(output: Path, archive: Path | None) -> Iterator[None]:
    """Hold all locks of a crawl as long as the block lasts. Raises LockedError where a run has one."""
    owner = f"harvester archive prune, {owner_name()}"
    with ExitStack() as locks:
        locks.enter_context(hold_lock(output / LOCK_NAME, owner))
        for folder, pattern in ((output, "crawl-*.lock"), (archive, "*.lock")):
            for path in sorted(folder.glob(pattern)) if folder is not None and folder.is_dir() else ():
                locks.enter_context(hold_lock(path, owner))
        yield


def removals(output: Path, archive: Path | None, keep: Keep, now: datetime, tally: RemovalTally) -> Iterator[Removal]:
    """Yield what may go, versions first, in an order that breaks no link at any moment; the files are still there.

    Whoever removes the files does so before the next one is asked for; then the links to them are withdrawn, too.
    Memory grows with the files of raw pages alone. Raises InputError where the list of changes cannot be read, or has
    not reached the number up to which it is noted as taken.
    """
    pointed: set[str] = set()
    with ExitStack() as stack:
        place = LocalStorage(output)
        reads_list = not keep.all_versions and has_changes(place)
        if reads_list:
            _check_taken(place, keep.taken)
        untaken = stack.enter_context(Latest(place, keep.taken, None)) if reads_list else None
        for path in _articles(output):
            try:
                versions = _versions(path)
            except InputError as error:
                tally.unread.append(error)
                continue
            going = _going(versions, keep, now)
            if untaken is not None:
                listed = [one for one in going if untaken.has_version(path.stem, one.number)]
                tally.untaken += len(listed)
                going = going[: going.index(listed[0])] if listed else going  # the chain stays whole
            pointed |= {one.pointers.warc for one in versions[len(going) :] if one.pointers.warc is not None}
            yield from (Removal(one.path, one.bytes, is_version=True) for one in reversed(going))
    if archive is not None and not tally.unread:
        yield from _warcs(archive, keep, now, pointed, tally)


def _check_taken(place: LocalStorage, taken: int) -> None:
    """Raise InputError for a number that a list has not reached: it is another crawl's, and its readers have less."""
    if 0 < (last := last_seq(place)) < taken:
        words = f"its list of changes ends at {last:,}, and readers cannot have taken change {taken:,}"
        raise InputError(place.address, Reason.UNREADABLE, f"{words}: it is of another list")


def cut_links(output: Path, removal: Removal) -> None:
    """Withdraw the link to a version that is about to go. Raises StoreError."""
    match = _VERSION.fullmatch(removal.path.name)
    if match is None or not removal.is_version:
        return
    current = removal.path.parent.parent / f"{match[1]}.json"
    following = version_path(current, int(match[2]) + 1)
    for path in (following, current):
        try:
            body = path.read_bytes()
        except FileNotFoundError:
            continue
        except OSError as error:
            raise store_error(path, error) from error
        if pointers_of(body).previous == f"{VERSIONS_FOLDER}/{removal.path.name}":
            write_atomic(path, with_previous(body, None))


def remove(output: Path, removal: Removal) -> None:
    """Let a file go, and the link to it first. Raises StoreError."""
    cut_links(output, removal)
    try:
        removal.path.unlink(missing_ok=True)
    except OSError as error:
        raise StoreError(str(removal.path), Reason.UNWRITABLE, f"cannot be removed ({error.strerror})") from error


# ── versions ──────────────────────────────────────────────────────────────────────────────────


def _articles(output: Path) -> Iterator[Path]:
    for host in sorted(path for path in output.iterdir() if path.is_dir() and not path.is_symlink()):
        yield from sorted(path for path in host.iterdir() if _ARTICLE.fullmatch(path.name))


def _versions(path: Path) -> list[_Version]:
    """Return the versions of an article, the present one last. Raises InputError where one cannot be read."""
    earlier = sorted(
        (int(match[2]), one)
        for one in (path.parent / VERSIONS_FOLDER).glob(f"{path.stem}.*.json")
        if (match := _VERSION.fullmatch(one.name))
    )
    present = _read(path)
    number = present.version
    # What a kill left of the version that replaces the present one is as good as the present one itself.
    return [*(_version(at, one) for at, one in earlier if at < number), _Version(number, path, 0, present)]


def _version(number: int, path: Path) -> _Version:
    return _Version(number, path, path.stat().st_size, _read(path))


def _read(path: Path) -> Pointers:
    try:
        return pointers_of(path.read_bytes())
    except OSError as error:
        raise InputError(str(path), Reason.UNREADABLE, f"cannot be read ({error.strerror})") from error
    except ValueError as error:
        raise InputError(str(path), Reason.UNREADABLE, f"is no article: {error}") from error


def _going(versions: list[_Version], keep: Keep, now: datetime) -> list[_Version]:
    """Return the versions that the rules let go: the oldest ones, up to the first that one of them keeps."""
    if keep.all_versions:
        return []
    kept = len(versions) - (keep.versions or 1)  # the present one stays always
    going = []
    for at, (one, later) in enumerate(pairwise(versions)):
        is_counted = keep.versions is not None and at >= kept
        if is_counted or not _is_older(later.pointers.fetched_at, keep.versions_days, now):
            break
        going.append(one)
    return going


def _is_older(moment: str | None, days: float | None, now: datetime) -> bool:
    """Return whether a moment lies further back than some days; one that is not known does not."""
    if days is None:
        return True
    try:
        return moment is not None and (now - datetime.fromisoformat(moment)).total_seconds() > days * DAY_S
    except (ValueError, TypeError):  # of another maker, or without a time zone
        return False


# ── raw pages ─────────────────────────────────────────────────────────────────────────────────


def _warcs(archive: Path, keep: Keep, now: datetime, pointed: set[str], tally: RemovalTally) -> Iterator[Removal]:
    if keep.all_warcs or not archive.is_dir():
        return
    files = [path for path in sorted(archive.iterdir()) if _WARC.fullmatch(path.name) and not path.is_symlink()]
    written = _with_followers(files, pointed)
    for path in _beyond(files, keep, now):
        size = path.stat().st_size
        if path.name in written:
            tally.pointed, tally.pointed_bytes = tally.pointed + 1, tally.pointed_bytes + size
        else:
            yield Removal(path, size, is_version=False)


def _with_followers(files: Iterable[Path], pointed: set[str]) -> set[str]:
    """Return the files that are needed: those that are pointed into, what follows them, and the last of each writer.

    Further pages of an article are behind its first one, maybe in the next file; the last file is written on.
    """
    needed = set(pointed)
    last: dict[str, str] = {}
    for path in files:
        match = _WARC.fullmatch(path.name)
        prefix = match["prefix"] if match else ""
        if last.get(prefix) in pointed:
            needed.add(path.name)
        last[prefix] = path.name
    return needed | set(last.values())


def _beyond(files: list[Path], keep: Keep, now: datetime) -> Iterator[Path]:
    """Yield the files that no rule keeps, the oldest first."""
    room = keep.warcs_bytes or 0
    kept: set[Path] = set()
    for path in sorted(files, key=_begun, reverse=True):
        room -= path.stat().st_size
        if room < 0:
            break
        kept.add(path)
    for path in sorted(files, key=_begun):
        if path not in kept and _is_older(_begun(path), keep.warcs_days, now):
            yield path


def _begun(path: Path) -> str:
    """Return when a file was begun, ISO 8601, from its name."""
    match = _WARC.fullmatch(path.name)
    digits = match["time"] if match else ""
    date, time = digits[:8], digits[8:]
    return f"{date[:4]}-{date[4:6]}-{date[6:]}T{time[:2]}:{time[2:4]}:{time[4:]}+00:00"


def tidy(output: Path) -> None:
    """Remove what processes that were killed left half written. Nobody may be writing there."""
    remove_torn(output)
    for folder in output.glob(f"*/{VERSIONS_FOLDER}"):
        remove_torn(folder)

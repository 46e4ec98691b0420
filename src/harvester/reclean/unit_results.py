"""What became of a unit of saved pages, as a run keeps it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import msgspec

from harvester.store.datasets.dataset_files import DatasetFile, FailedPage
from harvester.typed_json import json_reader


@dataclass(frozen=True, slots=True)
class ListedPage:
    """What a table shows of a page: its article, or why there is none."""

    name: str = ""  # of the page, as messages name it
    title: str | None = None
    published: str | None = None
    languages: tuple[str, ...] = ()
    kept_chars: int = 0
    removed: Mapping[str, int] = field(default_factory=dict)  # kind -> characters
    failure: FailedPage | None = None


@dataclass(frozen=True, slots=True)
class UnitResult:
    """What became of all pages of a unit."""

    articles: int = 0
    reused: int = 0  # of the articles: taken over as they were
    kept_chars: int = 0
    removed: dict[str, int] = field(default_factory=dict)  # kind -> characters
    failures: tuple[FailedPage, ...] = ()
    passed: dict[str, int] = field(default_factory=dict)  # why nothing was to be made of it -> entries
    files: tuple[DatasetFile, ...] = ()
    listed: tuple[ListedPage, ...] = ()  # each page in order, where they are listed
    inputs: int = 0  # of the failures: what was named and holds no page at all


def result_json(result: UnitResult) -> bytes:
    """Return a result as JSON."""
    return msgspec.json.encode(result)


def without_unwritable(result: UnitResult, fault: FailedPage) -> UnitResult:
    """Return a result without what of it cannot be written as JSON: `fault` is in its place, as one more failure."""
    failures = (*filter(_is_writable, result.failures), fault)
    listed = (*filter(_is_writable, result.listed), ListedPage(failure=fault)) if result.listed else ()
    return replace(result, failures=failures, listed=listed)


def _is_writable(one: FailedPage | ListedPage) -> bool:
    try:
        msgspec.json.encode(one)
    except Exception:  # noqa: BLE001 - whatever it is, it is not kept
        return False
    return True


def read_result(content: bytes) -> UnitResult:
    """Return the result that `result_json` wrote."""
    return json_reader(UnitResult).decode(content)

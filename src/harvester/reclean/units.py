"""What a worker takes at once: some page files, or a stretch of a container. The same units whatever the machine."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from harvester.archive.formats import read_entries
from harvester.archive.inputs import Form, Input
from harvester.archive.page_entries import Entry
from harvester.archive.saved_page import SavedPage, read_saved
from harvester.errors import InputError
from harvester.store.datasets.remote_file import is_remote, located

# Small enough that all processors have work to the end and that a lost worker costs little, large enough that what
# is done once a unit does not count.
UNIT_BYTES: Final = 16 * 1024 * 1024  # as stored
UNIT_PAGES: Final = 500


@dataclass(frozen=True, slots=True)
class PageFile:
    """One page in a file of its own."""

    name: str  # as messages name it
    path: str
    form: Form | None
    stem: str  # of what is written for it
    url: str | None = None  # known from its place

    @property
    def source(self) -> Input:
        """The page as `read_saved` takes it."""
        return Input(self.name, located(self.path), self.form, self.url)


@dataclass(frozen=True, slots=True)
class Container:
    """A file or folder that holds many pages."""

    name: str
    path: str
    form: Form
    place: str = ""  # what it is called in the names of its pages: the same however it was typed, unique in the run


@dataclass(frozen=True, slots=True)
class Unit:
    """Page files, or a stretch of a container."""

    number: int  # in the order of the inputs, from 0
    files: tuple[PageFile, ...] = ()
    container: Container | None = None
    failure: InputError | None = None  # what was named and cannot be read at all
    start: int = 0  # place of the first entry
    end: int | None = None  # behind the last one; None: to the end

    @property
    def name(self) -> str:
        """What messages call it before a page of it is known."""
        if self.failure is not None:
            return self.failure.subject
        return self.container.name if self.container else self.files[0].name


def far_page(item: PageFile | Entry) -> SavedPage | None:
    """Return the page of a file in a bucket; None for others.

    It is read by itself, before any limit of time: a bucket may throttle for minutes, through no fault of the page.
    Raises as `read_saved` does, StoreError.
    """
    return read_saved(item.source) if isinstance(item, PageFile) and is_remote(item.path) else None


def unit_items(unit: Unit, done: int = 0, place: int | None = None) -> Iterator[PageFile | Entry]:
    """Yield what a unit holds but for the first `done` items, the last of which is at `place`."""
    if unit.failure is not None:
        yield from () if done else (Entry(unit.name, 0, unit.failure),)
        return
    if unit.container is None:
        yield from unit.files[done:]
        return
    start = unit.start if place is None else place + 1
    yield from read_entries(located(unit.container.path), unit.container.form, start, unit.end)

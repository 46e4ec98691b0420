"""Zip files of saved pages."""

from collections.abc import Iterator
from functools import partial
from itertools import islice
from pathlib import PurePosixPath
from typing import Final

from harvester.archive.formats.container_spans import EntryRange, lost
from harvester.archive.formats.packed_pages import (
    MAX_SIDECAR_BYTES,
    FoundMember,
    Pack,
    UnreadableMemberError,
    is_page_name,
    sidecar_name,
)
from harvester.archive.formats.zip_members import (
    BrokenZipError,
    Directory,
    ZipMember,
    content_place,
    find_directory,
    members_of,
    read_content,
    walk_members,
)
from harvester.archive.page_entries import Entry
from harvester.archive.saved_page import Sidecar
from harvester.compression.members import Seekable
from harvester.store.page_files import SIDECAR_SUFFIX

_MAX_SIDECARS: Final = 1_000_000  # that are remembered while their pages are read: some 200 MB


def read_zip(file: Seekable, file_bytes: int, name: str, span: EntryRange) -> Iterator[Entry]:
    """Yield the pages in a zip, their places the numbers of the members, from 1. Raises OSError."""
    try:
        directory = find_directory(file, file_bytes)
    except BrokenZipError as error:
        if 0 in span:
            yield lost(name, 0, str(error))
        return
    if directory is None and 0 in span:
        yield lost(name, 0, "breaks off: the directory at its end is missing; what stands before it is read")
    members = _Members(file, file_bytes, directory)
    pack = Pack(name, members.pages)
    for number, member in enumerate(members.all(), 1):
        if span.is_past(number):
            return
        found = members.found(number, member)
        if number not in span:
            pack.seen(found)
        elif (entry := pack.entry(found)) is not None:
            yield entry


class _Members:
    """The members of a zip, and the sidecars among them."""

    def __init__(self, file: Seekable, file_bytes: int, directory: Directory | None) -> None:
        self._file = file
        self._file_bytes = file_bytes
        self._directory = directory
        names = (member.name.removeprefix("./") for member in self.all())
        self.pages = frozenset(islice(filter(is_page_name, names), _MAX_SIDECARS))
        sidecars = (member for member in self.all() if member.name.endswith(SIDECAR_SUFFIX))
        self._sidecars = {
            member.name.removeprefix("./"): member for member, _ in zip(sidecars, range(_MAX_SIDECARS), strict=False)
        }

    def all(self) -> Iterator[ZipMember]:
        """Yield all members in order."""
        if self._directory is None:
            yield from walk_members(self._file, self._file_bytes)
            return
        yield from (member for member in members_of(self._file, self._directory) if member is not None)

    def found(self, number: int, member: ZipMember) -> FoundMember:
        """Return a member as the pages of all containers are read."""
        fault = "is a link, which is not followed" if member.is_link else member.fault
        return FoundMember(
            number, member.name, member.size, partial(self._read, member), partial(self._sidecar, member), fault
        )

    def _read(self, member: ZipMember) -> bytes:
        try:
            return read_content(self._file, member, content_place(self._file, member, self._directory))
        except BrokenZipError as error:
            raise UnreadableMemberError(str(error)) from error

    def _sidecar(self, page: ZipMember) -> Sidecar | None:
        beside = self._sidecars.get(sidecar_name(page.name))
        if beside is None or beside.fault or beside.size > MAX_SIDECAR_BYTES:
            return None
        return Sidecar(PurePosixPath(beside.name).name, self._read(beside))

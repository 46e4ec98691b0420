"""Tar files of saved pages, packed or not."""

from collections.abc import Iterator
from functools import partial
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
from harvester.archive.formats.record_stream import Loss, with_patience
from harvester.archive.formats.tar_members import TarMember, walk_tar
from harvester.archive.page_entries import Entry
from harvester.archive.saved_page import Sidecar
from harvester.compression.codecs import codec_of
from harvester.compression.members import Seekable
from harvester.compression.streams import Forward, PackedSource, PlainSource
from harvester.store.page_files import SIDECAR_SUFFIX

# Sidecars may be anywhere, also behind their pages, so all are read first. They have a kilobyte each.
MAX_ALL_SIDECARS_BYTES: Final = 256 * 1024 * 1024
_MAX_PAGES: Final = 1_000_000  # whose names are remembered: some 100 MB
_HEAD_BYTES: Final = 8
_FAULTS: Final = {"link": "is a link, which is not followed", "other": "is no file", "file": None}


def read_tar(file: Seekable, name: str, span: EntryRange) -> Iterator[Entry]:
    """Yield the pages in a tar file, their places those of the members in the unpacked file. Raises OSError."""
    sidecars, pages = _look_through(_opened(file))
    stream = _opened(file)
    pack = Pack(name, pages)
    cut: set[int] = set()  # the places of losses that the entries of their members tell
    for member in with_patience(walk_tar(stream)):
        if span.is_past(member.offset):
            return
        if isinstance(member, Loss):
            if member.offset in span and member.offset not in cut:
                yield lost(f"{name}:{member.offset}", member.offset, member.explanation)
            continue
        found = _found(stream, member, sidecars, cut)
        if member.offset not in span:
            pack.seen(found)
        elif (entry := pack.entry(found)) is not None:
            yield entry


def _opened(file: Seekable) -> Forward:
    file.seek(0)
    codec = codec_of(file.read(_HEAD_BYTES))
    return Forward(PlainSource(file) if codec is None else PackedSource(file, codec))


def _look_through(stream: Forward) -> tuple[dict[str, Sidecar], set[str]]:
    """Return the sidecars in a tar file by their names, and the names of its pages: their parts may be beside."""
    found: dict[str, Sidecar] = {}
    pages: set[str] = set()
    room = MAX_ALL_SIDECARS_BYTES
    for member in with_patience(walk_tar(stream)):
        if isinstance(member, Loss) or member.kind != "file":
            continue
        if is_page_name(member.name) and len(pages) < _MAX_PAGES:
            pages.add(member.name.removeprefix("./"))
        if not member.name.endswith(SIDECAR_SUFFIX):
            continue
        if member.size <= min(room, MAX_SIDECAR_BYTES):
            room -= member.size
            content = stream.look(0, member.size)
            found[member.name.removeprefix("./")] = Sidecar(PurePosixPath(member.name).name, content)
    return found, pages


def _found(stream: Forward, member: TarMember, sidecars: dict[str, Sidecar], cut: set[int]) -> FoundMember:
    read = partial(_read, stream, member, cut)
    sidecar = partial(sidecars.get, sidecar_name(member.name))
    return FoundMember(member.offset, member.name, member.size, read, sidecar, _FAULTS[member.kind])


def _read(stream: Forward, member: TarMember, cut: set[int]) -> bytes:
    content = stream.look(0, member.size)
    if len(content) < member.size:
        cut.add(member.offset + 1)
        raise UnreadableMemberError(stream.fault or f"stops after {len(content):,} of {member.size:,} bytes")
    return content

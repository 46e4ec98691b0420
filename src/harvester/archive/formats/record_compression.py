"""How files of records are packed, and the records in them: by record, as a whole, with a dictionary, or not at all."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from io import BytesIO

from harvester.archive.formats.record_stream import Framing, Loss, Record, walk, with_patience
from harvester.compression.codecs import (
    DICTIONARY_HEAD_BYTES,
    DICTIONARY_MAGIC,
    MAX_DICTIONARY_BYTES,
    BrokenPackingError,
    Codec,
    codec_of,
    with_dictionary,
)
from harvester.compression.members import Member, MemberReader, Seekable, read_members
from harvester.compression.streams import LINE_BYTES, Forward, PackedSource, PlainSource


@dataclass(frozen=True, slots=True)
class Packing:
    """How a file of records is packed."""

    codec: Codec | None = None  # None: not at all
    is_by_record: bool = False  # each record a member of its own; else a stream over all
    first: int = 0  # bytes: where the first member begins; the dictionary is before it


def packing_of(file: Seekable, framing: Framing, named: Codec | None = None) -> Packing:
    """Return how a file is packed; `named` is the codec of its name's ending. Raises OSError, BrokenPackingError."""
    file.seek(0)
    head = file.read(LINE_BYTES)
    if framing.starts.match(head) or (codec := codec_of(head) or named) is None:
        return Packing()
    first = 0
    if head.startswith(DICTIONARY_MAGIC):
        size = int.from_bytes(head[4:DICTIONARY_HEAD_BYTES], "little")
        if size > MAX_DICTIONARY_BYTES:
            raise BrokenPackingError(f"the zstd dictionary has {size:,} bytes")
        file.seek(DICTIONARY_HEAD_BYTES)
        codec, first = with_dictionary(file.read(size)), DICTIONARY_HEAD_BYTES + size
    return Packing(codec, _is_by_record(file, first, codec, framing), first)


def _is_by_record(file: Seekable, first: int, codec: Codec, framing: Framing) -> bool:
    """Return whether the first member holds one record only."""
    found = walk(Forward(MemberReader(file, first, codec)), framing)
    return next(found, None) is None or next(found, None) is None


def records_in(file: Seekable, packing: Packing, framing: Framing, start: int = 0) -> Iterator[Record | Loss]:
    """Yield records and losses from the place `start` on, in ascending places (`offset`), no two at one.

    A place is where the record is in the file, or its member where each record is packed by itself; where the
    file is packed as a whole, it is the place in the unpacked bytes. `start` is 0, or such a place; it is sought where
    that can be, else all before it is read. Raises OSError.
    """
    if packing.codec is not None and not packing.is_by_record:
        found = walk(Forward(PackedSource(file, packing.codec, packing.first)), framing)
    else:
        # Who goes on behind a record asks for the place behind its first byte.
        places = (place for place in (start, start - 1) if place > 0)
        sought = next((place for place in places if _begins(file, place, packing, framing)), packing.first)
        found = _from(file, sought, packing, framing)
    return (record for record in with_patience(found) if record.offset >= start)


def _begins(file: Seekable, place: int, packing: Packing, framing: Framing) -> bool:
    """Return whether a whole record begins at a place; reading from the start finds the same losses."""
    if packing.codec is None and PlainSource(file, place - 1).read(1) != b"\n":
        return False
    record = next(_from(file, place, packing, framing), None)
    return isinstance(record, Record) and record.offset == place


def _from(file: Seekable, place: int, packing: Packing, framing: Framing) -> Iterator[Record | Loss]:
    if packing.codec is None:
        return walk(Forward(PlainSource(file, place, is_torn=True), place), framing)
    return _by_member(file, packing.codec, place, framing)


def _by_member(file: Seekable, codec: Codec, start: int, framing: Framing) -> Iterator[Record | Loss]:
    for member in read_members(file, start, codec):
        if member.fault is not None:
            yield from _of_broken(member, codec, framing)
            continue
        for number, found in enumerate(_in_member(file, member, codec, framing)):
            place = member.offset + number
            if place >= member.end:
                break  # a bomb: more records than packed bytes
            yield _placed(found, place)


def _of_broken(member: Member, codec: Codec, framing: Framing) -> Iterator[Record | Loss]:
    """Yield the loss of a member; before it, of one that the file ends in, the records that are there."""
    source = PlainSource(BytesIO(member.content), is_torn=True)
    kept = walk(Forward(source), framing) if member.content else iter(())
    number = 0
    for found in kept:
        if isinstance(found, Record) and member.offset + number + 1 < member.end:
            yield _placed(found, member.offset + number)
            number += 1
    if number == 0:
        yield Loss(member.offset, f"the {codec.name} member is broken: {member.fault}")
    else:  # behind what is kept: no two are at one place
        words = f"the {codec.name} member at {member.offset:,} is broken: {member.fault}; what there is of it is kept"
        yield Loss(member.offset + number, words)


def _in_member(file: Seekable, member: Member, codec: Codec, framing: Framing) -> Iterator[Record | Loss]:
    if member.is_long:
        return walk(Forward(MemberReader(file, member.offset, codec)), framing)
    return walk(Forward(PlainSource(BytesIO(member.content))), framing)


def _placed(found: Record | Loss, place: int) -> Record | Loss:
    if isinstance(found, Loss):
        return Loss(place, found.explanation)
    return replace(found, offset=place)

"""What zip and tar files share: which of their members are pages, and which are refused."""

import re
import unicodedata
from collections.abc import Callable, Container
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Final

from harvester.archive.formats.container_spans import lost, shown, too_large
from harvester.archive.formats.detection import named_form
from harvester.archive.inputs import form_of, page_stem
from harvester.archive.mirrors import (
    NOT_FOLDERS,
    NOT_PAGES,
    begins_like_html,
    is_part_of_page,
    may_be_page,
    mirrored_url,
)
from harvester.archive.page_entries import Entry
from harvester.archive.saved_page import MAX_BYTES, Content, Sidecar, saved_in
from harvester.errors import HarvesterError, Reason
from harvester.store.page_files import SIDECAR_SUFFIX

MAX_SIDECAR_BYTES: Final = 1024 * 1024
_DRIVE: Final = re.compile(r"[A-Za-z]:")
# Names that are remembered to tell the second of two members of one name: some 100 MB.
_MAX_NAMES: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class FoundMember:
    """A member that may be a page."""

    place: int
    name: str  # in the container, not checked
    size: int  # bytes, as the container says
    read: Callable[[], bytes]  # raises UnreadableMemberError, OSError
    sidecar: Callable[[], Sidecar | None]
    fault: str | None = None  # why it cannot be read; None: it can be tried


class UnreadableMemberError(Exception):
    """A member that is damaged or built to harm its reader; its text is the reason."""


@dataclass(slots=True)
class Pack:
    """The members of one container, as they are met."""

    name: str  # of the container, as messages name it
    files: Container[str] = ()  # names of its members, as far as they are known beforehand
    _names: set[int] = field(default_factory=set)

    def entry(self, member: FoundMember) -> Entry | None:
        """Return the entry of a member; None for one that nobody takes for a page. Raises OSError."""
        if not is_wanted(member.name) or self._is_part(member.name):
            return None
        name = f"{self.name}!{member.name}"
        if (fault := self._refusal(member)) is not None:
            return lost(name, member.place, fault)
        if named_form(member.name) is not None:
            return lost(name, member.place, "is a container in a container; unpack it first", Reason.NO_PAGES)
        if member.size > MAX_BYTES:
            return too_large(name, member.place, MAX_BYTES // 2**20)
        try:
            return _saved(member, shown(name))
        except UnreadableMemberError as error:
            return lost(name, member.place, str(error))

    def _is_part(self, name: str) -> bool:
        """Return whether a member is in the folder of a page's parts."""
        folders = PurePosixPath(name.removeprefix("./")).parents
        return any(is_part_of_page(str(folder), self.files) for folder in folders)

    def seen(self, member: FoundMember) -> None:
        """Take note of a member whose entry is not asked for."""
        if is_wanted(member.name):
            self._is_known(member.name)

    def _refusal(self, member: FoundMember) -> str | None:
        return name_fault(member.name) or (
            "has the name of an earlier member" if self._is_known(member.name) else member.fault
        )

    def _is_known(self, name: str) -> bool:
        digest = hash(name.removeprefix("./"))
        if digest in self._names:
            return True
        if len(self._names) < _MAX_NAMES:
            self._names.add(digest)
        return False


def _saved(member: FoundMember, name: str) -> Entry | None:
    try:
        raw = member.read()
        url = mirrored_url(_parts(member.name))
        form = form_of(PurePosixPath(member.name))
        if form is None and not begins_like_html(raw):
            return None
        return Entry(name, member.place, saved_in(Content(name, raw, form or "html", member.sidecar(), url)))
    except HarvesterError as error:
        return Entry(name, member.place, error)


def is_page_name(name: str) -> bool:
    """Return whether a member may be a page that a browser saved with its parts beside it."""
    return name.lower().endswith((".html", ".htm", ".xhtml"))


def is_wanted(name: str) -> bool:
    """Return whether a member's name is that of a page, or of a container; hidden files are nobody's pages."""
    *folders, file = parts = _parts(name)
    if any(part.startswith(".") and part != ".." for part in parts) or not NOT_FOLDERS.isdisjoint(folders):
        return False
    if form_of(PurePosixPath(file)) is None and named_form(file) is None:
        is_other = not may_be_page(file) or file.endswith(SIDECAR_SUFFIX)
        return bool(file) and not is_other and mirrored_url((*folders, "a")) is not None
    return file.lower() not in NOT_PAGES


def _parts(name: str) -> list[str]:
    return [part for part in name.split("/")[:-1] if part not in {"", "."}] + [name.rpartition("/")[2]]


def name_fault(name: str) -> str | None:
    """Return why no honest writer gives a page such a name, None for a good one; nothing is written to it anyway."""
    if any(unicodedata.category(char) in {"Cc", "Cs"} for char in name):
        return "has control characters in its name"
    if name.startswith("/") or _DRIVE.match(name):
        return "has an absolute path for a name"
    if "\\" in name:
        return "has a backslash in its name"
    return "has a name that leads out of its folder" if ".." in name.split("/") else None


def sidecar_name(name: str) -> str:
    """Return the name that the sidecar of a member has; "" where the member itself has none, as damage may have it."""
    path = PurePosixPath(name.removeprefix("./"))
    return path.name and str(path.with_name(page_stem(path) + SIDECAR_SUFFIX))

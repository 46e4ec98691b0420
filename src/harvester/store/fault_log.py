"""The log of faults: tracebacks of what nobody foresaw, in a file beside the output."""

import contextlib
import os
import threading
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Final, TypeVar

from harvester.errors import HarvesterError, InternalError
from harvester.storable import storable_text
from harvester.url_names import display_url

LOG_NAME: Final = "_internal_errors.log"  # a set is read as a whole by tools that pass over such names
OLD_LOG_NAME: Final = "internal_errors.log"  # of earlier versions
MAX_LOG_BYTES: Final = 10 * 1024 * 1024  # a fault that every page of an archive meets must not fill the disk
_STATE_FOLDER: Final = "XDG_STATE_HOME"  # freedesktop.org's base directories: logs that outlive a restart

E = TypeVar("E")


def default_log() -> Path:
    """Return where the log of a command without an output folder is."""
    base = os.environ.get(_STATE_FOLDER) or Path.home() / ".local" / "state"
    return Path(base) / "harvester" / LOG_NAME


class FaultLog:
    """Writes each traceback once, then only where it came again; safe in threads and beside other processes."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._known: set[bytes] = set()
        self._lock = threading.Lock()

    def keep(self, result: E) -> E | InternalError:
        """Return `result`; of an InternalError the traceback is written down, and the message names the file."""
        if not isinstance(result, InternalError) or not result.trace:
            return result
        where = self._write(result)
        return InternalError(result.subject, result.reason, f"{result.explanation}; {where}")

    def note(self, subject: str, error: Exception) -> HarvesterError:
        """Return the error for an exception, written down; a HarvesterError is returned as it is."""
        if isinstance(error, HarvesterError) and not isinstance(error, InternalError):
            return error
        return self.keep(error if isinstance(error, InternalError) else InternalError.of(subject, error))

    def _write(self, fault: InternalError) -> str:
        """Write a fault down and return where it is, in words."""
        digest = sha256(fault.trace.encode("utf-8", "replace")).digest()
        with self._lock:
            is_known = digest in self._known
            self._known.add(digest)
        said = "as above\n" if is_known else f"{fault.trace.rstrip()}\n\n"
        moment = datetime.now(UTC).isoformat(timespec="seconds")
        entry = storable_text(f"{moment} {display_url(fault.subject)}\n{said}").encode()
        try:
            return f"its traceback is in {self.path}" if self._append(entry) else f"{self.path} is full"
        except OSError as error:
            return f"its traceback cannot be written to {self.path} ({error.strerror or error})"

    def _append(self, entry: bytes) -> bool:
        """Append an entry by one write, so that those of several processes do not mix; False: the log is full."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW, 0o666)
        with contextlib.closing(os.fdopen(descriptor, "ab", buffering=0)) as file:
            if os.fstat(descriptor).st_size + len(entry) > MAX_LOG_BYTES:
                return False
            file.write(entry)
            return True

"""Hands on what changed: from the state, where each change is with its visit, to the list that programs read.

A line is written when its article is on disk and the state has noted it; a kill in between costs nothing, because the
state keeps each change until its line is known to be there. Of several machines one writes at a time.
"""

from pathlib import Path
from typing import Final

from harvester.crawl.state.outbox import AT_ONCE
from harvester.crawl.state.store import State
from harvester.store.changes.change_line import change_line
from harvester.store.changes.change_log import BusyError, OpenLog, open_log

_WAIT_S: Final = 0.5  # for another machine: it writes for as long as a disk takes
_LAST_WAIT_S: Final = 10.0  # at the end of a run; what is left then is written by whoever comes next


class ChangePublisher:
    """Writes the list of changes of one output folder; used by one thread."""

    def __init__(self, state: State, output: Path) -> None:
        self._state = state
        self._output = output

    def write(self, wait_s: float | None = None) -> bool:
        """Write all changes that the state keeps; return whether none is left to this run. Raises StoreError."""
        try:
            with open_log(self._output, _WAIT_S if wait_s is None else wait_s) as log:
                self._write_all(log)
        except BusyError:
            return False
        return True

    def finish(self) -> None:
        """Write what is left, where no other machine writes for long. Raises StoreError."""
        if self._state.count_waiting_changes() and self.write(_LAST_WAIT_S):
            self.write()  # strikes out what the last round wrote

    def _write_all(self, log: OpenLog) -> None:
        changes = self._state.number_changes(log.end)
        while changes:  # the last ones are struck out the next time: a wait for the disk less
            log.append(map(change_line, changes))
            changes = self._state.number_changes(log.end) if len(changes) >= AT_ONCE else ()

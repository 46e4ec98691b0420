"""What a command takes: seconds, processor time and memory of all its processes."""

import os
import resource
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

SAMPLE_S = 0.2


@dataclass
class Usage:
    """What the processes of one session took."""

    seconds: float = 0.0
    processor_s: float = 0.0
    samples: list[tuple[float, int]] = field(default_factory=list)  # seconds, resident bytes of the leader
    peaks: dict[int, int] = field(default_factory=dict)  # process -> most resident bytes; the leader's is first

    @property
    def leader_peak(self) -> int:
        """The most memory of the process that was started, in bytes."""
        return next(iter(self.peaks.values()), 0)

    @property
    def worker_peak(self) -> int:
        """The most memory of any other process of it, in bytes."""
        return max(list(self.peaks.values())[1:], default=0)


def watch(command: Sequence[str], environment: Mapping[str, str] | None = None) -> tuple[Usage, str]:
    """Run a command in a session of its own; return what its processes took, and its output.

    It may write its bytecode: an installed program has it, and without it a fifth of a start is compiling.
    """
    inherited = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    began, ended_s = time.monotonic(), _ended_s()
    with tempfile.TemporaryFile("w+") as output:
        run = subprocess.Popen(command, stdout=output, start_new_session=True, env={**inherited, **(environment or {})})
        taken: dict[int, float] = {}
        usage = Usage(peaks={run.pid: 0})
        while run.poll() is None:
            for process, seconds in _processor_times(run.pid):
                taken[process] = seconds
                usage.peaks[process] = max(usage.peaks.get(process, 0), resident(process))
            usage.samples.append((time.monotonic() - began, resident(run.pid)))
            time.sleep(SAMPLE_S)
        output.seek(0)
        # What a process took since it was last looked at is known of those that another one has waited for.
        usage.processor_s = max(sum(taken.values()), _ended_s() - ended_s)
        usage.seconds = time.monotonic() - began
        return usage, output.read()


def _ended_s() -> float:
    """Return the processor seconds of all processes that have ended and were waited for."""
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    return ended.ru_utime + ended.ru_stime


def resident(process: int) -> int:
    """Return the resident bytes of a process; 0 where it is gone."""
    try:
        return int(Path(f"/proc/{process}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except (FileNotFoundError, ProcessLookupError, IndexError):
        return 0


def processes_of(session: int) -> list[int]:
    """Return the processes of a session."""
    return [process for process, _ in _processor_times(session)]


def processor_s(session: int) -> float:
    """Return the seconds of processor time that the processes of a session took so far."""
    return sum(seconds for _, seconds in _processor_times(session))


def _processor_times(session: int) -> Iterator[tuple[int, float]]:
    """Yield each process of a session with the seconds of processor time that it took itself."""
    tick = os.sysconf("SC_CLK_TCK")
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                fields = (entry / "stat").read_text().rpartition(")")[2].split()
            except (FileNotFoundError, ProcessLookupError):
                continue
            if int(fields[3]) == session:
                yield int(entry.name), (int(fields[11]) + int(fields[12])) / tick

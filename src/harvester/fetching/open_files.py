"""How many sockets there may be at once, by the number of files that the system lets this process open."""

import contextlib
import sys
from typing import Final

_OTHERS: Final = 48  # files that a crawl has open beside: its state, eight articles, pipes, sockets of name servers
_MANY: Final = 4_096
UNKNOWN: Final = 1_024  # as on many systems


def file_limit() -> int:
    """Return how many files this process may have open."""
    if sys.platform == "win32":
        return UNKNOWN
    import resource  # noqa: PLC0415 - POSIX has it

    limit, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return _MANY if limit == resource.RLIM_INFINITY else min(limit, _MANY)


def socket_room() -> int:
    """Return how many sockets this process may have, its other files left out; less than 1: there is no room."""
    return file_limit() - _OTHERS


def raise_file_limit() -> None:
    """Let this process open as many files as it may allow itself: macOS begins with 256."""
    if sys.platform == "win32":
        return
    import resource  # noqa: PLC0415 - as above

    limit, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _MANY if most == resource.RLIM_INFINITY else min(most, _MANY)
    if limit != resource.RLIM_INFINITY and limit < wanted:
        with contextlib.suppress(ValueError, OSError):  # a sandbox may forbid it: then there are as many as before
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, most))

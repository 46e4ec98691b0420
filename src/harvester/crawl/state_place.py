"""Where the state of a crawl is: for those too that run none, and so need nothing that runs one."""

from pathlib import Path
from typing import Final

from harvester.crawl.sources_file import Crawl
from harvester.crawl.state.database import sqlite_address, sqlite_file

STATE_NAME: Final = "crawl.sqlite"


def state_address(crawl: Crawl, named: str | None) -> str:
    """Return the address of the state: as named, else that of the sources file, else a file in the output folder."""
    return named or crawl.state or sqlite_address(crawl.output / STATE_NAME)


def state_file(address: str) -> Path | None:
    """Return the file of an SQLite state; None for a server."""
    return sqlite_file(address)

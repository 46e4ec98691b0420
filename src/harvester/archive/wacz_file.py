"""Saved pages of any form, packed into one WACZ."""

from collections.abc import Callable, Iterator
from pathlib import Path

from harvester.archive.formats.wacz_writer import Written, write_wacz
from harvester.archive.wacz_records import Packed, PagesToPack, packed_records
from harvester.errors import HarvesterError, InputError, Reason
from harvester.store.atomic_files import make_folder, open_atomic

Report = Callable[[HarvesterError], None]


def pack_wacz(choice: PagesToPack, path: Path, title: str | None, report: Report) -> Written:
    """Write the chosen pages to `path`, whole or not at all; `report` hears of each record that cannot be read.

    Raises InputError "no_pages" where there is none, StoreError; NoSuchInputError.
    """
    make_folder(path.parent)
    with open_atomic(path) as file:
        written = write_wacz(_readable(choice, report), file, title)
        if not written.pages:
            of_sites = f" of {', '.join(choice.sites)}" if choice.sites else ""
            raise InputError(", ".join(choice.places), Reason.NO_PAGES, f"there is no page{of_sites} to be packed")
    return written


def _readable(choice: PagesToPack, report: Report) -> Iterator[Packed]:
    for found in packed_records(choice):
        if isinstance(found, HarvesterError):
            report(found)
        else:
            yield found

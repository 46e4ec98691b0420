"""What programs pass to the functions of `harvester`, checked before anything is read. Pure."""

import operator
import os
from collections.abc import Iterable
from typing import TYPE_CHECKING, SupportsIndex

from harvester.errors import UsageError
from harvester.page_type_names import PAGE_TYPES

if TYPE_CHECKING:
    from harvester.models import Article, SiteMemory


def checked_url(url: object) -> str:
    """Return the address of a page; raises TypeError for what is no text."""
    if isinstance(url, str):
        return url
    raise TypeError(f"{kind_of(url)} is no URL: pass it as text")


def checked_memory(memory: object) -> "SiteMemory | None":
    """Return the memory of a site; raises TypeError for what is none."""
    if memory is None:
        return None
    from harvester.models import SiteMemory  # noqa: PLC0415 - what needs no page needs none of the models

    if isinstance(memory, SiteMemory):
        return memory
    raise TypeError(f"{kind_of(memory)} is no site memory: pass what harvester.learn_site returned")


def checked_article(article: object) -> "Article":
    """Return the article; raises TypeError for what is none."""
    from harvester.models import Article  # noqa: PLC0415 - as above

    if isinstance(article, Article):
        return article
    raise TypeError(f"{kind_of(article)} is no article: pass what harvester.clean returned")


def checked_page_types(wanted: object) -> frozenset[str]:
    """Return the types of page that are meant by their names, or by "all".

    Raises UsageError for a name that there is not, and TypeError for what is no name.
    """
    if wanted == "all":
        return frozenset(PAGE_TYPES)
    names = {wanted} if isinstance(wanted, str) else wanted
    if not isinstance(names, Iterable) or isinstance(names, (bytes, bytearray)):
        raise TypeError(f"{kind_of(wanted)} names no types of page: pass some of {', '.join(PAGE_TYPES)}, or 'all'")
    kept = list(names)
    if unknown := [name for name in kept if name not in PAGE_TYPES]:
        raise UsageError(f"{unknown} are no types of page; known are {', '.join(PAGE_TYPES)}, or 'all'")
    return frozenset(kept)


def checked_pages(pages: object) -> Iterable[object]:
    """Return several pages; raises TypeError for what is only one, or none."""
    from harvester.models import Page  # noqa: PLC0415 - as above

    if isinstance(pages, Iterable) and not isinstance(pages, (str, bytes, bytearray, memoryview, os.PathLike, Page)):
        return pages
    raise TypeError(f"{kind_of(pages)} is not several pages: pass them in a list, three or more")


def checked_path(path: object, advice: str) -> str:
    """Return the path of a file or folder, or an address; `advice` is what to pass instead.

    Raises TypeError for what is none, and UsageError for an empty one, which would be the folder that the program
    happens to run in.
    """
    name = os.fspath(path) if isinstance(path, os.PathLike) else path
    if not isinstance(name, str):
        raise TypeError(f"{kind_of(path)} is no path: pass {advice}")
    if not name:
        raise UsageError(f"an empty text is no path: pass {advice}; '.' is the present folder")
    return name


def checked_count(number: object, name: str) -> int | None:
    """Return how many processes are wanted; raises TypeError for what is no whole number, UsageError below 1."""
    if number is None:
        return None
    if not isinstance(number, SupportsIndex) or isinstance(number, bool):
        raise TypeError(f"{name}={number!r} is no whole number: pass 1 or more")
    count = operator.index(number)  # those of numpy are no `int`
    if count < 1:
        raise UsageError(f"{name}={count}: pass 1 or more")
    return count


def kind_of(value: object) -> str:
    """Return what a value is, for a message."""
    return "None" if value is None else type(value).__name__

"""A page that a program gives: markup, a file's path, a fetched page. Errors name what to call."""

import os
import re
from dataclasses import replace
from pathlib import Path
from typing import Final

from harvester.archive.formats import container_form, named_form
from harvester.archive.inputs import Input, form_of
from harvester.archive.saved_page import SavedPage, read_saved
from harvester.call_checks import kind_of
from harvester.errors import UsageError
from harvester.models import Article, Outcome, Page, Reading

_MAX_NAME_CHARS: Final = 4_096  # Linux takes no longer path, and servers no longer URL
_SHOWN_CHARS: Final = 100
_URL: Final = re.compile(r"(?:[a-z][a-z0-9+.-]*://|www\.)\S+", re.IGNORECASE)
_PATH: Final = re.compile(r"(?:~|\.{0,2}[/\\]|[a-z]:[/\\])[^\n]*|[^\s/\\]+(?:[/\\][^\s/\\]+)+[/\\]?", re.IGNORECASE)
_UTF_8: Final = (("content-type", "text/html; charset=utf-8"),)


def saved_of(given: object, url: str | None = None) -> SavedPage:
    """Return the page that is meant by markup (text or bytes), the path of a saved page, or a `Page`.

    `url` is where it came from. Raises UsageError for a text that is a URL or a path, for a path that leads to no
    single page, and for a URL beside a `Page`, which has its own; TypeError for what is no page at all; and what
    `read_saved` raises for a file that cannot be read.
    """
    match given:
        case Page():
            if url is not None:
                raise UsageError("a Page has its own URL: change it with dataclasses.replace(page, final_url=...)")
            return SavedPage(given)
        case str():
            _refuse_name(given)
            return SavedPage(Page(url=url, body=given.encode("utf-8", "replace"), headers=_UTF_8))
        case bytes() | bytearray() | memoryview():
            return SavedPage(Page(url=url, body=bytes(given)))  # what was read, whatever it looks like
        case os.PathLike():
            return _in_file(Path(os.fsdecode(given)), url)
    raise TypeError(_advice(given))


def name_of(text: str) -> str | None:
    """Return "URL" or "path" for a text that is one, and no page; None for all other texts.

    >>> name_of("https://example.org/story"), name_of("pages/a story.html"), name_of("<p>a/b</p>"), name_of("a/b, c")
    ('URL', 'path', None, None)
    """
    name = text.strip() if len(text) <= _MAX_NAME_CHARS else ""
    if not name or "<" in name or "\n" in name:
        return None
    if _URL.fullmatch(name):
        return "URL"
    is_path = _PATH.fullmatch(name) or form_of(Path(name)) or named_form(name)
    return "path" if is_path or _is_there(name) else None


def _is_there(name: str) -> bool:
    try:
        return Path(name).is_file()
    except (OSError, ValueError):  # too long a name, a NUL in it
        return False


def _refuse_name(text: str) -> None:
    kind, name = name_of(text), text.strip()
    shown = repr(name if len(name) <= _SHOWN_CHARS else f"{name[:_SHOWN_CHARS]}…")
    if kind == "URL":
        raise UsageError(f"{shown} is a URL, not a page: pass harvester.fetch({shown})")
    if kind == "path":
        raise UsageError(f"{shown} is a path, not a page: pass pathlib.Path({shown})")


def _in_file(path: Path, url: str | None) -> SavedPage:
    form = form_of(path)
    if path.is_dir() or (form is None and path.is_file() and container_form(path)):
        raise UsageError(f"'{path}' holds many pages: pass it to harvester.clean_many")
    saved = read_saved(Input(str(path), path, form))
    return saved if url is None else replace(saved, page=replace(saved.page, url=url, final_url=None))


def _advice(given: object) -> str:
    """Return what to pass instead of something that is no page."""
    advice = "pass markup as text or bytes, the pathlib.Path of a saved page, or a harvester.Page"
    if isinstance(given, (Article, Reading)):
        advice = "it is what a page was made into already"
    elif isinstance(given, Outcome):
        advice = "pass outcome.page, where there is one"
    elif hasattr(given, "read"):
        advice = "pass the pathlib.Path of the file, or what its read() returns"
    elif hasattr(given, "content") and hasattr(given, "url"):  # of requests and httpx
        advice = "pass response.content, and url=str(response.url)"
    elif isinstance(given, (list, tuple, set, frozenset)):
        advice = "pass its items one by one, or saved pages to harvester.clean_many"
    return f"{kind_of(given)} is no page: {advice}"

"""Turns the site configs of the ftr-site-config form into rules of sites, and reports line by line what is left out.

The form: one text file a host, `directive: value` a line, places given by XPath
(https://help.fivefilters.org/full-text-rss/site-patterns.html).
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final, NamedTuple

from harvester.dom import selector_fault
from harvester.rules.site_files import MAX_CHARS
from harvester.rules.site_rules import Action
from harvester.rules.xpath import XPathError, css_of

ENDING: Final = ".txt"
_ACTIONS: Final[dict[str, Action]] = {
    "title": "title",
    "author": "authors",
    "date": "published",
    "body": "body",
    "strip": "remove",
    "strip_id_or_class": "remove",
}
_NOTES: Final = frozenset({"test_url", "test_contains"})  # what a person may try the rules with
_NEEDLESS: Final = frozenset(
    "prune tidy autodetect_on_failure parser convert_double_br_tags skip_json_ld insert_detected_image".split()
)
_ABOUT_REQUESTS: Final = ("http_header", "single_page_link", "next_page_link", "if_page_contains", "requires_login")


class Left(NamedTuple):
    """A line that was not taken over."""

    line: int  # from 1
    text: str
    why: str


class Taken(NamedTuple):
    """A rule that was taken over."""

    action: Action
    css: str
    line: str  # as it stood


@dataclass(frozen=True, slots=True)
class Imported:
    """What a site config gives."""

    taken: tuple[Taken, ...]
    left: tuple[Left, ...]
    notes: tuple[str, ...]  # lines that are kept as comments

    def toml(self) -> str:
        """Return the file of rules; without examples, which nobody can make up."""
        parts = [f"# {note}" for note in self.notes]
        parts += (f"[[{one.action}]]\n# {one.line}\ncss = {_quoted(one.css)}" for one in self.taken)
        return "\n\n".join(parts) + "\n" if parts else ""


def host_of_config(name: str) -> str:
    """Return the host that a config's file is named after; a dot before it means all subdomains.

    >>> host_of_config(".www.courier.example.txt")
    'courier.example'
    """
    return name.removesuffix(ENDING).removeprefix(".").lower().removeprefix("www.")


def read_config(text: str) -> Imported:
    """Return what the lines of a config give."""
    taken: list[Taken] = []
    left: list[Left] = []
    notes: list[str] = []
    for number, line, name, value in _directives(text.splitlines()):
        if name in _NOTES:
            notes.append(line)
            continue
        try:
            rule = Taken(_action_of(name), _selector(name, value), line)
        except XPathError as error:
            left.append(Left(number, line, str(error)))
            continue
        if not any((rule.action, rule.css) == (one.action, one.css) for one in taken):
            taken.append(rule)
    return Imported(tuple(taken), tuple(left), tuple(notes))


def _directives(lines: Iterable[str]) -> Iterator[tuple[int, str, str, str]]:
    """Yield number, text, name and value of each line with a directive."""
    for number, line in enumerate(lines, start=1):
        stripped = " ".join(line.lstrip("\ufeff").split())
        if stripped and not stripped.startswith("#"):
            name, _, value = stripped.partition(":")
            yield number, stripped, name.strip().lower(), value.strip()


def _action_of(name: str) -> Action:
    bare = name.partition("(")[0]
    if bare in _ACTIONS:
        return _ACTIONS[bare]
    if bare in _NEEDLESS:
        raise XPathError("is not needed here")
    if bare in _ABOUT_REQUESTS:
        raise XPathError("is about requests; rules of sites are about pages that came")
    if bare in ("replace_string", "find_string", "dissolve", "strip_attr", "strip_image_src", "wrap_in"):
        raise XPathError("would change the page; rules only say what is kept and removed")
    raise XPathError("is no directive that a rule of a site can follow")


def _selector(name: str, value: str) -> str:
    value = value.strip()
    if name == "strip_id_or_class":
        word = value.strip("\"'").replace("\\", "\\\\").replace('"', '\\"')
        if not word:
            raise XPathError("names nothing")
        return f'[id*="{word}"], [class*="{word}"]'
    css = css_of(value)
    if len(css) > MAX_CHARS or selector_fault(css):
        raise XPathError(f"gives {css[:60]!r}, which is no selector that can be used here")
    return css


def _quoted(text: str) -> str:
    """Return a TOML string."""
    if "'" not in text:
        return f"'{text}'"
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'

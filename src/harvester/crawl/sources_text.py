"""Writes a sources file for sites that were looked at, with what was found as comments; pure."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from harvester.crawl.source_finding import Listed, SiteLook
from harvester.errors import Reason


@dataclass(frozen=True, slots=True)
class Frame:
    """What is in a sources file beside its sources."""

    contact: str
    made_on: str  # ISO 8601 date
    allow_hosts: tuple[str, ...] = ()
    delay_s: float | None = None  # None: the usual one


def sources_text(sites: Sequence[SiteLook], frame: Frame) -> str:
    """Return the file: `read_sources` takes it as it is, and a person sees what there is to choose."""
    lines = (*_head(frame), *(line for site in sites for line in _source(site)))
    return "".join(f"{line}\n" for line in lines)


def _head(frame: Frame) -> Iterator[str]:
    yield f"# Begun by `harvester sources init` on {frame.made_on}. docs/crawling-sources.md explains every key;"
    yield "# `harvester sources try FILE NAME` shows what a visit finds, `harvester sources check FILE` what is wrong."
    yield f"contact = {_quoted(frame.contact)}  # where a site's owner can reach you; named in the user agent"
    yield 'output = "articles"  # folder of the articles'
    yield 'archive = "archive"  # folder of the raw pages (WARC); without this line they are not kept'
    if frame.allow_hosts:
        yield f"allow_hosts = [{', '.join(map(_quoted, frame.allow_hosts))}]  # private addresses that may be asked"
    if frame.delay_s is not None:
        yield ""
        yield "[defaults]"
        yield f"delay_s = {frame.delay_s:g}  # seconds between two requests to one host"


def _source(site: SiteLook) -> Iterator[str]:
    yield ""
    yield "[[source]]"
    yield f"name = {_quoted(site.name)}"
    yield f"home = {_quoted(site.home.url)}  # {_words(site.home)}"
    if site.pause_s is not None:
        yield f"# The host wants {site.pause_s:g} s between two requests, and gets them."
    yield from (f"# {_comment(note)}" for note in site.notes)
    yield from _lists("feeds", "named by the home page", site.feeds)
    yield from _lists("sitemaps", "named by robots.txt, or at the usual address", site.sitemaps)
    for posts in site.posts:
        yield f"# WordPress: its posts are read from {_comment(posts.url)} by themselves ({_words(posts)})."
    if site.sections:
        yield "# Pages of the menu that list articles; take them in where feeds and sitemaps leave some out:"
        yield "# sections = ["
        yield from (f"#     {_quoted(one.url)},  # {_words(one)}" for one in site.sections)
        yield "# ]"
    yield '# include = ["/news/*"]  # only these paths are articles; exclude = ["*/live/*"] leaves some out'


def _lists(key: str, origin: str, lists: Sequence[Listed]) -> Iterator[str]:
    """Yield the lists that are useful as values, the others as comments with their reason."""
    useful = [one for one in lists if one.is_useful]
    if useful:
        yield f"{key} = [  # {origin}"
        yield from (f"    {_quoted(one.url)},  # {_words(one)}" for one in useful)
        yield "]"
    yield from (f"# Not taken into {key}: {_comment(one.url)}: {_words(one)}" for one in lists if not one.is_useful)


def _words(one: Listed) -> str:
    """Return what was found on a list, on one line."""
    if one.outcome != Reason.OK:
        return _comment(f"{one.outcome}: {one.evidence}" if one.evidence else one.outcome)
    found = [f"{one.articles:,} links to articles"] if one.articles or not one.lists else []
    found += [f"{one.lists:,} further sitemaps"] if one.lists else []
    return _comment(", ".join(found) + (f" ({one.evidence})" if one.evidence else ""))


def _quoted(text: str) -> str:
    """Return a TOML string: JSON's escapes are TOML's, save those that are halves of a character."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _comment(text: str) -> str:
    """Return text as a comment may hold it: on one line, without control characters."""
    return "".join(char if char.isprintable() else " " for char in text)

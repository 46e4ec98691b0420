"""The programs that speed.py compares, each as a function from a page's bytes and URL to whatever it returns."""

import logging
import warnings
from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec

from harvester.cleaning import clean_page
from harvester.errors import HarvesterError
from harvester.models import Page
from peers import peers

Body = tuple[bytes, str | None]  # a page, and its URL
Program = Callable[[bytes, str | None], object]

OURS = "harvester"
RIVAL = "trafilatura, with metadata"
PARSE = "lexbor parse alone"
# Extractors that give a text and little else, if they are installed.
_TEXT_ALONE = ("resiliparse", "readability-lxml", "newspaper4k")


def programs() -> dict[str, Program]:
    """Return what can be compared here, by name."""
    warnings.simplefilter("ignore")
    logging.disable()  # some note every page that they cannot read
    others = peers()
    return {
        OURS: ours,
        RIVAL: _trafilatura(fast=False),
        "trafilatura fast, with metadata": _trafilatura(fast=True),
        **{name: others[name] for name in _TEXT_ALONE if name in others},
        PARSE: _parse,
    }


def ours(body: bytes, url: str | None) -> object:
    """Clean a page with all its metadata."""
    try:
        return clean_page(Page(url, body))
    except HarvesterError as error:
        return error


def _trafilatura(*, fast: bool) -> Program:
    if not find_spec("trafilatura"):
        raise ModuleNotFoundError("trafilatura, which is compared with, is not installed")

    def extract(body: bytes, url: str | None) -> object:
        return import_module("trafilatura").bare_extraction(body, url=url, with_metadata=True, fast=fast)

    return extract


def _parse(body: bytes, url: str | None) -> object:
    return import_module("selectolax.lexbor").LexborHTMLParser(body)

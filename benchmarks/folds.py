"""Cross-validation: a page is cleaned with the model that has not seen its domain.

A folder of folds holds `folds.json` ({"folds": 5, "rule": "crc32 of the registrable domain mod folds"}) and a model
`fold-K.npz` for each K from 0, trained on the pages of all other folds. Where it holds `types-K.npz`, too, page
types are told by those; else by the packaged model. Where it holds `others-K.npz`, those look at pages that are hardly
articles; else the second stage decides there, too.
"""

import inspect
import json
import sys
from collections.abc import Callable
from functools import cache, partial
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from zlib import crc32

from tld import get_tld

from harvester.cleaning import Resources, clean_page
from harvester.content.other_pages import with_other_pages
from harvester.content.page_type import read_page_types
from harvester.content.trees import load_model
from harvester.models import Article, Ledger
from harvester.urls import host_of

Clean = Callable[..., tuple[Article, Ledger]]  # of a Page; takes the keywords of `clean_page`

RULE = "crc32 of the registrable domain mod folds"


def registrable_domain(url: str | None) -> str:
    """Return the domain that one owner registered ("example.co.uk"), the host where there is none, "" without a URL."""
    if not url:
        return ""
    found: Any = get_tld(url, as_object=True, fail_silently=True, fix_protocol=True)
    return str(found.fld) if found else host_of(url)


def fold_of(url: str | None, folds: int) -> int:
    """Return the fold that a page's domain belongs to."""
    return crc32(registrable_domain(url).encode()) % folds


def check_folds(folder: Path) -> None:
    """Exit with a message when the folder does not hold what is needed, or the program cannot use it."""
    if find_spec("harvester.content.trees") is None or "model" not in inspect.signature(clean_page).parameters:
        sys.exit("clean_page takes no model yet: --folds has nothing to replace")
    count = read_folds(folder)
    missing = [name for name in (f"fold-{number}.npz" for number in range(count)) if not (folder / name).is_file()]
    if missing:
        sys.exit(f"{folder} lacks {', '.join(missing)}")


@cache
def read_folds(folder: Path) -> int:
    """Return the number of folds; exits when they were cut by another rule than ours."""
    table = folder / "folds.json"
    if not table.is_file():
        sys.exit(f"{folder} holds no folds.json; training/train.py CORPORA --folds {folder} writes it")
    said = json.loads(table.read_text(encoding="utf-8"))
    if said.get("rule") != RULE:
        sys.exit(f"{folder}/folds.json: the rule is {said.get('rule')!r}, not {RULE!r}")
    return int(said["folds"])


def cleaner_for(url: str | None, folder: Path | None) -> Clean:
    """Return how a page of this URL is cleaned: with the model of its fold, or the packaged one without folds."""
    return partial(clean_page, model=model_for(url, folder))


def model_for(url: str | None, folder: Path | None) -> Resources | None:
    """Return the models of the fold that a page of this URL belongs to; None without folds: the packaged one."""
    return _models(folder, fold_of(url, read_folds(folder))) if folder else None


@cache
def _models(folder: Path, fold: int) -> Resources:
    types = folder / f"types-{fold}.npz"
    model, others = load_model(folder / f"fold-{fold}.npz"), folder / f"others-{fold}.npz"
    model = with_other_pages(model, others) if others.is_file() else model
    return Resources(model, read_page_types(types) if types.is_file() else None)

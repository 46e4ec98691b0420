"""Writes what the golden tests compare with, for a person to read before it is committed.

`python benchmarks/goldens.py [NAME ...]` cleans the fixtures and rewrites their golden files; it prints what changed.
`--floors` rewrites tests/golden/floors.toml instead: how near each page is to its truth. A floor may only rise; one
that would fall is kept and named, unless `--lower` says that this is meant.
`--state` prints how near each page is and what is wrong, and writes nothing.

A golden is what the present version makes of a page; a truth (fixtures/truth) is what a person says is right.
"""

import argparse
import difflib
import json
import math
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from harvester.cleaning import clean_dump, clean_page
from harvester.decode import decode
from harvester.errors import HarvesterError
from harvester.models import Article, Page
from harvester.store.articles import article_json
from harvester.text import collapse, fold
from metrics import word_f1

ROOT: Final = Path(__file__).resolve().parent.parent
FIXTURES: Final = ROOT / "fixtures"
FLOORS: Final = ROOT / "tests" / "golden" / "floors.toml"
FIELDS: Final = (
    "kind",
    "title",
    "subtitle",
    "authors",
    "editors",
    "published",
    "modified",
    "languages",
    "section",
    "tags",
    "site",
    "source_name",
    "licence",
    "images",
)
# They change with every release and every rule; a golden that named them would change for nothing.
VOLATILE: Final = ("version", "rules")
# A `without` line of this many letters cannot stand in the article by chance, so it is looked for inside lines, too.
_TELLING_CHARS: Final = 24


@dataclass(frozen=True, slots=True)
class Judgement:
    """How near one page's article is to what a person says is right."""

    f1: float  # of the multisets of words, 0 to 1; 1 where there is no article and should be none
    wrong: dict[str, tuple[object, object]]  # field -> (got, wanted)
    leaks: tuple[str, ...]  # lines that must not stand in the text, and do


@dataclass(frozen=True, slots=True)
class Floor:
    """The worst that the tests put up with for one page."""

    f1: float = 1.0
    wrong: tuple[str, ...] = ()
    leaks: tuple[str, ...] = ()


# ── pages, goldens, truths ────────────────────────────────────────────────────────────────────


def page_files() -> dict[str, Path]:
    """Return every fixture page and dump by its name."""
    found = sorted([*(FIXTURES / "html").glob("*.html"), *(FIXTURES / "dumps").glob("*.txt")])
    return {path.stem: path for path in found}


def golden_files() -> dict[str, Path]:
    """Return every golden by its name."""
    return {path.stem: path for folder in ("html", "dumps") for path in sorted((FIXTURES / folder).glob("*.json"))}


def read_truth(name: str) -> dict[str, Any]:
    """Return what a person says is right for the page."""
    return tomllib.loads((FIXTURES / "truth" / f"{name}.toml").read_text(encoding="utf-8"))


def clean_fixture(name: str) -> Article | HarvesterError:
    """Return what the present version makes of the page, read under the address that its truth gives."""
    path = page_files()[name]
    page = Page(read_truth(name).get("url"), path.read_bytes())
    try:
        return clean_dump(decode(page.body, None, name), page)[0] if path.suffix == ".txt" else clean_page(page)[0]
    except HarvesterError as error:
        return error


def golden_of(result: Article | HarvesterError) -> dict[str, Any]:
    """Return the content of the golden file: the article as it is written, or the reason why there is none."""
    if isinstance(result, HarvesterError):
        return {"error": {"reason": result.reason}}
    golden: dict[str, Any] = json.loads(article_json(result))
    del golden["edition"]  # a crawl's; a fixture has none
    golden["cleaning"] = {key: value for key, value in golden["cleaning"].items() if key not in VOLATILE}
    return golden


def golden_text(golden: dict[str, Any]) -> str:
    """Return the golden as the text of its file."""
    return json.dumps(golden, ensure_ascii=False, indent=2) + "\n"


# ── judging ───────────────────────────────────────────────────────────────────────────────────


def judge(result: Article | HarvesterError, truth: dict[str, Any]) -> Judgement:
    """Return how near `result` is to the truth of its page."""
    if isinstance(result, HarvesterError) or "reason" in truth:
        return _judge_refusal(result, truth)
    got = _fields_of(result)
    wanted = {field: truth.get(field) for field in FIELDS}
    wrong = {field: (got[field], wanted[field]) for field in FIELDS if not _agrees(field, got[field], wanted[field])}
    return Judgement(word_f1(truth["text"], result.text), wrong, leaked_lines(result.text, truth))


def _judge_refusal(result: Article | HarvesterError, truth: dict[str, Any]) -> Judgement:
    got = result.reason if isinstance(result, HarvesterError) else "article"
    wanted = truth.get("reason", "article")
    return Judgement(float(got == wanted), {} if got == wanted else {"reason": (got, wanted)}, ())


def _fields_of(article: Article) -> dict[str, object]:
    fields: dict[str, object] = {field: getattr(article, field, None) for field in FIELDS}
    return fields | {
        "source_name": article.source.name if article.source else None,
        "images": len(article.images),
    }


def _agrees(field: str, got: object, wanted: object) -> bool:
    """Return whether a field is right: in white space and for a list of tags in order, it may differ."""
    if field in ("published", "modified") and isinstance(got, str) and isinstance(wanted, str):
        return _moment(got) == _moment(wanted)
    if isinstance(got, tuple):
        same = list(map(collapse, got)), list(map(collapse, wanted if isinstance(wanted, list) else []))
        return sorted(same[0]) == sorted(same[1]) if field == "tags" else same[0] == same[1]
    if isinstance(got, str) and isinstance(wanted, str):
        return collapse(got) == collapse(wanted)
    return got == (wanted or (0 if field == "images" else None))


def _moment(text: str) -> tuple[datetime, bool, bool]:
    """Return the moment with whether it says a time and an offset: a day is not midnight."""
    moment = datetime.fromisoformat(text)
    return moment, "T" in text, moment.tzinfo is not None


def leaked_lines(text: str, truth: dict[str, Any]) -> tuple[str, ...]:
    """Return the `without` lines of the truth that stand in `text` as a line, or, where they are long, inside one."""
    lines = {fold(line) for line in text.split("\n")}
    allowed = {fold(line) for line in truth["text"].split("\n")}
    whole, right = fold(text), fold(truth["text"])

    def leaks(line: str) -> bool:
        folded = fold(line)
        inside = len(folded) >= _TELLING_CHARS and whole.count(folded) > right.count(folded)
        return bool(folded) and ((folded in lines and folded not in allowed) or inside)

    return tuple(line for line in truth["without"] if leaks(line))


# ── floors ────────────────────────────────────────────────────────────────────────────────────


def read_floors() -> dict[str, Floor]:
    """Return the floor of every page; none when the table is not written yet."""
    if not FLOORS.exists():
        return {}
    table = tomllib.loads(FLOORS.read_text(encoding="utf-8"))
    return {
        name: Floor(row["f1"], tuple(row.get("wrong", ())), tuple(row.get("leaks", ()))) for name, row in table.items()
    }


def floor_of(judgement: Judgement) -> Floor:
    """Return the floor that the judgement just meets; F1 is cut to three digits."""
    return Floor(math.floor(judgement.f1 * 1000) / 1000, tuple(sorted(judgement.wrong)), judgement.leaks)


def raised(old: Floor | None, new: Floor) -> Floor:
    """Return the stricter of the two in every part."""
    if old is None:
        return new
    wrong = tuple(field for field in new.wrong if field in old.wrong)
    return Floor(max(old.f1, new.f1), wrong, tuple(line for line in new.leaks if line in old.leaks))


def floors_text(floors: dict[str, Floor]) -> str:
    """Return the table as TOML: a page a section."""
    head = "# How near each page is to its truth, written by `python benchmarks/goldens.py --floors`.\n"
    return head + "".join(f"\n{_floor_text(name, floors[name])}" for name in sorted(floors))


def _floor_text(name: str, floor: Floor) -> str:
    # A JSON text without control characters is a TOML basic string.
    lists = {"wrong": floor.wrong, "leaks": floor.leaks}
    rows = (
        f"{key} = [{', '.join(json.dumps(item, ensure_ascii=False) for item in row)}]\n"
        for key, row in lists.items()
        if row
    )
    return f"[{json.dumps(name, ensure_ascii=False)}]\nf1 = {floor.f1}\n{''.join(rows)}"


# ── commands ──────────────────────────────────────────────────────────────────────────────────


def write_goldens(names: list[str]) -> None:
    """Rewrite the goldens of `names` and print what changed; also removes goldens that have lost their page."""
    pages = page_files()
    for name in names:
        target = pages[name].with_suffix(".json")
        before = target.read_text(encoding="utf-8") if target.exists() else ""
        after = golden_text(golden_of(clean_fixture(name)))
        sys.stdout.writelines(_changes(target.name, before, after))
        if after != before:
            target.write_text(after, encoding="utf-8")
    for name in sorted(golden_files().keys() - pages.keys()):
        golden_files()[name].unlink()
        print(f"removed {name}.json: no such page")


def _changes(name: str, before: str, after: str) -> Iterator[str]:
    lines = before.splitlines(keepends=True), after.splitlines(keepends=True)
    return difflib.unified_diff(*lines, f"{name} (before)", f"{name} (now)", n=1)


def write_floors(names: list[str], lower: bool) -> None:
    """Rewrite the floors of `names`; print each that would have to fall."""
    floors = {name: floor for name, floor in read_floors().items() if name in page_files()}
    for name in names:
        old, new = floors.get(name), floor_of(judge(clean_fixture(name), read_truth(name)))
        floors[name] = new if lower else raised(old, new)
        if floors[name] != new:
            print(f"{name}: below its floor: {new} where {old} stands; not lowered")
    FLOORS.write_text(floors_text(floors), encoding="utf-8")


def print_state(names: list[str]) -> None:
    """Print for each page how near its text is, which fields are wrong and which lines leaked."""
    judged = {name: judge(clean_fixture(name), read_truth(name)) for name in names}
    for name, judgement in sorted(judged.items(), key=lambda item: item[1].f1):
        print(f"{judgement.f1:.3f}  {name}")
        for field, (got, wanted) in judgement.wrong.items():
            print(f"         {field}: got {got!r}, wanted {wanted!r}")
        for line in judgement.leaks:
            print(f"         leaked: {line!r}")
    mean = sum(judgement.f1 for judgement in judged.values()) / max(len(judged), 1)
    wrong = sum(len(judgement.wrong) for judgement in judged.values())
    leaks = sum(len(judgement.leaks) for judgement in judged.values())
    print(f"\n{len(judged)} pages, mean F1 {mean:.4f}, {wrong} fields wrong, {leaks} lines leaked")


def main() -> None:
    """Read the arguments and run one command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", metavar="NAME", help="pages; all when none is given")
    parser.add_argument("--floors", action="store_true", help="write tests/golden/floors.toml instead")
    parser.add_argument("--lower", action="store_true", help="with --floors: let floors fall, too")
    parser.add_argument("--state", action="store_true", help="print how near each page is, write nothing")
    arguments = parser.parse_args()
    names = arguments.names or list(page_files())
    if unknown := set(names) - page_files().keys():
        parser.error(f"no such page: {', '.join(sorted(unknown))}")
    if arguments.state:
        print_state(names)
    elif arguments.floors:
        write_floors(names, arguments.lower)
    else:
        write_goldens(names)


if __name__ == "__main__":
    main()

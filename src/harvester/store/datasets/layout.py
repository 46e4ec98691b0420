"""The shape of a set: its format, how files are packed, and what they are called."""

import hashlib
import re
from dataclasses import dataclass
from typing import Final, Literal

Form = Literal["json", "jsonl", "parquet", "csv"]
Packing = Literal["none", "gzip", "zstd"]

SETS: Final = ("json", "jsonl", "parquet")  # forms that hold whole articles: they can be read again
PACKED: Final = ("jsonl", "csv")
PARTS: Final = ("jsonl", "parquet", "csv")  # many articles in a file
PART_ARTICLES: Final = 10_000  # some 100 MB of lines: few files, and none that a tool cannot hold

# pandas, Arrow and Spark take every file of a folder for articles but those that begin so.
MANIFEST: Final = "_manifest.jsonl"
FAILURES: Final = "_failures.jsonl"
REPORTS: Final = ("_compare.html", "_compare.md")  # of a run that was compared with an earlier one
LEDGERS: Final = "_ledgers/"
LEDGER_ENDING: Final = ".ledger.json"
CHANGES: Final = "_changes.jsonl"  # what became of the articles; in a bucket objects below the next
CHANGES_FOLDER: Final = "_changes/"
CRAWL_CHANGES: Final = "changes.jsonl"  # in the folder of a crawl, which is no set
# What sets of earlier versions call them.
OLD_NAMES: Final = {name: name.removeprefix("_") for name in (MANIFEST, FAILURES, *REPORTS)}
REMOTE: Final = ("s3", "gs", "az", "memory")  # what addresses of object stores begin with
WEB: Final = ("http", "https")  # of which files are read, and nothing is listed or written
WORK_NAME: Final = ".harvester"  # folder of a run under way; with a journal in it the set is not whole
JOURNAL: Final = "run.sqlite"
PACKED_ENDINGS: Final[dict[Packing, str]] = {"none": "", "gzip": ".gz", "zstd": ".zst"}
_ABOUT: Final = frozenset(OLD_NAMES) | frozenset(OLD_NAMES.values()) | {CHANGES, CRAWL_CHANGES}
_SHARDED_DIGITS: Final = 2  # 256 folders: some 4,000 files each in a set of a million
_PART: Final = re.compile(r"articles-\d{5,}\.(?:(?:jsonl|csv)(?:\.gz|\.zst)?|parquet)")
_CHANGES_PART: Final = re.compile(rf"{CHANGES_FOLDER}\d{{12}}\.jsonl")
_LINES: Final = re.compile(r"\.jsonl(\.gz|\.zst)?$")


@dataclass(frozen=True, slots=True)
class Layout:
    """What the files of a set look like. Parquet packs its columns itself: its `packing` is "none"."""

    form: Form
    packing: Packing = "none"  # of a file of lines or rows
    sharded: bool = False  # json only: xx/STEM.json

    def __post_init__(self) -> None:
        if self.form not in PACKED and self.packing != "none":
            raise ValueError(f"Only --format jsonl and csv are packed; {self.form} is not.")
        if self.form != "json" and self.sharded:
            raise ValueError("Only formats with a file an article are spread over folders (--sharded).")

    @property
    def kind(self) -> str:
        """What the manifest calls it."""
        if self.form != "json":
            return "parts"
        return "sharded" if self.sharded else "flat"


def part_name(number: int, layout: Layout) -> str:
    """Return the file of a part.

    >>> part_name(7, Layout("jsonl", "gzip")), part_name(7, Layout("parquet"))
    ('articles-00007.jsonl.gz', 'articles-00007.parquet')
    """
    return f"articles-{number:05d}.{layout.form}{PACKED_ENDINGS[layout.packing]}"


def article_name(stem: str, layout: Layout) -> str:
    """Return the file of a single article.

    >>> article_name("pier", Layout("json")), article_name("pier", Layout("json", sharded=True))
    ('pier.json', '2d/pier.json')
    """
    return shard_of(stem) + f"{stem}.json" if layout.sharded else f"{stem}.json"


def ledger_name(stem: str, *, sharded: bool) -> str:
    """Return the file of an article's ledger.

    >>> ledger_name("pier", sharded=False), ledger_name("pier", sharded=True)
    ('_ledgers/pier.ledger.json', '_ledgers/2d/pier.ledger.json')
    """
    return LEDGERS + (shard_of(stem) if sharded else "") + stem + LEDGER_ENDING


def shard_of(stem: str) -> str:
    """Return the folder of a stem, with its slash: the first hex digits of its SHA-256."""
    return hashlib.sha256(stem.encode("utf-8", "surrogateescape")).hexdigest()[:_SHARDED_DIGITS] + "/"


def form_of(name: str) -> tuple[Form, Packing] | None:
    """Return what a file of a set holds by its name, None where it is none: a ledger, a sidecar, an older version.

    >>> form_of("articles-00001.jsonl.zst"), form_of("a/b.json"), form_of("a.ledger.json")
    (('jsonl', 'zstd'), ('json', 'none'), None)
    """
    folder, _, last = name.rpartition("/")
    if last in _ABOUT or "versions" in folder.split("/") or _CHANGES_PART.fullmatch(name):
        return None
    if match := _LINES.search(last):
        packing: Packing = {".gz": "gzip", ".zst": "zstd"}.get(match[1], "none")  # type: ignore[assignment]
        return "jsonl", packing
    if last.endswith(".parquet"):
        return "parquet", "none"
    if last.endswith(".json") and not last.endswith((LEDGER_ENDING, ".page.json")):
        return "json", "none"
    return None


def is_rows(name: str) -> bool:
    """Return whether a file is one of the rows that a run or an export writes.

    >>> is_rows("articles-00001.csv.gz"), is_rows("articles.csv")
    (True, False)
    """
    return bool(_PART.fullmatch(name)) and ".csv" in name


def is_of_set(name: str) -> bool:
    """Return whether a file is one that a run writes beside its articles, or a part of them: no page is in it.

    >>> is_of_set("_manifest.jsonl"), is_of_set("articles-00001.jsonl.gz"), is_of_set("pages.jsonl")
    (True, True, False)
    """
    return name in _ABOUT or bool(_CHANGES_PART.fullmatch(name) or _PART.fullmatch(name))

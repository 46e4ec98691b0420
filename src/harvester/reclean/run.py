"""Clean many saved pages and write one article for each: one bad page never stops the run."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final, Literal, Protocol

from harvester.errors import HarvesterError, InputError, StoreError
from harvester.models import Article, Ledger, Outcome, Page, SiteMemory
from harvester.reclean.inputs import Input, real_path
from harvester.reclean.names import output_stems
from harvester.reclean.saved import SavedPage
from harvester.reclean.sites import learn_sites
from harvester.reclean.workers import Effort, Task, each_result
from harvester.store.articles import article_json, article_line, ledger_json
from harvester.store.files import make_folder, write_atomic
from harvester.store.render import render_markdown, render_text

Format = Literal["json", "jsonl", "text", "markdown"]
Cleaned = tuple[Article, Ledger]

JSONL_NAME: Final = "articles.jsonl"
LEDGER_ENDING: Final = ".ledger.json"
LIMIT_S: Final = 30.0  # the slowest page of the corpora takes about a second
WRITERS: Final[dict[Format, tuple[str, Callable[[Article], bytes]]]] = {
    "json": (".json", article_json),
    "text": (".txt", lambda article: render_text(article).encode("utf-8", "replace")),
    "markdown": (".md", lambda article: render_markdown(article).encode("utf-8", "replace")),
}


class Clean(Protocol):
    """How a page becomes an article: a function of a module, because it travels to worker processes."""

    def __call__(self, saved: SavedPage, memory: SiteMemory | None = None) -> Cleaned:
        """Return article and ledger; raises HarvesterError where there is no article."""


class WouldOverwriteError(ValueError):
    """The output would replace an input, or be read as one next time: wrong usage."""


@dataclass(frozen=True, slots=True)
class CleanOptions:
    """Where articles go, and in which form."""

    to: Path  # made when missing
    form: Format = "json"
    ledger: bool = False  # write STEM.ledger.json as well
    jobs: int = 1  # 1: in this process
    limit_s: float = LIMIT_S  # for one page
    site_memory: bool = True  # learn what the pages of one host have in common, and clean them with it


def clean_saved(saved: SavedPage, memory: SiteMemory | None = None) -> Cleaned:
    """Return the article and ledger of a saved page; raises HarvesterError where it holds none.

    `memory` is that of the page's site; a plain-text dump has none, because its page is not known.
    """
    if saved.dump is not None:
        return _clean_dump(saved.dump, saved.page)
    from harvester.cleaning import clean_page  # noqa: PLC0415 - the parsers load when the first page is cleaned

    return clean_page(saved.page, memory=memory)


def explain_saved(saved: SavedPage) -> Ledger:
    """Return every visible block of a saved page with its verdict, also of a page without an article."""
    from harvester.cleaning import explain_dump, explain_page  # noqa: PLC0415 - see clean_saved

    return explain_page(saved.page) if saved.dump is None else explain_dump(saved.dump, saved.page)


def _clean_dump(text: str, page: Page) -> Cleaned:
    from harvester.cleaning import clean_dump  # noqa: PLC0415 - see clean_saved

    return clean_dump(text, page)


def clean_files(found: Sequence[Input | InputError], clean: Clean, options: CleanOptions) -> Iterator[Outcome]:
    """Clean every input and write its files; yield one outcome each, in the order of `found`.

    A page that fails leaves no file: what an earlier run wrote under its name is removed. `articles.jsonl` is written
    when the last outcome has been taken.
    Raises WouldOverwriteError before anything is read, and StoreError when the disk is full, or when the folder or
    `articles.jsonl` cannot be written; any other failure is an outcome.
    """
    inputs = [item for item in found if isinstance(item, Input)]
    names = output_stems(inputs)
    _check_apart(inputs, names, options)
    make_folder(options.to)
    stems, results = iter(names), _cleaned(inputs, clean, options)
    lines: list[bytes] = []
    for item in found:
        result = item if isinstance(item, InputError) else _written(next(stems), next(results), options)
        if options.form == "jsonl" and isinstance(result, Article):
            lines.append(article_line(result))
        yield Outcome(item.subject if isinstance(item, InputError) else item.name, None, result)
    if options.form == "jsonl":
        write_atomic(options.to / JSONL_NAME, b"".join(lines))


def _cleaned(inputs: Sequence[Input], clean: Clean, options: CleanOptions) -> Iterator[Cleaned | HarvesterError]:
    effort = Effort(options.jobs, options.limit_s)
    memories = learn_sites(inputs, effort) if options.site_memory else [None] * len(inputs)
    works = (partial(clean, memory=memory) for memory in memories)
    return each_result([Task(source, work) for source, work in zip(inputs, works, strict=True)], effort)


def _check_apart(inputs: Sequence[Input], stems: Sequence[str], options: CleanOptions) -> None:
    """Refuse an output that would replace an input, and texts beside their pages: the next run would read them."""
    folder = Path(real_path(options.to))
    paths = {Path(real_path(item.path)) for item in inputs if item.path}
    if options.form == "text" and any(path.parent == folder for path in paths):
        raise WouldOverwriteError(
            f"Texts in {str(options.to)!r} would be read as pages next time; choose another folder."
        )
    for stem in stems:
        for name in _names(stem, options):
            if folder / name in paths:
                raise WouldOverwriteError(f"{name!r} in {str(options.to)!r} is an input; choose another folder.")


def _names(stem: str, options: CleanOptions) -> tuple[str, ...]:
    """Return the names of the files that an input may leave: the ledger last."""
    article = () if options.form == "jsonl" else (stem + WRITERS[options.form][0],)
    return (*article, stem + LEDGER_ENDING)


def _written(stem: str, result: Cleaned | HarvesterError, options: CleanOptions) -> Article | HarvesterError:
    """Write the files of one page and remove those of an earlier run; return its article or what went wrong."""
    try:
        for name, content in _files(stem, result, options).items():
            if content is None:
                _remove(options.to / name)
            else:
                write_atomic(options.to / name, content)
    except StoreError as error:
        if error.reason == "disk_full":
            raise
        return error
    return result if isinstance(result, HarvesterError) else result[0]


def _files(stem: str, result: Cleaned | HarvesterError, options: CleanOptions) -> dict[str, bytes | None]:
    """Return the content of each file; None: there must be no such file."""
    files: dict[str, bytes | None] = dict.fromkeys(_names(stem, options))
    if isinstance(result, HarvesterError):
        return files
    article, ledger = result
    if options.form != "jsonl":
        ending, write = WRITERS[options.form]
        files[stem + ending] = write(article)
    if options.ledger:
        files[stem + LEDGER_ENDING] = ledger_json(ledger)
    return files


def _remove(path: Path) -> None:
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        explanation = f"the article of an earlier run cannot be removed: {error.strerror}"
        raise StoreError(str(path), "unwritable", explanation) from error

"""What of a page must be equal, compiled and interpreted, as lines of text: a difference is then shown by its line."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from hashlib import blake2b
from importlib import import_module
from typing import Any

from harvester.cleaning import clean_dump, clean_page
from harvester.dom import read_head, read_visible_text
from harvester.errors import HarvesterError
from harvester.models import PAGE_TYPES, Block, Document, Ledger, Page

Stages = dict[str, list[str]]  # name of a stage -> what came out of it, in lines

# Where the pipeline has its stages: module, function, stage. One that has moved ends the comparison with its name.
_RECORDED = (
    ("harvester.cleaning.page_pipeline", "read_page", "document"),
    ("harvester.content.classifier", "feature_rows", "features"),
    ("harvester.content.classifier", "revision_rows", "features of the second stage"),
)


def stages_of(body: bytes, url: str | None, *, is_dump: bool = False) -> Stages:
    """Return all that comes out of a page; also of one that is refused: as far as it came, and the reason.

    Raises what a page must never raise: anything but HarvesterError.
    """
    found: Stages = {}
    if is_dump:
        return found | _written(lambda: clean_dump(body.decode("utf-8", "replace"), Page(url, b"")))
    with _recording(found):
        found |= _written(lambda: clean_page(Page(url, body), page_types=PAGE_TYPES, comments=True))
    is_parsed = found.get("refusal", [""])[0] != "ParserLimit"
    return found | (_other_readings(body) if is_parsed else {})


def digests(stages: Stages) -> dict[str, str]:
    """Return a name for each stage's lines."""
    return {name: blake2b(_encoded(lines), digest_size=12).hexdigest() for name, lines in stages.items()}


def _encoded(lines: list[str]) -> bytes:
    return "\n".join(lines).encode("utf-8", "surrogatepass")


def _written(clean: Any) -> Stages:
    try:
        article, ledger = clean()
    except HarvesterError as error:
        return {"refusal": [type(error).__name__, error.reason, str(error)]}
    return {"article": article.to_json().splitlines(), "ledger": _ledger_lines(ledger)}


def _other_readings(body: bytes) -> Stages:
    """Return what is read of a page elsewhere: its head alone, for a crawl, and its text without rules."""
    html = body.decode("utf-8", "replace")[:300_000]
    return {"head": [repr(_without_markup(read_head(html)))], "visible text": read_visible_text(html).split("\n")}


@contextmanager
def _recording(found: Stages) -> Iterator[None]:
    """Keep what the stages of the pipeline return while the block runs."""
    replaced: list[tuple[Any, str, Any]] = []
    try:
        for module_name, name, stage in _RECORDED:
            module = import_module(module_name)
            replaced.append((module, name, getattr(module, name)))
            setattr(module, name, _recorded(getattr(module, name), stage, found))
        yield
    finally:
        for module, name, function in replaced:
            setattr(module, name, function)


def _recorded(function: Any, stage: str, found: Stages) -> Any:
    def recorded(*arguments: Any, **named: Any) -> Any:
        value = function(*arguments, **named)
        found[stage] = _document_lines(value) if isinstance(value, Document) else _matrix_lines(value)
        return value

    return recorded


def _matrix_lines(rows: Any) -> list[str]:
    """Return a line a row; floats are written so that no two are alike."""
    values = rows.values
    return [f"{values.shape} {values.dtype}", *(repr(row) for row in values.tolist())]


def _document_lines(document: Document) -> list[str]:
    return [
        *(_block_line(block) for block in document.blocks),
        *(repr(element) for element in document.elements),
        repr(_without_markup(replace(document, blocks=(), elements=()))),
        *map(repr, document.markup.tokens if document.markup else ()),
        repr(document.markup and (document.markup.elements, document.markup.places, document.markup.standins)),
    ]


def _ledger_lines(ledger: Ledger) -> list[str]:
    return [_block_line(block) for block in ledger.blocks] + [repr((ledger.evidence, ledger.elements))]


def _without_markup(document: Document) -> Document:
    return replace(document, markup=None)


def _block_line(block: Block) -> str:
    """Return a block in one line; its markup, which all blocks share, stands apart."""
    spots = (block.trace.spots, block.trace.element) if block.trace else None
    return repr((*block[:-1], spots))

"""No rule that looks at lists, notes or named boxes does more than four times the work on four times the page."""

from collections.abc import Callable

import numpy as np
import pytest

from counted_calls import calls_in
from harvester.boilerplate import boxes_of_others, protected_blocks
from harvester.boilerplate.numbered_notes import numbered_notes
from harvester.content.candidates import Candidates
from harvester.content.header_lines import header_lines
from harvester.content.whole_items import with_whole_items
from harvester.content.whole_questions import ON_LISTS, level_questions
from harvester.dom import read_document
from harvester.models import PAGE_TYPES, PageType
from harvester.outline import Outline
from harvester.rules.load import load_rules

TEXT = "<p>The ferry went out at dawn [1], and forty people saw it leave the harbour [2].</p>"
LEAST, FEW, GROWTH = 5, 40, 4  # five lines of a header are too many to be looked at more closely
MOST = 5  # what is sorted grows a little faster; a square would be sixteen
NAMED = "<div class='{}'><p>The ferry went out at dawn, and nobody in the harbour saw it leave or come.</p></div>"
PRODUCT = PageType("product", 0.9, dict.fromkeys(PAGE_TYPES, 0.01) | {"product": 0.9}, 0.1)
RULES = load_rules()


def page(inside: str, title: str = "Two boats a day") -> Outline:
    return Outline(read_document(f"<html lang=en><title>{title}</title><body><h1>{title}</h1>{inside}</body></html>"))


def chosen_of(outline: Outline) -> list[int]:
    return [at for at, block in enumerate(outline.document.blocks) if block.text.startswith("The ferry")]


def candidates_of(outline: Outline, chance: float = 0.6) -> Candidates:
    lengths = np.array([float(len(block.text)) for block in outline.document.blocks])
    return Candidates(np.arange(len(lengths)), lengths, np.full(len(lengths), chance))


Run = Callable[[int], Callable[[], object]]


def notes(inside: Callable[[int], str]) -> Run:
    def run(count: int) -> Callable[[], object]:
        outline = page(TEXT * count + inside(count))
        return lambda: numbered_notes(outline, chosen_of(outline), {})

    return run


def named(words: str) -> Run:
    def run(count: int) -> Callable[[], object]:
        outline = page(TEXT * 4 * count + NAMED.format(words) * count)
        return lambda: boxes_of_others(outline, RULES.lexicon, PRODUCT)

    return run


def facts(count: int) -> Callable[[], object]:
    outline = page(TEXT * 4 * count + NAMED.format("factbox") * count + TEXT)
    return lambda: protected_blocks(outline, RULES, chosen_of(outline), {})


def questions(count: int) -> Callable[[], object]:
    outline = page(TEXT * 4 * count + NAMED.format("faq") * count)
    at, words = np.arange(len(outline.document.blocks)), RULES.lexicon.class_words["questions"]
    return lambda: level_questions(outline, at, words, np.full(len(at), 0.3), ON_LISTS)


def items(count: int) -> Callable[[], object]:
    item = "<details><p>Who may come aboard with a dog?</p><p>The ferry takes dogs, too. {}</p></details>"
    lists = "".join(f"<section>{item.format('It does. ' * 9) * 3}</section>" for _ in range(count))
    outline = page(TEXT * 20 * count + lists)
    chosen = np.isin(np.arange(len(outline.document.blocks)), chosen_of(outline))
    return lambda: with_whole_items(outline, candidates_of(outline), chosen)


def header(count: int) -> Callable[[], object]:
    outline = page(f"{'<p>The board has said so at last, and in writing.</p>' * count}<main>{TEXT * count}</main>")
    text = np.isin(np.arange(len(outline.document.blocks)), chosen_of(outline))
    return lambda: header_lines(outline, candidates_of(outline), np.full(len(text), True), text)


RUNS = {
    "numbered lines": notes(lambda count: "".join(f"<p>[{n}] Minutes of the board</p>" for n in range(1, count))),
    "rows of notes": notes(lambda count: "<p>[1] Minutes</p><p>[2] Letters</p><p>And more</p>" * count),
    "numbered lists": notes(lambda count: "<p>And more</p><ol><li>Minutes</li><li>Letters</li></ol>" * count),
    "windows": named("modal"),
    "reviews": named("review"),
    "boxes of facts": facts,
    "questions": questions,
    "lists of items": items,
    "lines of a header": header,
}


@pytest.mark.parametrize("run", RUNS.values(), ids=RUNS)
def test_four_times_the_page_is_four_times_the_work(run: Run) -> None:
    run(1)()  # what is made once a process
    least, less, more = (calls_in(run(count)) for count in (LEAST, FEW, GROWTH * FEW))
    assert more - least <= MOST * max(less - least, FEW)


def test_the_calls_of_a_text_are_read_once_however_many_rows_of_notes_it_has() -> None:
    def work(rows: int) -> int:
        outline = page(TEXT * 200 + "<p>[1] Minutes</p><p>[2] Letters</p><p>And more</p>" * rows)
        return calls_in(lambda: numbered_notes(outline, chosen_of(outline), {}))

    work(1)  # what is made once a process
    assert work(20) <= 5 * work(1)

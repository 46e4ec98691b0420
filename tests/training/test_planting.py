"""Pages made harder keep their truth, repeat to the byte, and take text from no page of another fold."""

from pathlib import Path

import pytest

from corpora import Sample
from folds import fold_of
from harvester.cleaning import read_page
from harvester.rules.load import load_rules
from harvester.second_opinion import map_onto_blocks
from harvester.text import fold
from planting import RECIPES, plant
from voices import Donors, donors_of, language_of

FOLDS = 5
PARAGRAPHS = [
    f"Paragraph {n} of the story tells at some length what happened on day {n} of the trial." for n in range(8)
]
HTML = (
    "<html><head><title>The trial of the year</title></head><body><div class='page'><h1>The trial of the year</h1>"
    f"<div class='text'>{''.join(f'<p>{text}</p>' for text in PARAGRAPHS)}</div></div></body></html>"
)


def sample(number: int, text: str, lang: str = "en") -> Sample:
    url = f"https://site-{number}.example/story"
    truth = {"id": str(number), "text": text, "title": f"Headline {number} of a page"}
    return Sample("made", str(number), url, "article", lang, Path("none"), truth)


def other_text(number: int) -> str:
    return "\n".join(
        f"Words of page {number}, line {line}, that nobody else has ever printed. Or has one?" for line in range(4)
    )


OWN = sample(0, "\n".join(PARAGRAPHS))
POOL = [OWN, *(sample(number, other_text(number)) for number in range(1, 60))]


@pytest.fixture(scope="module")
def donors() -> Donors:
    return donors_of(POOL, FOLDS)


@pytest.mark.parametrize("recipe", RECIPES)
def test_the_same_page_and_recipe_give_the_same_bytes(recipe: str, donors: Donors) -> None:
    assert plant(OWN, HTML, recipe, donors, FOLDS) == plant(OWN, HTML, recipe, donors, FOLDS)


@pytest.mark.parametrize("recipe", RECIPES)
def test_all_of_the_truth_stays_and_nothing_planted_is_true(recipe: str, donors: Donors) -> None:
    html = plant(OWN, HTML, recipe, donors, FOLDS)
    assert html is not None
    blocks = read_page(html, load_rules()).blocks
    true = map_onto_blocks([fold(text) for text in PARAGRAPHS], blocks)
    assert [blocks[at].text for at in sorted(true)] == PARAGRAPHS
    assert len(blocks) > len(read_page(HTML, load_rules()).blocks)


@pytest.mark.parametrize("recipe", RECIPES)
def test_nothing_is_taken_from_a_page_of_another_fold(recipe: str, donors: Donors) -> None:
    html = plant(OWN, HTML, recipe, donors, FOLDS) or ""
    fold_of_own = fold_of(OWN.url, FOLDS)
    strange = [page for page in POOL[1:] if fold_of(page.url, FOLDS) != fold_of_own]
    assert strange
    assert not [page.id for page in strange if f"page {page.id}, line" in html or f"Headline {page.id} of" in html]


def test_a_page_whose_truth_is_not_on_it_is_left_alone(donors: Donors) -> None:
    assert (
        plant(sample(0, "Not a word of this stands on the page that was saved."), HTML, "thread", donors, FOLDS) is None
    )


def test_the_script_tells_the_language_where_the_corpus_does_not() -> None:
    assert language_of(sample(1, "北京市今天发布了新的规定，将于下个月开始实施。")) == "zh"
    assert language_of(sample(1, "今日の東京は晴れでした。")) == "ja"
    assert language_of(sample(1, "Ein Satz auf Deutsch.", "de")) == "de"

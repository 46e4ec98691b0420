"""Site memory: what several pages have in common goes, and nothing that is an article's own."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import harvester
from generated_pages import pages as drawn_pages
from harvester.cleaning import clean_page, explain_page, fingerprint_page
from harvester.errors import InputError
from harvester.models import Kept, Page, Removed, SiteMemory
from harvester.site_memory import learn, make_memory
from harvester.store.site_memories import memory_json, read_memory

HOST = "harbour.example"
PLEDGE = (
    "The Harbour Post has told the truth about the coast since 1921, and its readers keep it afloat with their gifts."
)
TEASER = "Eleven boats you can still hire this summer"
HEADING = "What happens next"
PLACES = ("pier", "lamp", "ferry", "bridge", "market", "mill", "quay", "school", "tower", "harbour")


def story(place, extra=""):
    """Return six paragraphs about a place, each with words that no other place has."""
    says = (
        "was closed on Monday after the storm had torn two planks from its western side",
        "had been built by the fathers of those who now came to look at the damage in silence",
        "will cost the town more than the council has set aside for repairs in this year",
        "must be open again before the first guests arrive on the islands at Whitsun",
        "is loved by children, who jump from it into the water as soon as the days grow long",
    )
    return "".join(f"<p>The {place} {clause}, the harbour board said of the {place}{extra}.</p>" for clause in says)


def page(place, above="", inside="", below="", title=None):
    title = title or f"The {place} of the northern islands"
    first, *rest = story(place).split("</p>", 1)
    body = f"<article><h1>{title}</h1>{above}{first}</p>{inside}{rest[0]}{below}</article>"
    return Page(f"https://{HOST}/{place}", f"<html><title>{title}</title><body>{body}</body></html>".encode())


def site(count=6, **parts):
    return [page(place, **parts) for place in PLACES[:count]]


def remember(pages):
    return learn(HOST, [fingerprint_page(it) for it in pages])


def text_of(it, memory=None):
    return clean_page(it, memory=memory)[0].text


def verdict_of(text, it, memory):
    return next(block.verdict for block in explain_page(it, memory=memory).blocks if block.text == text)


# ── what goes ─────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("place", ["above", "inside", "below"])
def test_prose_of_the_site_goes_wherever_it_stands(place):
    pages = site(**{place: f"<p>{PLEDGE}</p>"})
    assert PLEDGE in text_of(pages[0]), "the page alone does not tell"
    assert text_of(pages[0], remember(pages)) == text_of(site()[0])


def test_the_ledger_says_on_how_many_pages_it_stands():
    pages = site(below=f"<p>{PLEDGE}</p>")
    assert verdict_of(PLEDGE, pages[0], remember(pages)) == Removed("not_content", "site-memory:6 pages")


def test_a_wording_still_names_the_kind():
    line = "Sign up for our newsletter and get the stories of the week in your inbox every Friday morning."
    pages = site(inside=f"<p>{line}</p>")
    label = verdict_of(line, pages[0], make_memory(HOST, 6, remember(pages).seen))
    assert isinstance(label, Removed)
    assert label.kind == "newsletter_signup"


def test_a_page_that_was_not_learned_profits():
    memory = remember(site(below=f"<p>{PLEDGE}</p>"))
    assert PLEDGE not in text_of(page("reef", below=f"<p>{PLEDGE}</p>"), memory)


# ── what stays ────────────────────────────────────────────────────────────────────────────────


def test_a_heading_stays_however_often_the_site_has_it():
    pages = site(inside=f"<h2>{HEADING}</h2>")
    assert HEADING in text_of(pages[0], remember(pages))


def test_the_headline_stays_on_a_site_that_calls_every_story_the_same():
    pages = site(title="Harbour diary")
    article = clean_page(pages[0], memory=remember(pages))[0]
    assert article.title == "Harbour diary"
    assert verdict_of("Harbour diary", pages[0], remember(pages)) == clean_page(pages[0])[1].blocks[0].verdict


def test_a_label_that_the_page_repeats_stays():
    asked = (
        "<p>The mayor answers:</p><p>We have to ask the {} of the board, and the board has to ask the fishermen.</p>"
    )
    pages = [page(place, inside=asked.format(place) + asked.format(f"old {place}")) for place in PLACES]
    assert text_of(pages[0], remember(pages)).count("The mayor answers:") == 2


def test_a_paragraph_that_two_stories_share_stays_inside_them():
    background = f"<p>{PLEDGE}</p>"
    pages = [page(place, inside=background if place in PLACES[:2] else "") for place in PLACES]
    assert PLEDGE in text_of(pages[0], remember(pages))


def test_a_paragraph_that_few_stories_of_a_large_site_share_stays():
    places = [f"{place} of {town}" for place in PLACES for town in ("Vik", "Nes", "Sund", "Holm")]
    pages = [page(place, inside=f"<p>{PLEDGE}</p>" if place in places[::8] else "") for place in places]
    assert PLEDGE in text_of(pages[0], remember(pages)), "five of forty reports on one topic"


def test_a_page_never_loses_most_of_its_prose():
    own = page("pier")
    memory = make_memory(HOST, 9, {digest: 9 for digest, _ in fingerprint_page(own).prose})
    assert text_of(own, memory) == text_of(own)


def test_what_the_memory_alone_knows_does_not_end_the_body():
    replies = "".join(f"<p>{word} it is.</p>" for word in ("Well built", "Old", "Ours", "Quite long"))
    pages = site(below=f"<p>Read more</p>{replies}")
    with_it, alone = text_of(pages[0], remember(site(below="<p>Read more</p>"))), text_of(pages[0])
    assert {line for line in alone.split("\n") if "it is" in line} <= set(with_it.split("\n"))


# ── twins ─────────────────────────────────────────────────────────────────────────────────────


def test_one_article_under_three_addresses_is_one_page():
    prints = [page("pier", above=f"<p>Copy {number} of this page was made for the printer in the hall.</p>", title=t)
              for number, t in enumerate(("The pier", "The pier: print view", "The pier (AMP)"))]  # fmt: skip
    assert remember(prints) is None
    memory = remember(prints + site(5)[1:])
    assert memory.pages == 5
    assert text_of(prints[0], memory) == text_of(prints[0])


def test_the_parts_of_one_article_count_once():
    title = "The pier of the northern islands, told in four parts"
    parts = [page(place, title=title) for place in PLACES[:4]]
    assert remember(parts) is None


def test_a_page_learned_twice_counts_once():
    pages = site(4, below=f"<p>{PLEDGE}</p>")
    assert remember(pages + pages) == remember(pages)


# ── the memory itself ─────────────────────────────────────────────────────────────────────────


def test_fewer_than_three_pages_have_no_memory():
    assert remember(site(2, below=f"<p>{PLEDGE}</p>")) is None
    assert remember(site(3, below=f"<p>{PLEDGE}</p>")) is not None


def test_the_order_of_the_pages_does_not_matter():
    pages = site(10, above=f"<p>{TEASER}</p>", below=f"<p>{PLEDGE}</p>")
    memory, shuffled = remember(pages), random.Random(7).sample(pages, len(pages))
    assert remember(shuffled) == memory
    assert memory_json(remember(shuffled)) == memory_json(memory)


def test_the_digest_tells_memories_apart():
    one, other = remember(site(5)), remember(site(6, below=f"<p>{PLEDGE}</p>"))
    assert one.digest != other.digest
    article = clean_page(page("pier"), memory=one)[0]
    assert article.cleaning.memory == one.digest
    assert clean_page(page("pier"))[0].cleaning.memory is None


def test_a_memory_comes_back_from_json_as_it_was():
    memory = remember(site(below=f"<p>{PLEDGE}</p>"))
    assert read_memory(memory_json(memory), "memory.json") == memory
    assert PLEDGE.encode() not in memory_json(memory), "digests, no text"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b" \n", "empty_input"),
        (b"{}", "unreadable"),
        (b"\xff\xfe", "unreadable"),
        (memory_json(make_memory(HOST, 6, {"0" * 16: 2})).replace(b":2}", b":5}"), "unreadable"),
        (memory_json(make_memory(HOST, 6, {})).replace(b'"version":1', b'"version":0'), "unreadable"),
    ],
)
def test_a_memory_that_cannot_be_trusted_is_refused(content, reason):
    with pytest.raises(InputError) as refused:
        read_memory(content, "memory.json")
    assert refused.value.reason == reason


def test_the_front_door_learns_and_cleans():
    pages = site(below=f"<p>{PLEDGE}</p>")
    memory = harvester.learn_site(HOST, [pages[0], pages[1].body, pages[2].body.decode(), b"", b"\x00\x01"])
    assert isinstance(memory, SiteMemory)
    assert memory.pages == 3
    assert PLEDGE not in harvester.clean(pages[4], memory=memory).text
    assert not any(PLEDGE in block.text for block in harvester.explain(pages[4], memory=memory).blocks
                   if isinstance(block.verdict, Kept))  # fmt: skip


@settings(max_examples=40)
@given(drawn_pages(), st.integers(0, 2**32))
def test_the_memory_of_unrelated_pages_changes_nothing(drawn, seed):
    words = random.Random(seed)
    strange = {f"{words.getrandbits(64):016x}": words.randint(2, 40) for _ in range(50)}
    it = Page(None, drawn.encode())
    assert explain_page(it, memory=make_memory(HOST, 40, strange)) == explain_page(it)


@settings(max_examples=40)
@given(drawn_pages())
def test_a_memory_of_all_that_a_page_says_takes_only_what_was_kept_and_no_heading(drawn):
    it = Page(None, drawn.encode())
    fingerprints = fingerprint_page(it)
    memory = make_memory(
        HOST, 9, dict.fromkeys([*fingerprints.lines, *(digest for digest, _ in fingerprints.prose)], 9)
    )
    before, after = explain_page(it).blocks, explain_page(it, memory=memory).blocks
    pairs = zip(before, after, strict=True)
    taken = [old for old, new in pairs if (new.verdict.rule or "").startswith("site-memory:")]
    assert [old for old in taken if not isinstance(old.verdict, Kept) or old.role == "heading"] == []


# ── what sites share and yet is each article's own ────────────────────────────────────────────


@pytest.mark.parametrize("place", ["inside", "below"])
def test_ingredients_that_recipes_share_stay(place):
    ingredients = ("200 g of flour", "100 g of butter", "2 large eggs", "1 tsp of salt")
    pages = site(**{place: "<ul>" + "".join(f"<li>{it}</li>" for it in ingredients) + "</ul>"})
    kept = text_of(pages[0], remember(pages))
    assert all(it in kept for it in ingredients)


def test_questions_that_interviews_share_stay():
    question = "And why do you do it?"
    pages = site(inside=f"<p>{question}</p>")
    assert question in text_of(pages[0], remember(pages))

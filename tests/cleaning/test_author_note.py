"""A note on the author below the text is no part of it, in any language."""

import pytest

from harvester import clean

SENTENCE = "The ferry to the northern islands will run twice a day from Monday, the harbour board said in May. "
PARAGRAPHS = "".join(f"<p>{SENTENCE * 2}It was the day {day}.</p>" for day in range(8))


def text_of(end: str, body: str = PARAGRAPHS) -> str:
    head = "<meta name=author content='Ada Holmgren'><title>Two boats a day for the islands</title>"
    page = f"<html lang=en><head>{head}<body><article><h1>Two boats a day for the islands</h1>{body}{end}</article>"
    return clean(page, url="https://courier.example/boats").text


@pytest.mark.parametrize(
    "note",
    [
        "<p>Ada Holmgren is the chief pilot of the harbour of Ellis, where she advises captains on the fairway.</p>",
        "<p>(Ada Holmgren ist Lotsin im Hafen von Ellis. Seit zwölf Jahren fährt sie zu den Inseln hinaus.)</p>",
        "<p>Ada Holmgren</p>",
        "<p><em>Ada Holmgren may be reached at the harbour of Ellis on all days but Monday.</em></p>",
    ],
)
def test_a_paragraph_about_the_author_at_the_end_goes(note: str) -> None:
    text = text_of(note)
    assert "Holmgren" not in text
    assert text.endswith("It was the day 7.")


def test_what_a_note_on_the_author_goes_on_with_in_the_next_paragraph_goes_too() -> None:
    for end in (
        "<p>Ada Holmgren is chief pilot of</p><p>the harbour of Ellis.</p>",
        "<p>Ada Holmgren</p><p>@a.example</p>",
    ):
        assert text_of(end).endswith("It was the day 7.")
    assert text_of("<p>Ada Holmgren is chief pilot.</p><p>the tide is in</p>").endswith("the tide is in")


SHORT = "".join(f"<p>{SENTENCE}It was the day {day}.</p>" for day in range(4))


def test_short_news_is_signed_by_a_name_alone() -> None:
    assert text_of("<p align=right><b>Ada Holmgren</b></p>", SHORT).endswith("It was the day 3.")


def test_short_news_is_signed_by_a_name_of_five_letters() -> None:
    body = SHORT.replace("twice a day", "two times a day")
    page = f"<html lang=vi><head><meta name=author content='Thu Hà'><title>Boats</title><body><article>{body}"
    assert clean(f"{page}<p>Thu Hà</p></article>", url="https://courier.example/boats").text.endswith("the day 3.")


def test_a_link_called_like_an_author_signs_no_short_text() -> None:
    assert "Ada Holmgren" in text_of("<p>Sources: the board.</p><p><a href=/tickets>Ada Holmgren</a></p>", SHORT)


def test_short_news_keeps_a_sentence_that_begins_with_the_name() -> None:
    end = "<p>Ada Holmgren is the chief pilot of the harbour of Ellis, where she advises captains on the fairway.</p>"
    assert "chief pilot" in text_of(end, SHORT)


def test_the_name_of_the_author_alone_above_the_text_goes() -> None:
    text = text_of("", f"<p><strong>Ada Holmgren</strong></p>{PARAGRAPHS}")
    assert text.startswith(SENTENCE)
    assert "Holmgren" not in text


def test_a_name_with_a_colon_says_who_speaks() -> None:
    talk = f"<p>Ada Holmgren:</p>{PARAGRAPHS}<p>Ada Holmgren:</p><p>{SENTENCE}</p>"
    assert text_of("", talk).count("Ada Holmgren:") == 2


def test_a_paragraph_above_the_text_that_only_begins_with_the_author_stays() -> None:
    first = "Ada Holmgren was first to leave the harbour on Monday, as she has been for twelve years."
    assert text_of("", f"<p>{first}</p>{PARAGRAPHS}").startswith(first)


def test_an_article_about_its_author_keeps_its_end() -> None:
    body = PARAGRAPHS.replace("<p>", "<p>A boat was named after Ada Holmgren. ", 1)
    end = "<p>Ada Holmgren is the chief pilot of the harbour of Ellis, where she advises captains on the fairway.</p>"
    assert "chief pilot" in text_of(end, body)


def test_a_paragraph_that_begins_with_another_name_stays() -> None:
    end = "<p>Bo Lund is the chief pilot of the harbour of Ellis, where he advises captains on the fairway.</p>"
    assert "chief pilot" in text_of(end)

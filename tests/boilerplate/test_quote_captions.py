"""Who is quoted stands with the quote, also in a <figcaption>."""

import pytest

from harvester import clean
from harvester.models import Article

PROSE = (
    "The harbour board decided on Monday to keep the old ferry in service until the new one has been tested in the "
    "storms of a whole winter, and to ask the islanders again in spring."
)
QUOTE = "A ferry that sails only in calm weather is a bridge that stands only at low tide, and nobody would build one."
NAME = "Ada Novak, harbour master"


def article(figure: str, before: str = "") -> Article:
    head = '<meta property="og:type" content="article"><title>The old ferry stays in service</title>'
    text = f"<h1>The old ferry stays in service</h1><p>{PROSE}</p>{before}{figure}<p>{PROSE[4:]}</p><p>{PROSE[12:]}</p>"
    return clean(f"<html lang=en><head>{head}</head><body><article>{text}</article></body></html>")


@pytest.mark.parametrize(
    "figure",
    [
        f"<figure><blockquote><p>{QUOTE}</p></blockquote><figcaption>{NAME}</figcaption></figure>",
        f"<figure><blockquote><p>{QUOTE}</p></blockquote><figcaption class=caption>{NAME}</figcaption></figure>",
        f"<figure><img src=/a.jpg width=96><blockquote>{QUOTE}</blockquote><figcaption>{NAME}</figcaption></figure>",
        f"<figure class=quote-card><p>{QUOTE}</p><figcaption><img src=/a.jpg>{NAME}</figcaption></figure>",
    ],
)
def test_the_caption_of_a_quote_is_of_the_text(figure: str) -> None:
    found = article(figure)
    assert f"{QUOTE}\n\n{NAME}" in found.text


def test_the_caption_of_a_picture_is_not() -> None:
    picture = '<img src="/ferry.jpg" width=600 height=400>'
    found = article(f"<figure>{picture}<blockquote><p>{QUOTE}</p></blockquote><figcaption>{NAME}</figcaption></figure>")
    assert NAME not in found.text
    found = article(f"<figure><p>{QUOTE}</p><figcaption>{NAME}</figcaption></figure>")
    assert NAME not in found.text


def test_it_goes_with_a_quote_that_the_text_says_again() -> None:
    figure = f"<figure><blockquote><p>{QUOTE}</p></blockquote><figcaption>{NAME}</figcaption></figure>"
    found = article(figure, before=f"<p>She said: {QUOTE} {PROSE[20:]}</p>")
    assert found.text.count(QUOTE) == 1
    assert NAME not in found.text

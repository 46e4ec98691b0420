"""Pictures that a script fills, and the lines directly behind a picture."""

import pytest
from metadata_pages import PROSE, metadata_of

from harvester import clean
from harvester.cleaning import clean_page
from harvester.models import Page

BLANK = "data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP"
HEAD = "<title>Storm hits the coast of Dale</title>"
PIER = "https://news.example.org/p/pier.jpg"


def _body(picture: str) -> str:
    return (
        f"<article><h1>Storm hits the coast of Dale</h1><p>{PROSE}</p>{picture}<p>{PROSE}</p><p>{PROSE}</p></article>"
    )


@pytest.mark.parametrize(
    "picture",
    [
        f'<noscript><img src="/p/pier.jpg" alt="Pier"></noscript><img src="{BLANK}" alt="Pier">',
        f'<figure><noscript><img src="/p/pier.jpg"></noscript>\n<img class="lazy" src="{BLANK}"></figure>',
        f'<img src="{BLANK}"><noscript>&lt;img src="/p/pier.jpg" alt="Pier"&gt;</noscript>',
        f'<img src="{BLANK}"><noscript>&lt;img src=&quot;/p/pier.jpg&quot; /&gt;</noscript>',
        f'<noscript>&lt;img src="/p/pier.jpg"&gt;</noscript><img src="{BLANK}">',
        f'<picture><source data-srcset="/p/pier.jpg 800w"><img src="{BLANK}"></picture>',
        f'<picture><img src="{BLANK}"><source data-srcset="/p/pier.jpg 800w"></picture>',
    ],
)
def test_a_picture_that_a_script_fills_is_found(picture: str) -> None:
    assert [image.url for image in metadata_of(_body(picture)).images] == [PIER]


@pytest.mark.parametrize("one", ["<noscript>{late}</noscript>{blank}", "{blank}<noscript>{late}</noscript>"])
def test_each_placeholder_has_its_own_picture(one: str) -> None:
    blank = f'<img src="{BLANK}">'
    pictures = "".join(one.format(late=f'<img src="/p/{name}.jpg">', blank=blank) for name in "ab")
    found = metadata_of(_body(f"<p>{pictures}</p>")).images
    assert [image.url[-5:] for image in found] == ["a.jpg", "b.jpg"]


@pytest.mark.parametrize(
    ("line", "caption", "credit"),
    [
        ('<p>{picture}<em>The pier after the storm</em></p>', "The pier after the storm", None),
        ('<p>{picture}<br><em>The pier after the storm</em></p>', "The pier after the storm", None),
        ('<p><a href="/p/big.jpg">{picture}</a><br><i>The pier at noon</i></p>', "The pier at noon", None),
        ('<div>{picture}<small>The pier after the storm</small></div>', "The pier after the storm", None),
        ('<p>{picture}<br><em>The pier at noon. Photo: Jane Doe</em></p>', "The pier at noon.", "Jane Doe"),
        ('<p>{picture}</p><p>Jane Doe / Reuters</p>', None, "Jane Doe / Reuters"),
        ('<div>{picture}<div>AFP/Jane Doe</div></div>', None, "AFP/Jane Doe"),
        ('<p>{picture}<br>Foto: Jane Doe</p>', None, "Jane Doe"),
        ('<p>{picture}<br>Kuva: Jane Doe</p>', None, "Jane Doe"),
        ('<p>{picture}<br>Photo by Jane Doe</p>', None, "Jane Doe"),
    ],
)  # fmt: skip
def test_a_line_behind_a_picture_is_its_caption_or_credit(line: str, caption: str | None, credit: str | None) -> None:
    html = f"<html><head>{HEAD}</head><body>{_body(line.format(picture='<img src=/p/pier.jpg>'))}</body></html>"
    article, _ = clean_page(Page("https://news.example.org/a/storm-hits-the-coast", html.encode()))
    assert [(image.caption, image.credit) for image in article.images] == [(caption, credit)]
    assert not any(said in article.text for said in ("The pier", "Jane Doe"))


SHOWN = "The pier of Dale lies in the sea after the storm"


@pytest.mark.parametrize(
    ("line", "alt", "is_caption"),
    [
        (f"{SHOWN}.", SHOWN, True),
        (f"{SHOWN} (Jane Doe/Example)", f"{SHOWN}.", True),
        (f"{SHOWN}.", f"{SHOWN}, which had reached the coast at night.", True),
        (
            f"{SHOWN}, said the keeper, who had not slept for two nights and had not seen the like for years.",
            SHOWN,
            False,
        ),
        (f"<a href=/pier>{SHOWN}.</a>", SHOWN, False),
        (SHOWN, SHOWN, False),
        ("The pier of Dale.", "The pier of Dale.", False),
        (f"{SHOWN}.", "The harbour of Dale on the day before the storm", False),
    ],
)
def test_a_sentence_that_the_alternative_text_of_the_picture_before_it_says_is_its_caption(
    line: str, alt: str, is_caption: bool
) -> None:
    body = _body(f'<p><img src="/p/pier.jpg" alt="{alt}"></p><p>{line}</p>')
    html = f"<html><head>{HEAD}</head><body>{body}</body></html>"
    article, _ = clean_page(Page("https://news.example.org/a/storm-hits-the-coast", html.encode()))
    assert ("The pier of Dale" not in article.text) is is_caption
    assert (article.images[0].caption or "").startswith(SHOWN) is is_caption


@pytest.mark.parametrize(
    "line",
    [
        "<p>{picture}<br><em>Jane Doe</em> of the harbour said that it will be closed for a week.</p>",
        "<p>{picture}<br><em>Jane Doe</em> of the harbour said that it will be <em>closed for a week.</em></p>",
        f"<p>{{picture}}<br><em>Jane Doe went to the harbour. {PROSE}</em></p>",
        "<p>{picture}</p><p>Jane Doe went to the harbour / she saw the storm there.</p>",
        "<p>{picture}<br>Jane Doe took a photo: the harbour in the storm, with its lights on.</p>",
    ],
)
def test_text_behind_a_picture_stays_text(line: str) -> None:
    html = f"<html><head>{HEAD}</head><body>{_body(line.format(picture='<img src=/p/pier.jpg>'))}</body></html>"
    article, _ = clean_page(Page("https://news.example.org/a/storm-hits-the-coast", html.encode()))
    assert "Jane Doe" in article.text


def test_a_page_that_is_told_by_the_captions_of_its_pictures_keeps_them() -> None:
    told = [
        f"The pier on day {number}, when the storm had reached the coast and the harbour was closed for all."
        for number in range(9)
    ]
    pictures = "".join(f"<p><img src=/p/{number}.jpg><br><em>{line}</em></p>" for number, line in enumerate(told))
    html = f"<html><head>{HEAD}</head><body>{_body(pictures)}</body></html>"
    article, _ = clean_page(Page("https://news.example.org/a/storm-hits-the-coast", html.encode()))
    assert [line for line in told if line not in article.text] == []


def test_the_pages_description_is_no_caption_where_it_is_the_alternative_text() -> None:
    line = "The pier of Dale was closed on Monday after the storm had taken its lamp."
    said = f'<img src="/p/pier.jpg" alt="{line}" width=800 height=500><p>{line}</p>'
    page = f"<html lang=en><head>{HEAD}{{}}</head><body>{_body(said)}</body></html>"
    url = "https://news.example.org/a"
    described = page.format(f'<meta name="description" content="{line}">')
    assert [line in clean(html, url=url).text for html in (page.format(""), described)] == [False, True]

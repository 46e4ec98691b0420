"""The names of other stories' cards, of quotations and of praise are no authors of the page."""

import pytest
from metadata_pages import metadata_of

HEAD = "<h1>Storm hits the coast of Dale</h1>"
TEXT = "<p>The storm reached the coast on Monday and the harbour was closed for two days, officials said.</p>"
TITLE = '<h3><a href="/x/pier">Pier reopens after two years of works</a></h3>'
LINK = '<a href="/x/pier">Pier reopens after two years of works</a>'
CARDS = {
    "an aside": f"<aside><div>{TITLE}<span class=author>Bob Lund</span></div></aside>",
    "a list": f"<ul><li>{TITLE}<span class=author>Bob Lund</span><li>{TITLE}<span class=author>Ida Moe</span></ul>",
    "a box without a name": f"<div class=col>{TITLE}<span class=author>Bob Lund</span></div>",
    "a section": f"<section><h2>More</h2><article>{TITLE}<p class=byline>Bob Lund</p></article></section>",
    "a labelled line": f"<div>{TITLE}<p>By Bob Lund</p></div>",
    "a labelled German line": f"<div>{TITLE}<p>Von Bob Lund</p></div>",
    "a profile's link": f'<aside>{LINK} <a rel=author href="/a/b">Bob Lund</a></aside>',
    "a name above the link": f"<div class=sidebar><div class=byline>Bob Lund</div>{LINK}</div>",
    "a card that is a link": '<a href="/x/pier"><h3>Pier reopens after two years</h3><p class=author>Bob Lund</p></a>',
    "a line that is a link": '<li><a href="/x/pier">Pier reopens in May <span class=author>Bob Lund</span></a></li>',
    "a name above the title": f"<div><span class=author>Bob Lund</span>{TITLE}</div>",
    "a Japanese card": '<div><h3><a href="/x/pier">桟橋が二年ぶりに再開した</a></h3><p class=author>田中太郎</p></div>',
    "a day between": f"<div>{TITLE}<p>5 March 2024</p><p class=author>Bob Lund</p></div>",
}


@pytest.mark.parametrize("card", CARDS.values(), ids=CARDS.keys())
@pytest.mark.parametrize("page", ["{head}{text}{card}", "<article>{head}{text}</article>{card}", "{card}{head}{text}"])
def test_the_writer_of_another_story_is_not_the_pages_author(page: str, card: str) -> None:
    assert metadata_of(page.format(head=HEAD, text=TEXT, card=card)).authors == ()


@pytest.mark.parametrize(
    "byline",
    [
        "<div class=meta><span class=author>Jane Doe</span></div>",
        '<div class=meta><a href="/series/road">The long road</a> <span class=author>Jane Doe</span></div>',
        '<a href="/authors/jane-doe"><div class=author>Jane Doe</div><div>She writes about ships.</div></a>',
        '<p class=byline><a href="/staff/jane">By Jane Doe, Staff Writer, Dale</a></p>',
        '<ul class=meta><li>5 March 2024</li><li class=author><a href="/authors/jane">By Jane Doe</a></li></ul>',
        f"<aside class=meta><h3>Storm hits the coast of Dale</h3><p class=author>Jane Doe</p></aside>{TITLE}",
        f"<div>{TITLE.replace('/x/pier', 'https://port.example/pier')}<span class=author>Jane Doe</span></div>",
        f"<div><h3>{LINK} {TEXT[3:-4] * 4}</h3><span class=author>Jane Doe</span></div>",
        "<div><p class=byline>Jane Doe<br><a href=/x/a>The long road to Dale</a><br><a href=/x/b>Storms at sea</a>",
    ],
)
def test_the_pages_own_byline_beside_its_links_is_read(byline: str) -> None:
    assert metadata_of(f"<article>{HEAD}{byline}{TEXT}</article>").authors == ("Jane Doe",)


@pytest.mark.parametrize(
    "quotation",
    [
        "<figure><blockquote>It works.</blockquote><figcaption class=author>Bob Lund</figcaption></figure>",
        "<div class=slide><p>“It works well for us all.”</p><div class='name author'>— Bob Lund</div></div>",
        "<div class=box><p>„Das hilft uns allen sehr.“</p><p class=author>Bob Lund</p></div>",
        "<div class=box><p>« Cela nous aide tous. »</p><p class=author>Bob Lund</p></div>",
        "<div class=box><p>「とても役に立ちます。」</p><p class=author>田中太郎</p></div>",
        "<blockquote><p>It works well.</p></blockquote><p class=author>Bob Lund</p>",
    ],
)
def test_whom_a_quotation_is_from_is_no_author(quotation: str) -> None:
    assert metadata_of(f"<h1>Boats for everyone in town</h1>{TEXT}{quotation}").authors == ()


def test_a_byline_below_a_standfirst_that_quotes_is_read() -> None:
    body = f"{HEAD}<p>“We will rebuild it all.”</p><p class=author>Jane Doe</p>{TEXT}"
    assert metadata_of(body).authors == ("Jane Doe",)

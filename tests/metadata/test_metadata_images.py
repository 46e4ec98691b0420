"""Which pictures are the article's, with what caption, and whose credit."""

import pytest
from metadata_pages import PROSE, judged_metadata, metadata_of

from harvester.models import Image

BODY = f"<h1>Storm hits coast</h1><p>{PROSE}</p>"


def test_images_come_lead_first_once_each_with_caption_and_credit() -> None:
    figure = (
        '<figure><img src="/i/ships-800x600.jpg" width="800" height="600">'
        "<figcaption>Ships wait at dawn. (Photo by Jane Doe/Example)</figcaption></figure>"
    )
    body = f"<h1>Storm</h1>{figure}<p>{PROSE}</p>"
    found = metadata_of(body, '<meta property="og:image" content="/i/ships.jpg">')
    assert found.images == (Image("https://news.example.org/i/ships.jpg", "Ships wait at dawn.", "Jane Doe/Example"),)


@pytest.mark.parametrize(
    ("line", "caption", "credit"),
    [
        ("Ships wait at dawn. Photo: AP", "Ships wait at dawn.", "AP"),
        ("Ships wait at dawn. © Jane Doe", "Ships wait at dawn.", "Jane Doe"),
        ("会议在北京召开。新华社记者 谢环驰 摄", "会议在北京召开。", "新华社记者 谢环驰 摄"),
        ("Photo by Jane Doe", None, "Jane Doe"),
        ("Getty Images / Westersoe", None, "Getty Images / Westersoe"),
        ("(Jane Doe/Getty Images)", None, "Jane Doe/Getty Images"),
        ("Credit:", None, None),
        ("<time>Monday, 4 March 2024, 10:15</time>", None, None),
        ("On deck, <time>4 March 1912</time>, the crew sings.", "On deck, 4 March 1912, the crew sings.", None),
        ("Ships wait at dawn.", "Ships wait at dawn.", None),
    ],
)
def test_a_credit_is_cut_off_the_end_of_a_caption(line: str, caption: str | None, credit: str | None) -> None:
    body = f"<h1>Storm</h1><figure><img src='/a.jpg'><figcaption>{line}</figcaption></figure><p>{PROSE}</p>"
    assert metadata_of(body).images == (Image("https://news.example.org/a.jpg", caption, credit),)


@pytest.mark.parametrize(
    ("below", "caption", "credit"),
    [
        ('<span>The pier.</span><span class="credit uppercase">Bo Lund/Courier</span>', "The pier.", "Bo Lund/Courier"),
        ('The pier <span class="img-credit">(Photo: <a href="/bo">Bo Lund</a>)</span>', "The pier", "Bo Lund"),
        (
            '<span>The pier</span> <span class="figcaption__copyright">Bild © Bo Lund/hr</span>',
            "The pier",
            "Bo Lund/hr",
        ),
        ('<span class="credit">Bo Lund</span> took this.', "Bo Lund took this.", None),
        ('<span class="credit">Bo Lund</span>', None, "Bo Lund"),
    ],
)
def test_a_credit_that_the_markup_names_is_no_part_of_the_caption(below: str, caption: str, credit: str) -> None:
    figure = f'<figure><img src="/pier.jpg" width="600"><figcaption>{below}</figcaption></figure>'
    image = metadata_of(f"<h1>Storm</h1><p>{PROSE}</p>{figure}<p>{PROSE}</p>").images[0]
    assert (image.caption, image.credit) == (caption, credit)


def test_pictures_of_one_article_that_share_an_id_are_several() -> None:
    images = '<img src="/i/0003817720_001.jpg"><img src="/i/0003817720_002.jpg">'
    assert len(metadata_of(f"<h1>Storm</h1>{images}<p>{PROSE}</p>").images) == 2


def test_the_pictures_of_a_second_article_and_of_a_qr_code_are_not_the_articles() -> None:
    body = (
        f'<h1>Storm</h1><p><img src="/code.jpg">Scan me</p><p>{PROSE}</p>'
        '<h1>Calm</h1><img src="/calm.jpg"><p>Nothing moved.</p>'
    )
    verdicts = {"Scan me": "qr_code", "Calm": "not_content", "Nothing": "not_content"}
    assert judged_metadata(body, verdicts).images == ()


def test_a_badge_is_known_by_the_size_in_its_name() -> None:
    assert metadata_of(f'<h1>Storm</h1><p>{PROSE}<img src="/by-nd-88x31.png"></p>').images == ()


@pytest.mark.parametrize(
    ("alt", "caption", "is_kept"),
    [
        ("Ada Holm", "", False),
        ("ADA HOLM, SWR", "", False),
        ("Portrait of Ada Holm", "", False),
        ("Ada Holm", "<figcaption>06.11.2025, 17:06 Uhr</figcaption>", False),
        ("Ada Holm", "<figcaption>Our writer on the pier</figcaption>", True),
        ("By Ada Holm", "", False),
        ("Photo by Ada Holm", "", True),
        ("Painting by Ada Holm", "", True),
        ("© Ada Holm", "", True),
        ("Ada Holmberg at the pier", "", True),
        ("Nevada Holm", "", True),
        ("Ada Holm and the mayor of the town at the pier", "", True),
        ("Bo Lund", "", True),
        ("", "", True),
    ],
)
def test_a_picture_that_is_called_by_the_name_of_who_wrote_the_text_is_a_portrait(
    alt: str, caption: str, is_kept: bool
) -> None:
    figure = f'<figure><img src="/i/holm.jpg" alt="{alt}" width="400" height="400">{caption}</figure>'
    body = f"<h1>Storm hits coast</h1><p>{PROSE}</p>{figure}<p>{PROSE}</p>"
    found = metadata_of(body, '<meta name="author" content="Ada Holm">')
    assert found.authors == ("Ada Holm",)
    assert bool(found.images) is is_kept
    assert bool(found.pictures) is is_kept


def test_logos_avatars_and_pixels_are_no_images_of_the_article() -> None:
    images = (
        '<img src="/logo.png"><img src="/x.gif" width="1" height="1"><div class="author"><img src="/jane.jpg"></div>'
    )
    assert metadata_of(f"<h1>Storm</h1>{images}<p>{PROSE}</p>").images == ()


@pytest.mark.parametrize(
    "image",
    [
        '<img src="/70c8fc80" alt="" style="position:absolute;width:1px;height:1px">',
        '<img src="/a.gif" style="HEIGHT: 16px">',
        '<img src="/c.gif?u=7" style="display:none">',
        '<img src="/COMPANY_LOGO.png">',
    ],
)
def test_pixels_and_icons_are_known_by_their_style_and_logos_by_a_name_in_capitals(image: str) -> None:
    assert metadata_of(f"<h1>Storm</h1><p>{PROSE}</p>{image}<p>{PROSE}</p>").images == ()


@pytest.mark.parametrize(
    "image",
    [
        '<img src="/pier.jpg" style="max-width:90px; line-height: 1px">',
        '<img src="/pier.jpg" style="width:100%;height:auto">',
        '<img src="/pier.jpg" width="600" style="width:1px">',
        '<img src="data:image/gif;base64,R0lG" data-src="/pier.jpg" style="display:none">',
    ],
)
def test_pictures_that_a_script_shows_or_a_style_fits_to_the_page_stay(image: str) -> None:
    images = metadata_of(f"<h1>Storm</h1><p>{PROSE}</p>{image}<p>{PROSE}</p>").images
    assert [one.url for one in images] == ["https://news.example.org/pier.jpg"]

"""Section, tags, site, address, source, licence, kind."""

import pytest
from metadata_pages import ADDRESS, LEXICON, PROSE, document_of, json_ld, judged_metadata, metadata_of

from harvester.metadata import read_metadata
from harvester.models import Page, Source

BODY = f"<h1>Storm hits coast</h1><p>{PROSE}</p>"


def test_the_section_is_the_records_then_the_breadcrumbs() -> None:
    assert metadata_of(BODY, '<meta property="article:section" content="World">').section == "World"
    crumb = "<div>Home › World › Storm hits coast</div>"
    assert judged_metadata(crumb + BODY, {"Home ›": "breadcrumb"}).section == "World"


def test_the_section_is_never_home_nor_the_headline() -> None:
    assert judged_metadata("<div>Home › Storm hits coast</div>" + BODY, {"Home ›": "breadcrumb"}).section is None


@pytest.mark.parametrize("said", ["Tags", "Whats New", "What's new", "Topics"])
def test_a_label_of_other_things_is_no_section(said: str) -> None:
    assert metadata_of(BODY, f'<meta property="article:section" content="{said}">').section is None


def test_the_section_of_a_path_is_its_last_step() -> None:
    assert metadata_of(BODY, '<meta name="section" content="news|world">').section == "world"
    assert metadata_of(BODY, '<meta name="section" content="Arts/Culture">').section == "Arts/Culture"


@pytest.mark.parametrize(
    "credit",
    [
        *("Photo: Jane Doe for Example News", "Photo by Jane Doe", "Photo credit: Jane Doe", "Jane Doe/HARBOUR.com"),
        "Ministry of the Sea/Northern Laboratory/Harbour News",
    ],
)
def test_the_credit_of_a_picture_is_no_subtitle(credit: str) -> None:
    body = f'<h1>Storm hits coast</h1><p class="subtitle">{credit}</p><div><p>{PROSE}</p></div>'
    assert metadata_of(body).subtitle is None


@pytest.mark.parametrize(
    "said",
    [
        *("Photographs of the harbour show what the night left behind", "Photos by the hundred show what was lost"),
        "Storm and/or flood took the roof of the pier",
    ],
)
def test_a_subtitle_may_speak_of_a_picture(said: str) -> None:
    body = f'<h1>Storm hits coast</h1><p class="subtitle">{said}</p><div><p>{PROSE}</p></div>'
    assert metadata_of(body).subtitle == said


@pytest.mark.parametrize(
    ("said", "behind", "is_found"),
    [
        ("The wind took the roof of the old pier and two boats", "", True),
        ("The wind took the roof of the old pier on 4 May 2024", "", False),
        ("Winds", "", False),
        ("A diary of the harbour by someone who lives there", "<h2>Sunday</h2>", False),
        ("The wind took the roof of the old pier and two boats", "<h1>Storm hits coast</h1>", True),
    ],
)
def test_a_sentence_right_below_the_headline_that_is_no_text_is_the_subtitle(
    said: str, behind: str, is_found: bool
) -> None:
    body = f"<header><h1>Storm hits coast</h1><div>{said}</div></header>{behind}<div><p>{PROSE}</p></div>"
    assert judged_metadata(body, {said: "not_content"}).subtitle == (said if is_found else None)


def test_a_caption_right_below_the_headline_is_no_subtitle() -> None:
    said = "The wind took the roof of the old pier and two boats"
    body = f'<header><h1>Storm hits coast</h1><div class="legend">{said}</div></header><div><p>{PROSE}</p></div>'
    assert judged_metadata(body, {said: "not_content"}).subtitle is None


LEAD = "The wind took the roof of the old pier and two boats"


@pytest.mark.parametrize(
    "beside",
    [
        f'<figure><img src="/pier.jpg"><p>{LEAD}</p></figure>',
        f'<div class="shot"><img src="/pier.jpg" alt="{LEAD}."></div><div class="told">{LEAD}. More of it</div>',
        f'<div class="hero"><div><img src="/pier.jpg"></div><div><div>{LEAD}</div></div></div>',
        f"<div>{LEAD}. Foto: Jane Doe/dpa</div>",
        f"<div>{LEAD}. (Photo: Jane Doe)</div>",
        f"<div>{LEAD}. Crédit photo : Jane Doe</div>",
    ],
)
def test_a_line_that_a_picture_owns_is_no_subtitle(beside: str) -> None:
    body = f"<header><h1>Storm hits coast</h1></header>{beside}<div><p>{PROSE}</p></div>"
    assert judged_metadata(body, {LEAD: "not_content"}).subtitle is None


@pytest.mark.parametrize(
    "lines",
    [
        f'<img src="/pier.jpg" alt="Harbour"><div>{LEAD}</div>',
        f'<div>{LEAD}</div><div><img src="/pier.jpg" alt="The harbour of Dale at noon"></div>',
        f'<figure><h1>Storm hits coast</h1><img src="/pier.jpg"><p>{LEAD}</p></figure>',
    ],
)
def test_a_standfirst_beside_a_picture_is_the_subtitle(lines: str) -> None:
    head = "" if "<h1>" in lines else "<h1>Storm hits coast</h1>"
    body = f"<header>{head}{lines}</header><div><p>{PROSE}</p></div>"
    assert judged_metadata(body, {LEAD: "not_content"}).subtitle == LEAD


def test_a_heading_that_no_rule_took_makes_the_headline_a_blogs_name() -> None:
    lines = f"<header><h1>Storm hits coast</h1><div>{LEAD}</div></header><div>LINES<p>{PROSE}</p></div>"
    found = [
        judged_metadata(
            lines.replace("LINES", heading), {LEAD: "not_content", "Most read": "most_read_ticker"}
        ).subtitle
        for heading in ("<h2>Sunday</h2>", "<h2>Most read</h2>")
    ]
    assert found == [None, LEAD]


def test_tags_come_once_each_without_mark_and_label() -> None:
    found = judged_metadata(BODY + "<div>Tags: #Storm, Harbour, storm</div>", {"Tags:": "tag_list"})
    assert found.tags == ("Storm", "Harbour")


@pytest.mark.parametrize(
    ("listed", "tags"),
    [
        ("98be933f-38cf-4fba-b6c6-ad438e82010a,Storm,NLP Category: Business,NLP Entity Tokens: Canada", ("Storm",)),
        ("channel_other,type_news,_evergreen,package-112600,Storm,Section:news", ("Storm",)),
        ("Anthony_Joshua,AC/DC,Avatar: The Last Airbender", ("Anthony Joshua", "AC/DC", "Avatar: The Last Airbender")),
    ],
)
def test_what_systems_tell_each_other_is_no_tag(listed: str, tags: tuple[str, ...]) -> None:
    assert metadata_of(BODY, f'<meta name="news_keywords" content="{listed}">').tags == tags


def test_a_tag_cloud_in_the_side_column_is_not_the_articles() -> None:
    assert metadata_of(BODY + '<div class="sidebar"><a rel="tag">Cars</a><a rel="tag">Film</a></div>').tags == ()


def test_the_site_is_named_by_its_records_or_the_end_of_the_title() -> None:
    assert metadata_of(BODY, '<meta property="og:site_name" content="Example News">').site == "Example News"
    assert metadata_of(BODY, "<title>Storm hits coast | The Example</title>").site == "The Example"
    assert metadata_of(BODY, "<title>Storm hits coast | Weather</title>").site is None


@pytest.mark.parametrize(
    ("title", "furniture", "site"),
    [
        ("Storm hits coast - Granite Paper", '<img src="/logo.gif" alt="Granite Paper">', "Granite Paper"),
        ("Granite Paper: Storm hits coast", "<p>© 2006 Granite Paper™ – Webmaster: Cliff</p>", "Granite Paper"),
        ("Storm hits coast :: Granite Paper", '<div><a href="/">Granite Paper</a></div>', "Granite Paper"),
        ("台风登陆--海岛--环海网", "<p>x</p>", "环海网"),
        ("Storm hits coast", '<img src="/l.gif" alt="Granite Paper"><p>© 2006 Granite Paper</p>', "Granite Paper"),
        ("Storm hits coast", "<p>© 2006 Granite Paper</p>", None),
        ("Storm hits coast | Weather", '<img src="/coast.jpg" alt="Storm hits coast">', None),
    ],
)
def test_the_site_is_what_the_title_and_the_pages_furniture_agree_on(title: str, furniture: str, site: str) -> None:
    assert metadata_of(furniture + BODY, f"<title>{title}</title>", url="https://other.example/a").site == site


def test_a_breadcrumb_without_a_rule_is_known_by_its_marks_and_ends() -> None:
    assert metadata_of("<div>主頁 > 港聞</div>" + BODY, lang="zh-HK").section == "港聞"
    assert metadata_of("<div>two > one</div>" + BODY).section is None


def test_a_line_above_the_headline_that_is_an_entry_of_the_menu_is_the_section() -> None:
    menu = '<div><a href="/n">News</a> <a href="/r">River</a> <a href="/s">Schools</a></div>'
    assert metadata_of(menu + "<div>River</div>" + BODY).section == "River"
    assert metadata_of(menu + "<div>Lake</div>" + BODY).section is None


def test_tags_stand_in_the_articles_own_footer_and_after_a_label_of_their_own() -> None:
    footer = '<p>Posted in <a rel="category tag">Town</a>, tagged <a rel="tag">trees</a></p>'
    found = judged_metadata(BODY + footer, {"Posted in": "site_footer"})
    assert (found.section, found.tags) == ("Town", ("trees",))
    items = '<ul><li>TAGS</li><li><a href="/t/a">libraries</a></li></ul>'
    assert judged_metadata(BODY + items, {"TAGS": "site_footer", "libraries": "site_footer"}).tags == ("libraries",)


def test_prose_that_a_rule_took_for_a_tag_list_gives_no_tags() -> None:
    found = judged_metadata(BODY + "<p>Subscribe to our channel</p>", {"Subscribe": "tag_list"})
    assert found.tags == ()


@pytest.mark.parametrize(
    ("href", "expected"),
    [
        ("/world/storm", "https://news.example.org/world/storm"),
        ("https://www.example.org/storm", "https://www.example.org/storm"),
        ("https://elsewhere.test/storm", None),
        ("javascript:void(0)", None),
    ],
)
def test_a_canonical_url_is_trusted_on_its_own_site_only(href: str, expected: str | None) -> None:
    assert metadata_of(BODY, f'<link rel="canonical" href="{href}">').canonical_url == expected


def test_a_saved_file_takes_the_canonical_url_that_it_names() -> None:
    head = '<link rel="canonical" href="https://example.org/storm">'
    assert metadata_of(BODY, head, url=None).canonical_url == "https://example.org/storm"


def test_a_repost_line_names_the_source() -> None:
    line = '转载请注明来源及链接:<a href="/">对外贸易之家</a> » 第五届京交会全球服务贸易峰会合作倡议发布(中英文)'
    found = judged_metadata(f"<h1>倡议</h1><p>{PROSE}</p><p>{line}</p>", {"转载": "repost_notice"}, lang="zh")
    notice = "转载请注明来源及链接:对外贸易之家 » 第五届京交会全球服务贸易峰会合作倡议发布(中英文)"
    assert found.source == Source("对外贸易之家", "https://news.example.org/", notice)


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("来源：新华社", "新华社"),
        ("2024-05-20 16:25 来源:上海奉贤 选稿：许文杰", "上海奉贤"),
        ("(Quelle: dpa)", "dpa"),
        ("출처: 연합뉴스", "연합뉴스"),
        ("Source: Salon.com, archived Dec 2010", "Salon.com"),
        ("Source: the Federal Reserve", "Federal Reserve"),
        ("Source: The Guardian", "The Guardian"),
        ("Source: Cult of Mac", "Cult of Mac"),
        ("Source: U.S. News", "U.S. News"),
        ("Quelle: F.A.S. Foto: Imago", "F.A.S."),
        ("Source: Daleweb.com on Oct. 11", "Daleweb.com"),
        ("来源：江城新闻网 王帆", "江城新闻网"),
        ("Источник: ИА «Мост-Днепр»", "ИА «Мост-Днепр»"),
    ],
)
def test_a_source_label_names_the_source(line: str, name: str) -> None:
    found = judged_metadata(f"<h1>Storm</h1><div>{line}</div><p>{PROSE}</p>", {line: "source_credit"})
    assert found.source is not None
    assert (found.source.name, found.source.notice) == (name, line)


def test_a_source_label_wins_over_the_sites_own_notice() -> None:
    lines = "<div>2019-06-18 来源：江城商务网</div>" + f"<p>{PROSE}</p><p>转载请注明来源：外贸人之家 » 倡议</p>"
    head = {"来源：江城": "byline_meta", "转载": "repost_notice"}
    body = f'<title>倡议-外贸人之家</title><div class="logo">外贸人之家</div><h1>倡议</h1>{lines}'
    found = judged_metadata(body, head, lang="zh")
    assert found.source is not None
    assert found.source.name == "江城商务网"


def test_an_agency_in_the_byline_is_the_source() -> None:
    found = metadata_of(f"<h1>Storm</h1><div>By Ana Duarte, Meridian News Agency</div><p>{PROSE}</p>")
    assert found.source is not None
    assert (found.source.name, found.authors) == ("Meridian News Agency", ("Ana Duarte",))


@pytest.mark.parametrize(
    "line",
    [
        'Source: Fight so fierce that U.S. men "had to collapse in it"',
        "来源: 作者: 手机版",
    ],
)
def test_headlines_and_other_labels_are_no_source(line: str) -> None:
    found = judged_metadata(f"<h1>Storm</h1><div>{line}</div><p>{PROSE}</p>", {line: "source_credit"})
    assert found.source is None


def test_a_notice_that_is_quoted_names_no_source() -> None:
    line = "“Originally published in the Dale Echo.” So it says under every page that he prints."
    assert metadata_of(f"<h1>Storm</h1><p>{line}</p><p>{PROSE}</p>").source is None


def test_an_unnamed_source_is_none() -> None:
    assert (
        judged_metadata(f"<h1>Storm</h1><div>来源：网络</div><p>{PROSE}</p>", {"来源": "source_credit"}).source is None
    )


def test_originally_published_on_names_site_and_link() -> None:
    line = 'This article was originally published on <a href="https://first.test/a">The First</a>. Read it there.'
    found = metadata_of(f"<h1>Storm</h1><p>{PROSE}</p><p>{line}</p>")
    assert found.source is not None
    assert (found.source.name, found.source.url) == ("The First", "https://first.test/a")


def test_the_licence_is_the_link_that_says_so() -> None:
    line = (
        '<p>This work is licensed under <a rel="license" href="https://creativecommons.org/licenses/by/4.0/">CC</a></p>'
    )
    assert metadata_of(BODY + line).licence == "https://creativecommons.org/licenses/by/4.0/"


def test_a_pictures_licence_is_not_the_texts() -> None:
    line = '<figcaption>Photo: J. Doe, <a href="https://creativecommons.org/licenses/by/4.0/">CC BY</a></figcaption>'
    assert metadata_of(f"<h1>Storm</h1><figure><img src='/a.jpg'>{line}</figure><p>{PROSE}</p>").licence is None


def test_all_rights_reserved_is_no_licence() -> None:
    found = judged_metadata(BODY + "<p>© 2024 Example. All rights reserved.</p>", {"©": "copyright_notice"})
    assert found.licence is None


@pytest.mark.parametrize(
    ("title", "text", "kind"),
    [
        ("Cooperation Initiative of Global Trade in Services Summit", PROSE, "initiative"),
        ("第五届京交会全球服务贸易峰会合作倡议发布(中英文)", PROSE, "initiative"),
        ("Joint Statement on the Harbour", PROSE, "initiative"),
        ("Gemeinsame Erklärung zur Lage der Häfen", PROSE, "initiative"),
        ("Ministers sign declaration after storm", "We, the ministers, hereby declare our will. " * 4, "initiative"),
        ("Minister takes the initiative after storm", PROSE, "other"),
        ("Storm hits coast", PROSE, "other"),
        ("Storm hits coast", "GENEVA, Nov 22 (Reuters) - " + PROSE, "news"),
        ("Storm hits coast", "A PROPOSAL: " + PROSE, "news"),
    ],
)
def test_the_kind_is_read_from_title_and_opening(title: str, text: str, kind: str) -> None:
    assert metadata_of(f"<h1>{title}</h1><p>{text}</p>").kind == kind


def test_a_byline_with_a_date_makes_news_but_not_of_a_blog() -> None:
    body = f"<div>By Jane Doe</div><div>5 March 2024</div><p>{PROSE}</p>"
    assert metadata_of("<h1>Storm</h1>" + body).kind == "news"
    assert metadata_of("<h1>Storm</h1>" + body, url="https://jane.blogspot.com/a").kind == "other"
    assert metadata_of('<h2 id="blog-title">Lines</h2><h1>Storm</h1>' + body).kind == "other"


def test_a_section_of_the_news_makes_news() -> None:
    assert judged_metadata("<h6>World</h6>" + BODY, {"World": "section_label"}).kind == "news"
    assert judged_metadata("<h6>Recipes</h6>" + BODY, {"Recipes": "section_label"}).kind == "other"


def test_an_appeal_in_two_languages_is_an_initiative() -> None:
    body = f"<h1>संयुक्त अपील / Joint Appeal on Springs</h1><p>We, the delegates, have sat together.</p><p>{PROSE}</p>"
    assert metadata_of(body, '<meta property="og:type" content="article">', lang="hi").kind == "initiative"


def test_a_news_record_makes_news_even_of_a_report_on_a_declaration() -> None:
    title = "Nations agree on joint declaration"
    head = json_ld(headline=title)
    assert metadata_of(f"<h1>{title}</h1><p>{PROSE}</p>", head).kind == "news"


def test_every_field_that_is_found_has_its_evidence() -> None:
    head = json_ld(
        headline="Storm hits coast", datePublished="2024-03-05", author={"@type": "Person", "name": "Jane Doe"}
    )
    found = metadata_of(BODY, head + '<meta property="og:site_name" content="Example">')
    origins = {evidence.field: evidence.origin for evidence in found.evidence}
    assert origins == {
        "kind": "json-ld:NewsArticle",
        "title": "block:0, json-ld:headline",
        "authors": "json-ld:author",
        "published": "json-ld:datePublished",
        "languages": "blocks, html:lang",
        "site": "meta:og:site_name",
    }


def test_the_record_that_names_the_headline_is_chosen_among_several() -> None:
    other = json_ld(headline="Calm returns to hills", datePublished="2019-01-01")
    own = json_ld(headline="Storm hits coast", datePublished="2024-03-05")
    assert read_metadata(document_of(BODY, other + own), Page(ADDRESS, b""), LEXICON).published == "2024-03-05"


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "java&#10;script:alert(1)",
        "&#1;javascript:alert(1)",
        "javascript&colon;alert(1)",
        "vbscript:msgbox(1)",
        "data:text/html,&lt;script&gt;alert(1)&lt;/script&gt;",
        "data:image/svg+xml,&lt;svg/&gt;",
        "file:///etc/passwd",
        "blob:https://a.example/1",
    ],
)
def test_addresses_of_scripts_and_data_are_none_also_where_the_pages_own_is_not_known(address: str) -> None:
    head = (
        f'<meta property="og:image" content="{address}"><link rel="amphtml" href="{address}">'
        f'<link rel="license" href="{address}"><link rel="alternate" hreflang="fr" href="{address}">'
    )
    body = f'<h1>A storm</h1><p>{PROSE}</p><img src="{address}" width="600" height="400"><p>{PROSE}</p>'
    said = metadata_of(body, head, url=None)
    assert (said.images, said.amp_url, said.alternates, said.licence) == ((), None, (), None)


def test_relative_addresses_stay_as_written_where_the_pages_own_is_not_known() -> None:
    body = f'<h1>A storm</h1><p>{PROSE}</p><img src="/a b.jpg" width="600" height="400"><p>{PROSE}</p>'
    assert [image.url for image in metadata_of(body, url=None).images] == ["/a b.jpg"]

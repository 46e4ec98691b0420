"""Bylines that several blocks make together, and whose other article a far byline is."""

import pytest
from metadata_pages import PROSE, json_ld, judged_metadata, metadata_of

TITLE = "Storm hits the coast"
POST = '<div class="post"><h4><a class="username" href="/members/{0}.12/">{0}</a></h4><p>{1}</p></div>'


def test_a_label_on_a_line_of_its_own_names_who_stands_below() -> None:
    body = f"<h1>{TITLE}</h1><div><p>Written by</p><p>Edzel Tabing</p></div><p>{PROSE}</p>"
    assert metadata_of(body).authors == ("Edzel Tabing",)


def test_a_name_alone_under_the_headline_with_a_day_beside_it_is_the_writers() -> None:
    body = f"<h1>{TITLE}</h1><div>Jane Doe</div><div><time>March 5, 2024</time></div><p>{PROSE}</p>"
    assert metadata_of(body).authors == ("Jane Doe",)


def test_a_section_alone_under_the_headline_is_nobody() -> None:
    body = f"<h1>{TITLE}</h1><div>World Politics</div><div><time>March 5, 2024</time></div><p>{PROSE}</p>"
    assert metadata_of(body).authors == ()


def test_names_that_follow_each_other_in_places_of_one_kind_are_all_the_writers() -> None:
    names = ('<address class="name"><a rel="author" href="/a">Ingrid Treborg</a></address>',)
    names += ('<address class="name"><a rel="author" href="/b">Marlene Lundberg Holm</a></address>',)
    body = f"<h1>{TITLE}</h1>{''.join(names)}<p>{PROSE}</p>"
    record = json_ld(headline=TITLE, author={"@type": "Person", "name": "Marlene Lundberg Holm"})
    assert metadata_of(body, record).authors == ("Ingrid Treborg", "Marlene Lundberg Holm")


def test_who_reviewed_the_text_is_no_writer_in_a_row() -> None:
    names = '<p class="byline">By <a href="/author/a">Jane Doe</a></p>'
    names += '<p class="byline">Reviewed by <a href="/author/b">Liisa Rajala</a></p>'
    assert metadata_of(f"<h1>{TITLE}</h1>{names}<p>{PROSE}</p>").authors == ("Jane Doe",)


def test_the_account_of_the_first_post_began_the_thread() -> None:
    posts = POST.format("sean_g", PROSE) + POST.format("Packard", PROSE) + POST.format("waho6o9", PROSE)
    assert metadata_of(f"<h1>Which saw to begin with?</h1>{posts}").authors == ("sean_g",)


def test_accounts_below_an_article_are_those_of_its_readers() -> None:
    comments = "".join(POST.format(name, "Thank you.") for name in ("sean_g", "Packard", "waho6o9"))
    verdicts = dict.fromkeys(("sean_g", "Packard", "waho6o9", "Thank you"), "comment_thread")
    body = f"<h1>{TITLE}</h1><p>{PROSE}</p><p>{PROSE}</p><h3>Readers</h3><p>Say what you think.</p>{comments}"
    verdicts |= {"Readers": "comment_thread", "Say what": "comment_thread"}
    assert judged_metadata(body, verdicts).authors == ()


def test_the_byline_of_a_card_far_below_does_not_make_the_articles_own_doubtful() -> None:
    cards = "".join(
        f'<h3>Another story {name}</h3><p class="byline">By <a href="/author/x">{name} Roe</a></p>'
        for name in ("Ann", "Bob", "Cid")
    )
    prose = "".join(f"<p>{PROSE}{number}</p>" for number in range(30))
    verdicts = {"Roe": "byline_meta", "By Jane Doe": "byline_meta"}
    assert judged_metadata(f"<h1>{TITLE}</h1><p>By Jane Doe</p>{prose}{cards}", verdicts).authors == ("Jane Doe",)


def test_an_account_is_the_writer_where_a_label_and_a_day_stand_with_it() -> None:
    body = f"<h1>{TITLE}</h1><p>Posted in Data by damianduchamps on August 3, 2019</p><p>{PROSE}</p>"
    assert metadata_of(body).authors == ("damianduchamps",)


def test_a_family_name_that_a_library_puts_first_follows_the_given_name() -> None:
    head = '<meta name="citation_author" content="Berger, Emery D."><meta name="citation_author" content="Roy, Ana">'
    assert metadata_of(f"<h1>{TITLE}</h1><p>{PROSE}</p>", head).authors == ("Emery D. Berger", "Ana Roy")


@pytest.mark.parametrize(
    ("line", "bodies"),
    [
        ("By Associated Press", ("Associated Press",)),
        ("Reporting by Reuters.", ("Reuters",)),
        ("By our own means", ()),
    ],
)
def test_an_agency_alone_behind_a_label_sent_the_text(line: str, bodies: tuple[str, ...]) -> None:
    found = metadata_of(f"<h1>Storm</h1><h4>{line}</h4><p>{PROSE}</p><p>{PROSE}</p>")
    assert (found.authors, found.agencies) == ((), bodies)


def test_blanks_within_a_records_name_part_nobody() -> None:
    metas = (f'<meta name="dc.Creator" content=" {name} ">' for name in ("Michael L. \xa0Doe", "Carla \xa0Roe"))
    found = metadata_of(f"<h1>{TITLE}</h1><p>{PROSE}</p>", "".join(metas))
    assert found.authors == ("Michael L. Doe", "Carla Roe")


def test_a_link_to_a_person_among_the_tags_names_no_author() -> None:
    link = '<a class="{}" href="/people/jane-roe/">Jane Roe</a>'
    assert metadata_of(f"<h1>{TITLE}</h1><p>{link.format('name')}</p><p>{PROSE}</p>").authors == ("Jane Roe",)
    tagged = f"<h1>{TITLE}</h1><p>{link.format('tag-cloud__item')} <a href='/music/'>Music</a></p><p>{PROSE}</p>"
    assert metadata_of(tagged).authors == ()


def test_a_place_that_microdata_call_the_author_names_one_though_it_stands_in_the_foot() -> None:
    place = '<footer><address itemprop="author" itemscope><span itemprop="name">{}</span></address></footer>'
    body = f"<h1>{TITLE}</h1>" + f"<p>{PROSE}</p>" * 30
    verdicts = {"Frank Doe": "site_footer", "Ann Roe": "site_footer"}
    assert judged_metadata(body + place.format("Frank Doe"), verdicts).authors == ("Frank Doe",)
    assert judged_metadata(body + place.format("Frank Doe") + place.format("Ann Roe"), verdicts).authors == ()


@pytest.mark.parametrize(
    ("end", "authors"),
    [
        ("The harbour stays open. (Christian P. Doe) +++", ("Christian P. Doe",)),
        ("The harbour stays open. (Jane Doe)", ("Jane Doe",)),
        ("The harbour was opened by the mayor (Jane Doe).", ()),
        ("The harbour was opened by the mayor (Jane Doe)", ()),
        ("The harbour stays open. (Read more)", ()),
        ("“The harbour stays open!” (Jane Doe)", ()),
    ],
)
def test_a_name_in_brackets_behind_the_last_sentence(end: str, authors: tuple[str, ...]) -> None:
    assert (
        judged_metadata(f"<h1>{TITLE}</h1><p>{PROSE}</p><p>{PROSE}</p><p>{end}</p>", {}, lang="de").authors == authors
    )


def test_a_printed_name_is_given_rather_than_the_account_that_agrees_with_it() -> None:
    end = "<p>The harbour stays open. (Christian P. Doe)</p>"
    head = json_ld(author={"@type": "Person", "name": "christian.doe"})
    found = metadata_of(f"<h1>{TITLE}</h1><p>By Christian P. Doe</p><p>{PROSE}</p>{end}", head)
    assert found.authors == ("Christian P. Doe",)


def test_several_writers_whom_a_record_and_a_row_name_are_no_thread() -> None:
    names = ("Michael L. Doe", "Carla Roe", "Devon Poe")
    head = "".join(f'<meta name="dc.creator" content="{name}">' for name in names)
    row = "".join(f'<p><a class="author-name" href="#">{name}</a></p><p>University of Harbour</p>' for name in names)
    assert metadata_of(f"<h1>{TITLE}</h1>{row}<p>{PROSE}</p><p>{PROSE}</p>", head).authors == names

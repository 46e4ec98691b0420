"""Feeds, sitemaps and JSON under the name of a page are told, and no page is taken for one."""

import pytest

from harvester.cleaning import clean_page
from harvester.errors import NoArticle
from harvester.models import Page
from harvester.other_documents import refuse_other_document

PROSE = "The ferry to the northern islands will run twice a day from Monday, the harbour board said after its meeting. "
ITEM = f"<item><title>Pier</title><link>https://a.example/1</link><description>{PROSE * 3}</description></item>"


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (f'<?xml version="1.0"?><!-- made by hand --><rss version="2.0"><channel>{ITEM}</channel></rss>', "a feed"),
        ('\n<feed xmlns="http://www.w3.org/2005/Atom"><title>News</title></feed>', "a feed"),
        ('<rdf:RDF xmlns="http://purl.org/rss/1.0/"></rdf:RDF>', "a feed"),
        ("<urlset><url><loc>https://a.example/</loc></url></urlset>", "a sitemap"),
        ('\ufeff<?xml version="1.0"?>\n<?xml-stylesheet href="a.xsl"?>\n<sitemapindex></sitemapindex>', "a sitemap"),
        (f'{{"title": "Pier", "content": "<p>{PROSE * 3}</p>"}}', "JSON"),
        (f' [{{"title": "Pier", "content": "{PROSE * 3}"}}]', "JSON"),
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_what_is_no_page_is_refused_as_what_it_is(body, words, encoding):
    with pytest.raises(NoArticle, match=rf"^https://a.example/x: this is {words}, not a page.*\[not_article\]$"):
        clean_page(Page("https://a.example/x", body.encode(encoding)))


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[" * 100_000,
        b"[Pier] The ferry runs again.",
        b"{{ title }} <p>The ferry runs again.",
        b"<!DOCTYPE html><html><rss>",
        b'<?xml version="1.0"?><!DOCTYPE html PUBLIC "x" "y"><html xmlns="http://www.w3.org/1999/xhtml"><body>',
        b"<!--" * 500,
        b"<?" * 500,
        b"<feeder>",
    ],
)
def test_a_page_is_none_of_them(body):
    refuse_other_document(Page(None, body))

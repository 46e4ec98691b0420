"""The header of a TEI document: the fields of the article."""

import re
from collections.abc import Iterator
from typing import Final

from harvester.models import Article
from harvester.rendering.marked_text import is_safe_link
from harvester.rendering.tei_inline import LANGUAGE_TAG, address, attribute, plain

# W3C XML Schema's dates, as TEI's attribute `when` takes them: a day, or a time to the second.
_WHEN: Final = re.compile(r"\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:Z|[+-]\d{2}:\d{2})?)?")
_VERSION: Final = re.compile(r"\d+(?:\.\d+){0,2}")


def header_tei(article: Article) -> Iterator[str]:
    """Yield the lines of the header."""
    yield "<teiHeader>"
    yield "<fileDesc>"
    yield f"<titleStmt>{_titles(article)}{_people(article)}</titleStmt>"
    yield f"<publicationStmt>{_publication(article)}</publicationStmt>"
    yield f"<sourceDesc>{_source(article)}</sourceDesc>"
    yield "</fileDesc>"
    yield _encoding(article)
    yield from _profile(article)
    yield "</teiHeader>"


def corpus_header() -> Iterator[str]:
    """Yield the lines of the header of a corpus."""
    yield "<teiHeader><fileDesc><titleStmt><title>Articles</title></titleStmt>"
    yield "<publicationStmt><p/></publicationStmt><sourceDesc><p/></sourceDesc></fileDesc></teiHeader>"


def _titles(article: Article) -> str:
    subtitle = f'<title type="sub">{plain(article.subtitle)}</title>' if article.subtitle else ""
    return f'<title type="main">{plain(article.title or "")}</title>{subtitle}'


def _people(article: Article) -> str:
    authors = (f"<author><persName>{plain(name)}</persName></author>" for name in article.authors)
    agencies = (f"<author><orgName>{plain(name)}</orgName></author>" for name in article.agencies)
    editors = (f"<editor>{plain(name)}</editor>" for name in article.editors)
    return "".join((*authors, *agencies, *editors))


def _publication(article: Article) -> str:
    publisher = f"<publisher>{plain(article.site)}</publisher>" if article.site else ""
    if not publisher:
        return "<p/>"
    licence = f"<availability><licence>{plain(article.licence)}</licence></availability>" if article.licence else ""
    return publisher + licence + _date("published", article.published)


def _date(kind: str, day: str | None) -> str:
    if not day:
        return ""
    return f'<date type="{kind}"{attribute("when", day if _WHEN.fullmatch(day) else None)}>{plain(day)}</date>'


def _source(article: Article) -> str:
    url = article.canonical_url or article.url
    parts = [_titles(article), _people(article)]
    parts.append(f"<publisher>{plain(article.site)}</publisher>" if article.site else "")
    parts += [_date("published", article.published), _date("modified", article.modified)]
    parts.append(f"<ptr{attribute('target', address(url))}/>" if url and is_safe_link(url) else "")
    parts.append(f'<idno type="harvester">{plain(article.id)}</idno>')
    return f"<bibl>{''.join(parts)}</bibl>"


def _encoding(article: Article) -> str:
    version = article.cleaning.version if _VERSION.fullmatch(article.cleaning.version) else "0"
    program = f'<application ident="harvester" version="{version}"><label>harvester</label></application>'
    return f"<encodingDesc><appInfo>{program}</appInfo></encodingDesc>"


def _profile(article: Article) -> Iterator[str]:
    languages = [tag for tag in article.languages if LANGUAGE_TAG.fullmatch(tag)]
    usage = "".join(f'<language ident="{tag}">{tag}</language>' for tag in languages)
    terms = "".join(f"<term>{plain(tag)}</term>" for tag in article.tags)
    section = f'<keywords scheme="section"><term>{plain(article.section)}</term></keywords>' if article.section else ""
    keywords = (f'<keywords scheme="tags">{terms}</keywords>' if terms else "") + section
    parts = (
        f"<abstract><p>{plain(article.description)}</p></abstract>" if article.description else "",
        f"<langUsage>{usage}</langUsage>" if usage else "",
        f"<textClass>{keywords}</textClass>" if keywords else "",
    )
    if any(parts):
        yield f"<profileDesc>{''.join(parts)}</profileDesc>"

"""An article as schema.org's NewsArticle or Article, in JSON-LD."""

import json
from typing import Any, Final

from harvester.models import Article, Image, Video

_TYPES: Final = {"news": "NewsArticle"}
_FREE: Final = {"free": True, "metered": False, "paywalled": False}
# A script element ends at "</", and "<!--" changes how it is read; both are the same JSON in this form.
_ESCAPES: Final = str.maketrans({character: f"\\u{ord(character):04x}" for character in "<>&\u2028\u2029"})


def json_ld(article: Article) -> str:
    """Return the fields as JSON-LD that is safe inside a script element; the text is beside it."""
    said = {name: value for name, value in _properties(article).items() if value not in (None, "", [], {})}
    whole = {"@context": "https://schema.org", "@type": _TYPES.get(article.kind, "Article"), **said}
    return json.dumps(whole, ensure_ascii=False, separators=(",", ":")).translate(_ESCAPES)


def _properties(article: Article) -> dict[str, Any]:
    return {
        "headline": article.title,
        "alternativeHeadline": article.subtitle,
        "description": article.description,
        "author": [*_named("Person", article.authors), *_named("Organization", article.agencies)],
        "editor": _named("Person", article.editors),
        "datePublished": article.published,
        "dateModified": article.modified,
        "inLanguage": list(article.languages),
        "articleSection": article.section,
        "keywords": list(article.tags),
        "image": [_image(image) for image in article.images],
        "video": [_video(video) for video in article.videos],
        "publisher": {"@type": "Organization", "name": article.site} if article.site else None,
        "url": article.url,
        "mainEntityOfPage": article.canonical_url,
        "isBasedOn": _source(article),
        "license": article.licence,
        "isAccessibleForFree": _FREE.get(article.access or ""),
        "wordCount": article.word_count,
        "identifier": article.id,
    }


def _named(kind: str, names: tuple[str, ...]) -> list[dict[str, str]]:
    return [{"@type": kind, "name": name} for name in names]


def _image(image: Image) -> dict[str, str]:
    said = {"url": image.url, "caption": image.caption, "creditText": image.credit, "description": image.alt}
    return {"@type": "ImageObject", **{name: value for name, value in said.items() if value}}


def _video(video: Video) -> dict[str, str]:
    length = f"PT{video.duration_s}S" if video.duration_s is not None else None
    said = {"url": video.url, "name": video.title, "thumbnailUrl": video.thumbnail_url, "duration": length}
    return {"@type": "VideoObject", **{name: value for name, value in said.items() if value}}


def _source(article: Article) -> dict[str, Any] | None:
    source = article.source
    if source is None or not (source.url or source.title or source.name):
        return None
    publisher = {"@type": "Organization", "name": source.name} if source.name else None
    said = {"url": source.url, "headline": source.title, "publisher": publisher}
    return {"@type": "CreativeWork", **{name: value for name, value in said.items() if value}}

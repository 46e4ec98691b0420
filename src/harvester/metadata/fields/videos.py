"""Videos that the page's records describe as the article's."""

import re
from collections.abc import Iterator
from itertools import islice
from typing import Final

from harvester.metadata.evidence import FieldReading, evidence
from harvester.metadata.lookup.json_ld import as_list
from harvester.metadata.lookup.structured_data import ArticleLookups, absolute
from harvester.metadata.place_trust import PlaceTrust
from harvester.models import Video
from harvester.urls import host_of

# The record of the article holds them; not measured.
TRUST: Final = PlaceTrust({"json-ld": 1.9})
MAX_VIDEOS: Final = 50
_DURATION: Final = re.compile(r"P(?:(\d{1,3})D)?T?(?:(\d{1,4})H)?(?:(\d{1,5})M)?(?:(\d{1,6})(?:\.\d+)?S)?")  # ISO 8601


def read_videos(lookups: ArticleLookups) -> FieldReading[tuple[Video, ...]] | None:
    """Return the videos of the article's JSON-LD record, each with its fields there."""
    found = tuple(islice(dict.fromkeys(_described(lookups)), MAX_VIDEOS))
    return FieldReading(found, (evidence("videos", found[0].url, "json-ld:video"),)) if found else None


def _described(lookups: ArticleLookups) -> Iterator[Video]:
    for item in as_list(lookups.value("video")):
        node = lookups.resolve(item)
        if node is None:
            continue
        addresses = (node.get(key) for key in ("url", "contentUrl", "embedUrl"))
        urls = (_web(lookups, value) for value in addresses if isinstance(value, str))
        url = next(filter(None, urls), None)
        if url is not None:
            title = next(lookups.texts(node.get("name")), None) or next(lookups.texts(node.get("headline")), None)
            pictures = (_web(lookups, value) for value in as_list(node.get("thumbnailUrl")) if isinstance(value, str))
            thumbnail = next(filter(None, pictures), None)
            yield Video(url, host_of(url).removeprefix("www."), title, thumbnail, seconds_of(node.get("duration")))


def _web(lookups: ArticleLookups, url: str) -> str | None:
    found = absolute(lookups, url)
    return found if found is not None and found.startswith(("http://", "https://")) else None


def seconds_of(value: object) -> int | None:
    """Return the seconds of an ISO 8601 duration.

    >>> seconds_of("PT1M30S"), seconds_of("soon")
    (90, None)
    """
    found = _DURATION.fullmatch(value.strip()) if isinstance(value, str) else None
    if found is None or not any(found.groups()):
        return None
    days, hours, minutes, seconds = (int(part or 0) for part in found.groups())
    return ((days * 24 + hours) * 60 + minutes) * 60 + seconds

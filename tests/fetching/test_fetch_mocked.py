"""Answers that need no wire: respx stands in for the transport (the cases marked R)."""

import httpx
import pytest
import respx

from harvester.errors import FetchError
from harvester.fetching import fetch

URL = "https://news.example/story"


@pytest.mark.parametrize(
    ("status", "reason"),
    [(404, "gone"), (410, "gone"), (403, "blocked"), (401, "blocked"), (451, "blocked"), (418, "http_error")],
)
def test_a_refusal_has_its_outcome_class(status: int, reason: str) -> None:
    with respx.mock:
        respx.get(URL).mock(return_value=httpx.Response(status, html="<p>no</p>"))
        with pytest.raises(FetchError) as caught:
            fetch(URL)
    assert caught.value.reason == reason


def test_a_page_comes_back_with_its_bytes_and_headers() -> None:
    with respx.mock:
        respx.get(URL).mock(
            return_value=httpx.Response(200, html="<p>Fähre</p>", headers={"X-Robots-Tag": "noarchive"})
        )
        page = fetch(URL)
    assert (page.url, page.status, page.body) == (URL, 200, "<p>Fähre</p>".encode())
    assert page.header("x-robots-tag") == "noarchive"


def test_a_picture_is_no_page() -> None:
    with respx.mock:
        respx.get(URL).mock(return_value=httpx.Response(200, content=b"\x89PNG", headers={"Content-Type": "image/png"}))
        with pytest.raises(FetchError) as caught:
            fetch(URL)
    assert caught.value.reason == "not_html"

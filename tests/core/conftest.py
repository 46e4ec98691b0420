"""What the tests of the core share: the fixture pages."""

from pathlib import Path

FIXTURES = Path(__file__).parent.parent.parent / "fixtures"
HTML_PAGES = sorted((FIXTURES / "html").glob("*.html"))


def pytest_generate_tests(metafunc):
    """Give every test that asks for a `fixture_page` each of them."""
    if "fixture_page" in metafunc.fixturenames:
        metafunc.parametrize("fixture_page", HTML_PAGES, ids=[path.stem for path in HTML_PAGES])

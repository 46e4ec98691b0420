"""How much a fetch may cost, and who asks."""

from dataclasses import dataclass
from typing import Final

from harvester import __version__
from harvester.errors import FetchError, Reason
from harvester.url_names import display_url

PRODUCT: Final = "harvester"  # the token that robots.txt groups are matched against (RFC 9309, 2.2.1)


@dataclass(frozen=True, slots=True)
class Limits:
    """The bounds of one fetch; the numbers are those of large public crawlers."""

    connect_s: float = 10.0
    read_s: float = 20.0  # silence on the wire
    total_s: float = 60.0  # from the first packet to the last, redirects included, waits between tries not
    body_bytes: int = 10 * 1024 * 1024  # decoded
    redirects: int = 5
    header_bytes: int = 64 * 1024
    header_fields: int = 200
    tries: int = 3
    backoff_s: float = 1.0  # before the second try; doubled each time
    patience_s: float = 120.0  # the longest wait a server may ask for within one call


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who asks, and what only the first origin may hear."""

    contact: str | None = None  # URL or mail address
    headers: tuple[tuple[str, str], ...] = ()  # sent to the origin of the first URL only

    def __post_init__(self) -> None:
        """Raise FetchError "bad_url" when the contact cannot be in a header."""
        if self.contact is not None and not (self.contact.isascii() and self.contact.isprintable()):
            raise FetchError(display_url(self.contact), Reason.BAD_URL, "the contact must be printable ASCII")

    @property
    def user_agent(self) -> str:
        """Return the product, its version and the contact, as `harvester/1.0 (+https://example.org/bot)`."""
        product = f"{PRODUCT}/{__version__}"
        return f"{product} (+{self.contact})" if self.contact else product

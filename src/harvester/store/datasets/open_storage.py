"""Which place an address means."""

from pathlib import Path
from urllib.parse import unquote, urlsplit

from harvester.distribution import install_extra
from harvester.errors import UsageError
from harvester.store.datasets.layout import REMOTE
from harvester.store.datasets.object_storage import open_bucket
from harvester.store.datasets.storage import LocalStorage, Storage


class BadAddressError(UsageError):
    """An address that names no place: wrong usage, found before anything is read."""


def open_storage(address: str | Path) -> Storage:
    """Return the place that an address means: a folder, "file:///...", "s3://BUCKET/PREFIX", "gs://", "az://".

    "memory://NAME" lives as long as this process. Nothing is read or made yet. Raises BadAddressError for an address
    of another form, "s3:/bucket" among them, and where the library for remote places is not installed.
    """
    text = str(address)
    if isinstance(address, Path) or ("://" not in text and text.partition(":")[0].lower() not in ("file", *REMOTE)):
        return LocalStorage(Path(text))
    parts = urlsplit(text)
    if parts.scheme == "file" and parts.netloc in ("", "localhost") and parts.path:
        return LocalStorage(Path(unquote(parts.path)))
    folders = parts.scheme != "memory" or not parts.path
    if parts.scheme in REMOTE and parts.netloc and folders and not set("@?#") & set(text):
        try:
            return open_bucket(text.rstrip("/"))
        except ModuleNotFoundError as error:
            raise BadAddressError(f"{text!r} needs one more package: {install_extra('remote')}") from error
    known = ", ".join(f"{scheme}://" for scheme in ("file", *REMOTE))
    raise BadAddressError(f"{text!r} is no place: a folder, or {known} with a name and nothing behind '?' or '#'.")


def split_address(address: str | Path) -> tuple[str, str]:
    """Return the address of a file as that of its folder, and its name there."""
    head, slash, name = str(address).rstrip("/").rpartition("/")
    return (head if slash and head else slash or "."), name

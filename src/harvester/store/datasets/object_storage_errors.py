"""The messages of an object store that refuses, in words that advise what to do; pure."""

import re
from typing import Final

_CHARS: Final = 300
_QUERY: Final = re.compile(r"\?[^\s\"]+")  # may hold a signature

# The codes of S3, which Google's and others' interfaces share, and what is where a code is missing.
_HINTS: Final = (
    (r"NoSuchBucket|ContainerNotFound", "there is no bucket of this name; make it, or correct the address"),
    (
        r"AuthorizationHeaderMalformed|PermanentRedirect|incorrectly configured region|IllegalLocationConstraint",
        "the bucket is in another region; set AWS_REGION to its own",
    ),
    (
        r"InvalidAccessKeyId|SignatureDoesNotMatch|InvalidToken|ExpiredToken|\b401 Unauthorized",
        "the key is not accepted; check AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or those of the other service",
    ),
    (
        r"AccessDenied|AuthorizationFailure|\b403 Forbidden",
        "the key does not allow it; it must be allowed to list, read, write and remove there",
    ),
    (r"Range request not supported", "the server gives no parts of files; download it first"),
)
_BEYOND: Final = re.compile(r"\b416\b|InvalidRange|range starting at", re.IGNORECASE)
_TORN: Final = re.compile(r"response body error|error decoding response body", re.IGNORECASE)
# Of a server that throttles or is away: no answer, or one that says "later".
_OUTAGE: Final = re.compile(
    r"status code: (?:429|5\d\d)\b|SlowDown|error sending request|timed? ?out|connection (?:refused|reset|closed)",
    re.IGNORECASE,
)


def words_of(error: Exception) -> str:
    """Return the library's message on one line, without what could be a signature; what to do comes first."""
    said = _QUERY.sub("?...", " ".join(_head(error).split()))
    hint = next((words for pattern, words in _HINTS if re.search(pattern, said)), None)
    return f"{hint} ({said[:_CHARS]})" if hint else said[:_CHARS]


def is_outage(error: Exception) -> bool:
    """Return whether the server was not there, asked to come later, or broke off, for as long as was tried."""
    return _OUTAGE.search(_head(error)) is not None or is_torn(error)


def is_torn(error: Exception) -> bool:
    """Return whether an answer broke off."""
    return _TORN.search(_head(error)) is not None


def is_beyond_end(error: Exception) -> bool:
    """Return whether bytes were asked for that are behind an object's end."""
    return _BEYOND.search(_head(error)) is not None


def is_missing_bucket(error: Exception) -> bool:
    """Return whether not the object is missing, but all of its bucket."""
    return re.search(_HINTS[0][0], str(error)) is not None


def _head(error: Exception) -> str:
    """Return the message without the library's inner values, where any word may be."""
    return str(error).partition("\n\nDebug source")[0]

"""Everything that can go wrong, as one tree.

HarvesterError               reason: one word of `REASONS`; subject: the URL or file it is about
├── InputError               a file or text that holds no page: empty, binary, unreadable, no pages
├── ParserLimit              a page that would hang a parser
├── NoArticle                a page, but no article on it: index page, script-only page, wall
├── FetchError               no page came back; the reason is an outcome class
├── RulesError               a rule table is wrong: names the table and the key
├── StoreError               the output cannot be written: disk full, no permission
├── ClusterError             other machines cannot clean: not reached, gone, or not like this one
└── InternalError            a fault of harvester itself, met at one URL, file or page; the others go on

UsageError, a ValueError, is none of them: a call that cannot be meant, such as a URL given where a page belongs.
"""

import traceback
from typing import ClassVar, Final, Self

# Outcome classes of a fetch, then those of cleaning. A reason is part of the public interface:
# reports count by it and scripts compare it, so a word is never renamed.
FETCH_REASONS: Final = frozenset(
    {
        "not_modified",
        "gone",
        "http_error",
        "robots_denied",
        "robots_unreachable",
        "blocked",
        "rate_limited",
        "too_large",
        "bad_encoding",
        "bad_response",
        "bad_redirect",
        "bad_url",
        "redirect_loop",
        "short_body",
        "deadline",
        "dns_error",
        "connect_error",
        "tls_error",
        "blocked_address",
        "not_html",
        "internal_error",
    }
)
CLEAN_REASONS: Final = frozenset(
    {
        "empty_input",
        "binary_input",
        "unreadable",
        "no_pages",
        "parser_limit",
        "clean_timeout",
        "not_article",
        "index_page",
        "needs_js",
        "consent_wall",
        "blocked",
        "bad_rules",
        "bad_cluster",
        "disk_full",
        "unwritable",
        "internal_error",
    }
)
REASONS: Final = FETCH_REASONS | CLEAN_REASONS


class HarvesterError(Exception):
    """Base of all errors; `str()` names the subject, what happened and what to do."""

    reasons: ClassVar[frozenset[str]] = REASONS

    def __init__(self, subject: str, reason: str, explanation: str) -> None:
        if reason not in self.reasons:
            raise ValueError(f"{reason!r} is no reason of {type(self).__name__}")
        super().__init__(f"{subject}: {explanation} [{reason}]")
        self.subject = subject
        self.reason = reason
        self.explanation = explanation

    def __reduce__(self) -> tuple[type["HarvesterError"], tuple[str, ...]]:
        """Pickle by the three arguments: errors cross process borders."""
        return type(self), (self.subject, self.reason, self.explanation)


class InputError(HarvesterError):
    """A file or text that holds no page."""

    reasons = frozenset({"empty_input", "binary_input", "unreadable", "no_pages"})


class ParserLimit(HarvesterError):
    """A page that is too large, built to hang a parser, or takes too long."""

    reasons = frozenset({"parser_limit", "too_large", "clean_timeout"})


class NoArticle(HarvesterError):
    """A readable page without an article."""

    reasons = frozenset({"not_article", "index_page", "needs_js", "consent_wall", "blocked"})


class FetchError(HarvesterError):
    """No page came back; `reason` is the outcome class."""

    reasons = FETCH_REASONS


class RulesError(HarvesterError):
    """A rule table cannot be used."""

    reasons = frozenset({"bad_rules"})


class StoreError(HarvesterError):
    """An output file cannot be written; "connect_error": its server is away, and was waited for."""

    reasons = frozenset({"disk_full", "unwritable", "connect_error"})


class ClusterError(HarvesterError):
    """The machines that were to clean cannot."""

    reasons = frozenset({"connect_error", "bad_cluster"})


class UsageError(ValueError):
    """A call that cannot be meant: says what to call instead. A mistake in a program, and no page's fault."""


_MAX_TRACE_CHARS: Final = 20_000  # of a traceback; the end says most
_MAX_CAUSE_CHARS: Final = 200  # of an exception's own words, which may quote a whole page


class InternalError(HarvesterError):
    """A fault of harvester itself, met at `subject`: it costs this one, and nothing else.

    `trace` is the traceback until it stands in a log (`store.faults`), whose name the explanation then gives.
    """

    reasons = frozenset({"internal_error"})

    def __init__(self, subject: str, reason: str, explanation: str, trace: str = "") -> None:
        super().__init__(subject, reason, explanation)
        self.trace = trace

    def __reduce__(self) -> tuple[type["InternalError"], tuple[str, ...]]:
        """Pickle by all arguments: a fault in a worker process is written down by its parent."""
        return type(self), (self.subject, self.reason, self.explanation, self.trace)

    def about(self, subject: str) -> Self:
        """Return the same fault as one of `subject`, which the process that met it did not know."""
        return type(self)(subject, self.reason, self.explanation, self.trace)

    @classmethod
    def of(cls, subject: str, error: BaseException) -> Self:
        """Return the error that an exception nobody foresaw stands for; the exception itself, with its frames, may go.

        To be called in the `except Exception` that is the boundary around one URL, file or page.
        """
        words = " ".join(str(error).split())[:_MAX_CAUSE_CHARS]
        named = f"{type(error).__name__}: {words}" if words else type(error).__name__
        trace = "".join(traceback.format_exception(error))[-_MAX_TRACE_CHARS:]
        return cls(subject, "internal_error", f"a fault of harvester itself ({named})", trace)


def error_for(subject: str, reason: str, explanation: str, kinds: tuple[type[HarvesterError], ...]) -> HarvesterError:
    """Return the error that a reason stands for, where only its words were kept: the first of `kinds` that has it.

    >>> type(error_for("a.html", "blocked", "shows a wall", (NoArticle, FetchError))).__name__
    'NoArticle'
    """
    kind = next((kind for kind in kinds if reason in kind.reasons), HarvesterError)
    return kind(subject, reason, explanation)

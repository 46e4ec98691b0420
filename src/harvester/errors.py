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

from typing import ClassVar, Final, Self

from harvester.word import Word


class Reason(Word):
    """What one URL, file or page may end as: the words that `HarvesterError.reason` and a crawl's outcomes are made of.

    A word is part of the public interface: reports count by it and scripts compare it, so it is never renamed.
    """

    # nothing went wrong: only a crawl's outcomes
    OK = "ok"
    UNCHANGED = "unchanged"
    DUPLICATE = "duplicate"
    # a fetch
    NOT_MODIFIED = "not_modified"
    GONE = "gone"
    HTTP_ERROR = "http_error"
    ROBOTS_DENIED = "robots_denied"
    ROBOTS_UNREACHABLE = "robots_unreachable"
    BLOCKED = "blocked"  # also: what came is a bot check
    RATE_LIMITED = "rate_limited"
    TOO_LARGE = "too_large"
    BAD_ENCODING = "bad_encoding"
    BAD_RESPONSE = "bad_response"
    BAD_REDIRECT = "bad_redirect"
    BAD_URL = "bad_url"
    REDIRECT_LOOP = "redirect_loop"
    SHORT_BODY = "short_body"
    DEADLINE = "deadline"
    DNS_ERROR = "dns_error"
    CONNECT_ERROR = "connect_error"
    TLS_ERROR = "tls_error"
    BLOCKED_ADDRESS = "blocked_address"
    NOT_HTML = "not_html"
    # what a crawl finds a page to be in place of what its URL promised
    REDIRECTED_OFF_SITE = "redirected_off_site"
    SOFT_404 = "soft_404"
    REPLACED = "replaced"
    TRUNCATED = "truncated"
    # a file or text
    EMPTY_INPUT = "empty_input"
    BINARY_INPUT = "binary_input"
    UNREADABLE = "unreadable"
    NO_PAGES = "no_pages"
    # cleaning
    PARSER_LIMIT = "parser_limit"
    CLEAN_TIMEOUT = "clean_timeout"
    NOT_ARTICLE = "not_article"
    INDEX_PAGE = "index_page"
    NEEDS_JS = "needs_js"
    CONSENT_WALL = "consent_wall"
    # what is around it
    BAD_RULES = "bad_rules"
    BAD_CLUSTER = "bad_cluster"
    DISK_FULL = "disk_full"
    UNWRITABLE = "unwritable"
    INTERNAL_ERROR = "internal_error"


# What only a crawl calls a visit; every other word is the reason of an error.
_NO_ERRORS: Final = frozenset(
    {
        Reason.OK,
        Reason.UNCHANGED,
        Reason.DUPLICATE,
        Reason.REDIRECTED_OFF_SITE,
        Reason.SOFT_404,
        Reason.REPLACED,
        Reason.TRUNCATED,
    }
)
REASONS: Final = frozenset(Reason) - _NO_ERRORS


class HarvesterError(Exception):
    """Base of all errors; `str()` names the subject, what happened and what to do."""

    reasons: ClassVar[frozenset[Reason]] = REASONS

    def __init__(self, subject: str, reason: Reason, explanation: str) -> None:
        if reason not in self.reasons:
            raise ValueError(f"{str(reason)!r} is no reason of {type(self).__name__}")
        super().__init__(f"{subject}: {explanation} [{reason}]")
        self.subject = subject
        self.reason = Reason(reason)  # a program may give the word
        self.explanation = explanation

    def __reduce__(self) -> tuple[type["HarvesterError"], tuple[str, ...]]:
        """Pickle by the three arguments: errors cross process borders."""
        return type(self), (self.subject, self.reason, self.explanation)


class InputError(HarvesterError):
    """A file or text that holds no page."""

    reasons = frozenset({Reason.EMPTY_INPUT, Reason.BINARY_INPUT, Reason.UNREADABLE, Reason.NO_PAGES})


class ParserLimit(HarvesterError):
    """A page that is too large, built to hang a parser, or takes too long."""

    reasons = frozenset({Reason.PARSER_LIMIT, Reason.TOO_LARGE, Reason.CLEAN_TIMEOUT})


class NoArticle(HarvesterError):
    """A readable page without an article."""

    reasons = frozenset({Reason.NOT_ARTICLE, Reason.INDEX_PAGE, Reason.NEEDS_JS, Reason.CONSENT_WALL, Reason.BLOCKED})


class FetchError(HarvesterError):
    """No page came back; `reason` is the outcome class."""

    reasons = frozenset(
        {
            Reason.NOT_MODIFIED,
            Reason.GONE,
            Reason.HTTP_ERROR,
            Reason.ROBOTS_DENIED,
            Reason.ROBOTS_UNREACHABLE,
            Reason.BLOCKED,
            Reason.RATE_LIMITED,
            Reason.TOO_LARGE,
            Reason.BAD_ENCODING,
            Reason.BAD_RESPONSE,
            Reason.BAD_REDIRECT,
            Reason.BAD_URL,
            Reason.REDIRECT_LOOP,
            Reason.SHORT_BODY,
            Reason.DEADLINE,
            Reason.DNS_ERROR,
            Reason.CONNECT_ERROR,
            Reason.TLS_ERROR,
            Reason.BLOCKED_ADDRESS,
            Reason.NOT_HTML,
            Reason.INTERNAL_ERROR,
        }
    )


class RulesError(HarvesterError):
    """A rule table cannot be used."""

    reasons = frozenset({Reason.BAD_RULES})


class StoreError(HarvesterError):
    """An output file cannot be written; "connect_error": its server is away, and was waited for."""

    reasons = frozenset({Reason.DISK_FULL, Reason.UNWRITABLE, Reason.CONNECT_ERROR})


class ClusterError(HarvesterError):
    """The machines that were to clean cannot."""

    reasons = frozenset({Reason.CONNECT_ERROR, Reason.BAD_CLUSTER})


class UsageError(ValueError):
    """A call that cannot be meant: names what to call instead. A mistake in a program, and no page's fault."""


_MAX_TRACE_CHARS: Final = 20_000  # of a traceback; the end says most
_MAX_CAUSE_CHARS: Final = 200  # of an exception's own words, which may quote a whole page


class InternalError(HarvesterError):
    """A fault of harvester itself, met at `subject`: it costs this one, and nothing else.

    `trace` is the traceback until it is in a log (`store.fault_log`), whose name the explanation then gives.
    """

    reasons = frozenset({Reason.INTERNAL_ERROR})

    def __init__(self, subject: str, reason: Reason, explanation: str, trace: str = "") -> None:
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
        """Return the error for an exception that nobody foresaw; the exception itself, with its frames, may go.

        To be called in the `except Exception` that is the boundary around one URL, file or page.
        """
        import traceback  # noqa: PLC0415 - a fault is rare, and every command imports this module

        words = " ".join(str(error).split())[:_MAX_CAUSE_CHARS]
        named = f"{type(error).__name__}: {words}" if words else type(error).__name__
        trace = "".join(traceback.format_exception(error))[-_MAX_TRACE_CHARS:]
        return cls(subject, Reason.INTERNAL_ERROR, f"a fault of harvester itself ({named})", trace)


def error_for(
    subject: str, reason: Reason, explanation: str, kinds: tuple[type[HarvesterError], ...]
) -> HarvesterError:
    """Return the error of a reason, where only its words were kept: the first of `kinds` that has it.

    >>> type(error_for("a.html", Reason.BLOCKED, "shows a wall", (NoArticle, FetchError))).__name__
    'NoArticle'
    """
    kind = next((kind for kind in kinds if reason in kind.reasons), HarvesterError)
    return kind(subject, reason, explanation)

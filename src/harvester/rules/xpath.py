"""XPath to CSS, as far as a selector can express the path: for site configs that others have written."""

import re
from collections.abc import Iterator
from typing import Final

_TOKEN: Final = re.compile(
    r"""\s*(?: (?P<text>"[^"]*"|'[^']*') | (?P<number>\d+) | (?P<mark>//|::|\.\.|[/|()\[\],@=.*]|!=|[<>+])
        | (?P<name>[A-Za-z_][\w-]*) )""",
    re.VERBOSE,
)
_AXES: Final = {"descendant": " ", "descendant-or-self": " ", "child": " > ", "following-sibling": " ~ "}
_READ_ANYWAY: Final = frozenset({"content", "datetime"})  # attributes that a field is read from without being told


class XPathError(ValueError):
    """The path has what no selector can express; the text names it."""


def css_of(xpath: str) -> str:
    """Return a CSS selector that fits what `xpath` finds; raises XPathError where there is none.

    >>> css_of("//div[@id='story']//p[contains(concat(' ', normalize-space(@class), ' '), ' lead ')]")
    'div[id="story"] p[class~="lead"]'
    """
    return _Parser(xpath).paths()


class _Parser:
    """Reads one path from left to right; lives for one call of `css_of`."""

    def __init__(self, xpath: str) -> None:
        self._tokens = list(_tokens(xpath))
        self._at = 0

    def paths(self) -> str:
        found = [self._path()]
        while self._takes("|"):
            found.append(self._path())
        if self._at < len(self._tokens):
            raise XPathError(f"{self._next!r} is not understood here")
        return ", ".join(dict.fromkeys(found))

    # ── paths and steps ───────────────────────────────────────────────────────────────────────

    def _path(self) -> str:
        if self._next == "(":
            raise XPathError("(...)[...] numbers what is found on the whole page")
        self._takes(".")
        if self._takes("/") and self._next != "html":
            raise XPathError("a path from the root names no element that can be told from others")
        self._takes("//")
        return self._steps()

    def _steps(self) -> str:
        selector = self._step("")
        while self._next in ("/", "//"):
            gap = " " if self._take() == "//" else " > "
            if self._takes("@"):
                if (name := self._take()) not in _READ_ANYWAY:
                    raise XPathError(f"the text of @{name} cannot be read")
                break
            if self._next == "text" and self._peek(1) == "(":
                self._at += 3
                break
            selector = self._step(selector, gap)
        return selector

    def _step(self, before: str, gap: str = "") -> str:
        """Return the selector with one more step."""
        if self._next == "..":
            raise XPathError("a selector cannot go back to what is around an element")
        if self._peek(1) == "::":
            axis = self._take()
            self._at += 1
            if axis not in _AXES or not before:
                raise XPathError(f"{axis}:: has no like in a selector")
            gap = gap if axis == "child" and gap else _AXES[axis]
        tag = self._tag()
        predicates: list[str] = []
        while self._takes("["):
            if predicates and (self._next.isdigit() or self._next in ("last", "position")):
                raise XPathError("a position among those that fit a condition has no like in a selector")
            predicates.append(self._condition(tag))
            self._expect("]")
        if gap == " ~ " and predicates[:1] == [":nth-of-type(1)"]:
            raise XPathError("following-sibling::X[1] has no like in a selector")
        own = "".join(predicates)
        return before + gap + ("" if tag == "*" and own else tag) + own

    def _tag(self) -> str:
        word = self._take()
        if word != "*" and not re.fullmatch(r"[A-Za-z][\w-]*", word):
            raise XPathError(f"{word!r} is no element")
        if self._next == "(":
            raise XPathError(f"the function {word}() has no like in a selector")
        return word.lower()

    # ── conditions ────────────────────────────────────────────────────────────────────────────

    def _condition(self, tag: str) -> str:
        any_of = [self._all_of(tag)]
        while self._takes("or"):
            any_of.append(self._all_of(tag))
        return any_of[0] if len(any_of) == 1 else f":is({', '.join(any_of)})"

    def _all_of(self, tag: str) -> str:
        all_of = self._test(tag)
        while self._takes("and"):
            all_of += self._test(tag)
        return all_of

    def _test(self, tag: str) -> str:
        word = self._next
        if word.isdigit():
            return _nth(tag, self._take())
        if self._takes("("):
            inner = self._condition(tag)
            self._expect(")")
            return inner
        if word == "@":
            return self._attribute_test()
        if self._peek(1) == "(":
            return self._call(tag)
        if self._takes("."):
            gap = "" if self._takes("//") else "> "
            self._takes("/")
        elif word in ("/", "//"):
            raise XPathError("a condition on the whole page has no like in a selector")
        else:
            gap = "> "
        return f":has({gap}{self._steps()})"

    def _attribute_test(self) -> str:
        name = self._attribute()
        if self._takes("="):
            return f"[{name}={_quoted(self._text())}]"
        if self._takes("!="):
            return f"[{name}]:not([{name}={_quoted(self._text())}])"
        return f"[{name}]"

    def _call(self, tag: str) -> str:
        name = self._take()
        self._expect("(")
        match name:
            case "not":
                inner = self._condition(tag)
                self._expect(")")
                return f":not({inner})"
            case "contains" | "starts-with":
                return self._contains(name)
            case "last":
                self._expect(")")
                return ":last-child" if tag == "*" else ":last-of-type"
            case "position":
                self._expect(")")
                self._expect("=")
                return _nth(tag, self._take())
        raise XPathError(f"the function {name}() has no like in a selector")

    def _contains(self, name: str) -> str:
        is_whole = self._next in (".", "normalize-space")
        subject = self._subject()
        self._expect(",")
        text = self._text()
        self._expect(")")
        if subject == "":
            if name != "contains":
                raise XPathError("how a text begins cannot be asked for")
            own = f":lexbor-contains({_quoted(text)})"  # looks into the element's own text, not into its children's
            return f":is({own}, :has({own}))" if is_whole else own
        if subject.startswith(" "):  # a whole word of an attribute
            return f"[{subject.strip()}~={_quoted(text.strip())}]" if text.strip() else f"[{subject.strip()}]"
        return f"[{subject}{'*' if name == 'contains' else '^'}={_quoted(text)}]"

    def _subject(self) -> str:
        """Return the attribute that is looked into, with a blank before it where words are; "": the text."""
        if self._next == "@":
            return self._attribute()
        if self._takes("."):
            return ""
        name = self._take()
        self._expect("(")
        if name == "text":
            self._expect(")")
            return ""
        if name == "normalize-space":
            subject = self._subject()
            self._expect(")")
            return subject
        if name == "concat" and self._text() == " ":
            self._expect(",")
            subject = self._subject()
            self._expect(",")
            if subject and self._text() == " " and self._takes(")"):
                return f" {subject}"
        raise XPathError(f"the function {name}() has no like in a selector")

    def _attribute(self) -> str:
        self._expect("@")
        name = self._take()
        if not re.fullmatch(r"[A-Za-z_][\w-]*", name):
            raise XPathError(f"@{name} is no attribute")
        return name.lower()

    # ── tokens ────────────────────────────────────────────────────────────────────────────────

    @property
    def _next(self) -> str:
        return self._peek(0)

    def _peek(self, ahead: int) -> str:
        at = self._at + ahead
        return self._tokens[at] if at < len(self._tokens) else ""

    def _take(self) -> str:
        token = self._next
        if not token:
            raise XPathError("the path ends too early")
        self._at += 1
        return token

    def _takes(self, token: str) -> bool:
        is_next = self._next == token
        self._at += is_next
        return is_next

    def _expect(self, token: str) -> None:
        if not self._takes(token):
            raise XPathError(f"{token!r} is missing {f'before {self._next!r}' if self._next else 'at the end'}")

    def _text(self) -> str:
        token = self._take()
        if token[0] not in "\"'":
            raise XPathError(f"{token!r} stands where a text in quotes must")
        return token[1:-1]


def _tokens(xpath: str) -> Iterator[str]:
    at, end = 0, len(xpath.rstrip())
    while at < end:
        token = _TOKEN.match(xpath, at)
        if token is None:
            raise XPathError(f"{xpath[at:].strip()[:20]!r} is not understood")
        yield token[0].strip()
        at = token.end()


def _nth(tag: str, number: str) -> str:
    if not number.isdigit() or not int(number):
        raise XPathError(f"position {number!r} has no like in a selector")
    return f":nth-child({number})" if tag == "*" else f":nth-of-type({number})"


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'

"""Passages: paragraphs and lists as rich text keeps them, and as people type them: ``**bold**``, ``- item``, ``[words](url)``.

What the two do not say alike is unfit for typing, and nothing is guessed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from html import escape
from html.parser import HTMLParser

MARKUP = re.compile(r"<\s*(?:!|[/?]?\s*[A-Za-z])")
# Addresses of pages and files of ours are their numbers, as rich text keeps them.
_TARGET = r"(?:https?://|mailto:)[^\s()<>\"]+|(?:page|document):\d+"
_SIGNS = re.escape(r"\*[]#>|{.-")
_INLINE = re.compile(
    rf"\\(?P<sign>[{_SIGNS}])"
    rf"|\[(?P<label>(?:\\.|[^\[\]\\\n])+)\]\((?P<href>{_TARGET})\)"
    r"|(?<!\*)(?P<stars>\*{1,3})(?P<inner>(?![\s*])(?:\\.|[^*\\\n])+(?<!\s))(?P=stars)(?!\*)"
)
_FIRST = re.compile(r"#{1,6}(?= )|[-•](?= )|>|\||-{3,}$|\{\{")
_NUMBERED = re.compile(r"(\d+)\.(?= )")
_ITEM, _NUMBER, _RULE = re.compile(r"[-•*] +(?=\S)"), re.compile(r"\d+\. +(?=\S)"), re.compile(r"-{3,}")
_BLANKS = re.compile(r"[ \t\r\n\f]+")
_BULLETS, _NUMBERS = "ul", "ol"


class Unfit(ValueError):
    """It holds something that nobody can type."""


@dataclass(frozen=True, slots=True)
class Span:
    """Words of one look; a line break is a "\\n" in them."""

    text: str
    bold: bool = False
    italic: bool = False
    href: str = ""

    @property
    def look(self) -> tuple[bool, bool, str]:
        """All but the words."""
        return self.bold, self.italic, self.href


Line = tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Passage:
    """A paragraph (``p``), a list (``ul``, ``ol``) or a rule (``hr``), with its items."""

    kind: str
    items: tuple[Line, ...] = ()


def from_html(source: str) -> list[Passage]:
    """The passages of a rich text; empty paragraphs say nothing and are left out.

    Raises:
        Unfit: something else stands in it.
    """
    reader = _Reader()
    reader.feed(source)
    reader.close()
    return reader.finished()


def to_html(passages: Iterable[Passage]) -> str:
    """Rich text as Wagtail keeps it."""
    return "".join(_html(one) for one in passages)


def to_text(passage: Passage) -> str:
    """As a person would type it.

    Raises:
        Unfit: typed and read again, it would say something else.
    """
    text = _typed(passage)
    blank_line = "\n\n" in text or "\n \n" in text
    if blank_line or read_passage(text) != passage or MARKUP.search(text):
        raise Unfit(passage.kind)
    return text


def read_passage(text: str) -> Passage:
    """What a person typed, without blank lines in it."""
    lines = text.split("\n")
    if len(lines) == 1 and _RULE.fullmatch(text):
        return Passage("hr")
    for kind, mark in ((_BULLETS, _ITEM), (_NUMBERS, _NUMBER)):
        if all(mark.match(line) for line in lines):
            return Passage(kind, tuple(_tidy(_spans(mark.sub("", line, count=1))) for line in lines))
    return Passage("p", (_tidy(_spans(text)),))


def links(passage: Passage) -> set[str]:
    """Where its words lead."""
    return {span.href for item in passage.items for span in item if span.href}


class _Reader(HTMLParser):
    """Takes rich text apart."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._passages: list[Passage] = []
        self._list: list[Line] | None = None
        self._line: list[Span] | None = None
        self._look = Span("")

    def finished(self) -> list[Passage]:
        """All of it."""
        if self._line is not None or self._list is not None or any(self._look.look):
            raise Unfit("unclosed")
        return [one for one in self._passages if one.kind == "hr" or any(one.items)]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in (_BULLETS, _NUMBERS) and self._line is None and self._list is None:
            self._list = []
        elif self._line is None and tag == ("p" if self._list is None else "li"):
            self._line = []
        elif tag == "hr" and self._line is None and self._list is None:
            self._passages.append(Passage("hr"))
        elif self._line is None:
            raise Unfit(tag)
        elif tag == "br":
            self._line.append(replace(self._look, text="\n"))
        else:
            self._look = _looking(self._look, tag, dict(attrs))

    def handle_endtag(self, tag: str) -> None:
        if tag == "p" and self._line is not None and self._list is None:
            self._passages.append(Passage("p", (_tidy(self._line),)))
            self._line = None
        elif tag == "li" and self._line is not None and self._list is not None:
            self._list.append(_tidy(self._line))
            self._line = None
        elif tag in (_BULLETS, _NUMBERS) and self._list is not None and self._line is None:
            self._passages.append(Passage(tag, tuple(self._list)))
            self._list = None
        elif tag in ("b", "strong"):
            self._look = replace(self._look, bold=False)
        elif tag in ("i", "em"):
            self._look = replace(self._look, italic=False)
        elif tag == "a":
            self._look = replace(self._look, href="")
        elif tag not in ("hr", "br"):
            raise Unfit(tag)

    def handle_data(self, data: str) -> None:
        if self._line is not None:
            self._line.append(replace(self._look, text=_BLANKS.sub(" ", data)))
        elif data.strip():
            raise Unfit("words beside passages")

    def unknown_decl(self, data: str) -> None:
        raise Unfit("declaration")

    def handle_comment(self, data: str) -> None:
        raise Unfit("comment")


def _looking(look: Span, tag: str, attrs: dict[str, str | None]) -> Span:
    if tag in ("b", "strong") and not look.bold:
        return replace(look, bold=True)
    if tag in ("i", "em") and not look.italic:
        return replace(look, italic=True)
    if tag == "a" and not look.href:
        kind, number = attrs.get("linktype"), attrs.get("id")
        href = f"{kind}:{number}" if kind else attrs.get("href") or ""
        if re.fullmatch(_TARGET, href):
            return replace(look, href=href)
    raise Unfit(tag)


def _tidy(spans: Iterable[Span]) -> Line:
    """Words of one look together, no blanks at either end of a line, and none inside the marks of bold or italic words."""
    loose: list[Span] = []
    for span in spans:
        for word in re.findall(r"\n|[^\n]+", span.text):
            loose += _apart(replace(span, text=word))
    together: list[Span] = []
    for span in loose:
        if span.text == " " and (not together or together[-1].text.endswith(("\n", " "))):
            continue
        if span.text == "\n":
            while together and together[-1].text.endswith(" "):
                together = _shorter(together)
        if together and together[-1].look == span.look:
            together[-1] = replace(together[-1], text=together[-1].text + span.text)
        else:
            together.append(span)
    while together and together[-1].text.endswith((" ", "\n")):
        together = _shorter(together)
    while together and together[0].text.startswith("\n"):
        first = replace(together[0], text=together[0].text[1:])
        together = [first, *together[1:]] if first.text else together[1:]
    return tuple(together)


def _apart(span: Span) -> list[Span]:
    # A line break and the blanks around words look like nothing.
    if span.text == "\n":
        return [Span("\n")]
    bare = span.text.strip(" ")
    before = [Span(" ")] if span.text.startswith(" ") else []
    after = [Span(" ")] if bare and span.text.endswith(" ") else []
    return [*before, *([replace(span, text=bare)] if bare else []), *after]


def _shorter(spans: list[Span]) -> list[Span]:
    last = replace(spans[-1], text=spans[-1].text[:-1])
    return [*spans[:-1], last] if last.text else spans[:-1]


def _spans(text: str, look: Span = Span("")) -> list[Span]:
    found, at = [], 0
    for match in _INLINE.finditer(text):
        found.append(replace(look, text=text[at : match.start()]))
        if match["sign"]:
            found.append(replace(look, text=match["sign"]))
        elif match["href"]:
            found += _spans(match["label"], replace(look, href=match["href"]))
        else:
            stars = len(match["stars"])
            found += _spans(
                match["inner"], replace(look, bold=look.bold or stars > 1, italic=look.italic or stars != 2)
            )
        at = match.end()
    found.append(replace(look, text=text[at:]))
    return [replace(one, text=re.sub(r"[ \t\r\f]+", " ", one.text)) for one in found if one.text]


def _typed(passage: Passage) -> str:
    if passage.kind == "hr":
        return "---"
    lines = ["".join(_typed_span(span) for span in item) for item in passage.items]
    if passage.kind == "p":
        # As it begins, it would be something else.
        return _NUMBERED.sub(r"\1\.", lines[0], count=1) if _NUMBERED.match(lines[0]) else _unmarked(lines[0])
    if any("\n" in line or not line for line in lines):
        raise Unfit("list")
    marks: Sequence[str] = (
        ["-"] * len(lines) if passage.kind == _BULLETS else [f"{n}." for n in range(1, len(lines) + 1)]
    )
    return "\n".join(f"{mark} {line}" for mark, line in zip(marks, lines, strict=True))


def _unmarked(line: str) -> str:
    return f"\\{line}" if _FIRST.match(line) else line


def _typed_span(span: Span) -> str:
    text = re.sub(rf"\\(?=[{_SIGNS}]|$)", r"\\\\", span.text)
    text = re.sub(r"\*", r"\\*", text)
    text = re.sub(r"\[(?=[^\[\]\n]+\]\()", r"\\[", text)
    stars = "*" * (2 * span.bold + span.italic)
    text = f"{stars}{text}{stars}"
    return f"[{text}]({span.href})" if span.href else text


def _html(passage: Passage) -> str:
    if passage.kind == "hr":
        return "<hr/>"
    items = ["".join(_html_span(span) for span in item) for item in passage.items]
    if passage.kind == "p":
        return f"<p>{items[0]}</p>"
    return f"<{passage.kind}>{''.join(f'<li>{item}</li>' for item in items)}</{passage.kind}>"


def _html_span(span: Span) -> str:
    text = "<br/>".join(escape(line, quote=False) for line in span.text.split("\n"))
    text = f"<i>{text}</i>" if span.italic else text
    text = f"<b>{text}</b>" if span.bold else text
    if not span.href:
        return text
    kind, _colon, number = span.href.partition(":")
    if kind in ("page", "document"):
        return f'<a linktype="{kind}" id="{number}">{text}</a>'
    return f'<a href="{escape(span.href)}">{text}</a>'

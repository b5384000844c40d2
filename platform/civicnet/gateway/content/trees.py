"""Trees of rich text: known nodes only, made from the stored source."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from html.parser import HTMLParser
from typing import Any

Node = dict[str, Any]
Resolve = Callable[[Mapping[str, str | None]], Node | None]

_BLOCKS: Mapping[str, Node] = {
    "p": {"type": "paragraph"},
    **{f"h{level}": {"type": "heading", "level": level} for level in range(1, 7)},
    "ul": {"type": "list", "ordered": False},
    "ol": {"type": "list", "ordered": True},
    "li": {"type": "item"},
    "blockquote": {"type": "quote"},
}
_MARKS: Mapping[str, str] = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "code": "code",
    "sup": "superscript",
    "sub": "subscript",
    "del": "strikethrough",
    "s": "strikethrough",
}
_ALONE: Mapping[str, Node] = {"br": {"type": "break"}, "hr": {"type": "rule"}}
_LISTS = frozenset({"ul", "ol"})
# Deeper than any editor goes; what is nested deeper stays as text.
_DEEPEST = 32
# What stands in them is no text for people.
_UNSAID = frozenset({"script", "style", "template", "noscript"})


def tree_of(source: str, *, link: Resolve, embed: Resolve) -> list[Node]:
    """The nodes of a stored text. Unknown tags are left out, and what stands in them is not.

    ``link`` and ``embed`` say what a tag with these attributes becomes; None leaves it out, and a link's words stay.
    """
    parser = _Parser(link, embed)
    parser.feed(source)
    parser.close()
    return parser.root


class _Parser(HTMLParser):
    def __init__(self, link: Resolve, embed: Resolve) -> None:
        super().__init__(convert_charrefs=True)
        self.root: list[Node] = []
        self._link, self._embed = link, embed
        # Open tags, each with where its children go and which marks their text has.
        self._open: list[tuple[str, list[Node], tuple[str, ...]]] = []
        self._unsaid = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        children, marks = self._here()
        if tag in _UNSAID:
            self._unsaid += 1
        elif tag in _ALONE:
            children.append(dict(_ALONE[tag]))
            return
        elif tag == "embed":
            if node := self._embed(dict(attrs)):
                children.append(node)
            return
        elif tag in _MARKS:
            marks = (*marks, _MARKS[tag]) if _MARKS[tag] not in marks else marks
        elif len(self._open) < _DEEPEST and (node := self._node(tag, dict(attrs))):
            children.append(node)
            children = node["children"] = []
        self._open.append((tag, children, marks))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in _ALONE and tag != "embed":
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        if not any(name == tag for name, _children, _marks in self._open):
            return
        while self._open:
            name = self._open.pop()[0]
            self._unsaid -= name in _UNSAID
            if name == tag:
                return

    def handle_data(self, data: str) -> None:
        children, marks = self._here()
        # Space between blocks says nothing.
        between = not self._open or self._open[-1][0] in _LISTS
        if self._unsaid or (between and not data.strip()):
            return
        node = {"type": "text", "text": data} | ({"marks": list(marks)} if marks else {})
        last = children[-1] if children else {}
        if last.get("type") == "text" and last.get("marks") == node.get("marks"):
            last["text"] += data
        else:
            children.append(node)

    def _node(self, tag: str, attributes: Mapping[str, str | None]) -> Node | None:
        return self._link(attributes) if tag == "a" else dict(_BLOCKS.get(tag, {}))

    def _here(self) -> tuple[list[Node], tuple[str, ...]]:
        if not self._open:
            return self.root, ()
        _tag, children, marks = self._open[-1]
        return children, marks

"""The same facts, however they were asked for: what is compared before anything is timed."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from html import unescape
from typing import Any
from urllib.parse import urlsplit

# The rendition that every contestant shows, as Wagtail writes it.
FILTER = "fill-300x200"

Facts = list[dict[str, Any]]


class NotTheSame(Exception):
    """A contestant answered with other facts than ours; the message names the first difference."""


def of_graphql(answer: Any) -> Facts:
    """The facts of an answer in the shape of our own schema, or of one beside it with the same names.

    Raises:
        NotTheSame: it carries errors.
    """
    return [_facts(node, body=_text(node.get("bodyHtml"))) for node in _nodes(answer)]


def of_grapple(answer: Any) -> Facts:
    """The facts of an answer by grapple, whose bodies are lists of blocks.

    Raises:
        NotTheSame: it carries errors.
    """
    return [_facts(node, body=_blocks(node.get("body"))) for node in _nodes(answer)]


def of_rest(answer: Any) -> Facts:
    """The facts of an answer by Wagtail's REST API: a list of items, or one."""
    nodes = answer.get("items", [answer])
    return [
        _facts(node | {"publishedAt": node["meta"]["first_published_at"]}, body=_blocks(node.get("body")))
        for node in nodes
    ]


def same(ours: Facts, theirs: Facts, *, name: str) -> None:
    """Come back if both say the same.

    Raises:
        NotTheSame: they do not, or there is nothing to compare.
    """
    if not ours:
        raise NotTheSame("there is not one article")
    if len(ours) != len(theirs):
        raise NotTheSame(f"{name} shows {len(theirs)} articles, we {len(ours)}")
    for place, (mine, other) in enumerate(zip(ours, theirs, strict=True)):
        for fact, value in mine.items():
            if other.get(fact) != value:
                raise NotTheSame(f"{name}, article {place}, {fact}: {other.get(fact)!r}, ours {value!r}")


_READ: dict[str, Callable[[Any], Any]] = {
    "title": str,
    "summary": str,
    "publishedAt": lambda value: datetime.fromisoformat(value).astimezone(UTC),
    "column": lambda value: (value["slug"], value["title"]),
    "keywords": lambda value: value.split(",") if isinstance(value, str) else list(value),
}


def _nodes(answer: Any) -> list[dict[str, Any]]:
    # Of the one root field: a page's nodes, a list, or one alone.
    if answer.get("errors") or not answer.get("data"):
        raise NotTheSame(f"the answer carries errors: {str(answer)[:500]}")
    (found,) = answer["data"].values()
    nodes: list[dict[str, Any]] = found["nodes"] if "nodes" in found else found if isinstance(found, list) else [found]
    return nodes


def _facts(node: dict[str, Any], *, body: str | None) -> dict[str, Any]:
    facts = {name: read(node[name]) for name, read in _READ.items() if name in node}
    picture = node.get("rendition") or (node.get("image") or {}).get("rendition")
    if picture:
        # Some give the whole address, some the path: the file is the same.
        facts["picture"] = (urlsplit(picture["url"]).path, picture["width"], picture["height"])
    return facts | ({"body": body} if body is not None else {})


def _blocks(body: list[dict[str, Any]] | None) -> str | None:
    return None if body is None else _text("\n".join(block["value"] for block in body))


def _text(html: str | None) -> str | None:
    return None if html is None else re.sub(r"\s+", "", unescape(re.sub(r"<[^>]+>", "", html)))

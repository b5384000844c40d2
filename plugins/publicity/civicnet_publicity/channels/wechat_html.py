"""A body as WeChat takes it: its tags only, our pictures by their addresses there, and links to WeChat alone."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from bs4 import BeautifulSoup, Tag
from wagtail.whitelist import Whitelister, allow_without_attributes, attribute_rule

# Outside addresses are taken out there; articles of official accounts may be linked to.
_OWN_LINK = re.compile(r"https?://mp\.weixin\.qq\.com/[^\s]*")
_BARE = (
    "b", "blockquote", "br", "div", "em", "figcaption", "figure", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "i", "li", "ol",
    "p", "section", "span", "strong", "sub", "sup", "table", "tbody", "thead", "tr", "ul",
)  # fmt: skip
# With them goes what they hold, which is no text for readers.
_DROPPED = ("script", "style", "iframe", "object", "form", "svg", "template", "noscript")
_CELL = attribute_rule({"colspan": True, "rowspan": True})


class _ForWechat(Whitelister):
    element_rules = {
        "[document]": allow_without_attributes,
        **dict.fromkeys(_BARE, allow_without_attributes),
        "td": _CELL,
        "th": _CELL,
        "img": attribute_rule({"src": True, "alt": True}),
        "a": attribute_rule({"href": lambda href: href if _OWN_LINK.fullmatch(href) else None}),
    }


def for_wechat(html: str, address_of: Callable[[str], str | None]) -> str:
    """The HTML of a draft. ``address_of`` gives a picture's address at WeChat by ours; one without is left out."""
    soup = BeautifulSoup(html, "html.parser")
    for tag in soup.find_all(list(_DROPPED)):
        tag.decompose()
    for tag in soup.find_all("img"):
        _point(tag, address_of)
    cleaned = BeautifulSoup(_ForWechat().clean(str(soup)), "html.parser")
    for link in cleaned.find_all("a", href=False):
        link.unwrap()
    return re.sub(r"\n\s*\n+", "\n", str(cleaned)).strip()


def _point(tag: Tag, address_of: Callable[[str], Any]) -> None:
    address = address_of(str(tag.get("src") or ""))
    if address is None:
        tag.decompose()
    else:
        tag["src"] = address

"""Meta tags: what a page says of itself to inspections and engines (网页标签规范 of 国办发〔2017〕47号)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from django.utils.translation import gettext as _

from civicnet_publicity.checks.findings import Finding, Severity
from civicnet_publicity.checks.known import Known
from civicnet_publicity.checks.parts import Parts

_COMMA = re.compile("[,，、;；]")
_PLACEHOLDER = re.compile(r"(?i)(?:标题|测试|无标题|未命名|新建.{0,6}|test|title|untitled|x{3,}|\d+)")
_TAG = re.compile(r"<[a-zA-Z/][^>]*>|&(?:nbsp|lt|gt|amp);")
MOST_KEYWORDS, LONGEST_KEYWORD = 10, 20


def meta(parts: Parts, known: Known) -> Iterator[Finding]:
    """ArticleTitle, Description and Keywords."""
    yield from _title(parts.text("title"))
    yield from _description(parts)
    yield from _keywords(parts.keywords)
    for piece in parts.pieces:
        if piece.field != "body" and (match := _TAG.search(piece.text)):
            said = _("Signs of HTML stand in a plain text: write it without them.")
            yield piece.finding("meta_html", Severity.WARNING, said, match.start(), match.end())


def _title(title: str) -> Iterator[Finding]:
    text = title.strip()
    if not text:
        yield Finding("meta_title_empty", Severity.BLOCKER, _("The article has no title."), "title")
    elif _PLACEHOLDER.fullmatch(text):
        said = _("The title is only a placeholder: write what the article is about.")
        yield Finding("meta_title_placeholder", Severity.WARNING, said, "title", end=len(title), excerpt=text)


def _description(parts: Parts) -> Iterator[Finding]:
    text, title = parts.description.strip(), parts.text("title").strip()
    if not text:
        said = _("Without a summary the page has an empty Description: say in a sentence or two what it is about.")
        yield Finding("meta_description_empty", Severity.WARNING, said, "summary")
    elif text == title:
        said = _("The summary only repeats the title.")
        yield Finding("meta_description_title", Severity.HINT, said, "summary", end=len(text))


def _keywords(keywords: str) -> Iterator[Finding]:
    words = [word.strip() for word in _COMMA.split(keywords) if word.strip()]
    if not words:
        said = _("Without keywords the page has an empty Keywords tag: write three to five words.")
        yield Finding("meta_keywords_empty", Severity.WARNING, said, "keywords")
    elif len(words) == 1 and " " in words[0]:
        said = _("Keywords are separated by commas.")
        yield Finding("meta_keywords_commas", Severity.HINT, said, "keywords", suggestion="，".join(words[0].split()))
    elif len(set(words)) < len(words):
        right = "，".join(dict.fromkeys(words))
        yield Finding(
            "meta_keywords_twice", Severity.HINT, _("A keyword stands there twice."), "keywords", suggestion=right
        )
    elif len(words) > MOST_KEYWORDS or max(map(len, words)) > LONGEST_KEYWORD:
        said = _("Too much for keywords: three to ten words, none longer than twenty signs.")
        yield Finding("meta_keywords_many", Severity.HINT, said, "keywords")

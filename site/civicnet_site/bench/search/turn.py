"""A process of its own on a database that it is given: ``fill``, or a contestant's turn. Tells as JSON what came of it."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import django

PAGE = 20
AT_ONCE = 500
# Words are drawn from so many of the articles, and each word is as likely as any other.
EXAMPLES, WORDS = 2000, 200


def main(deed: str, kind: str, count: str, path: str) -> dict[str, Any]:
    """``fill``, ``ours`` or ``stock``, on ``real`` texts or so many ``made`` ones."""
    django.setup()
    from civicnet_site.bench.search.texts import Texts

    texts = Texts(Path(path) if path else None)
    if deed == "fill":
        return _fill(texts, kind, int(count))
    told = _index(deed)
    if kind == "real":
        return told | _quality(texts, deed, int(count))
    return told | _speed(texts, deed, int(count))


def _fill(texts: Any, kind: str, count: int) -> dict[str, Any]:
    from django.core.management import call_command

    from civicnet.access.actors import SYSTEM
    from civicnet_publicity.models import ArticlePage, ColumnPage
    from civicnet_site.bench.pages import load_pages
    from civicnet_site.demo.publicity import set_up_sites

    call_command("migrate", verbosity=0)
    set_up_sites(actor=SYSTEM, port=8000)
    column = ColumnPage.objects.order_by("path").first()
    assert column is not None  # noqa: S101 — set_up_sites has just made the columns
    ArticlePage.objects.update(live=False)
    made = texts.made if kind == "made" else texts.real.__getitem__
    number = count if kind == "made" else len(texts.real)
    load_pages(number, column=column, texts=lambda one: made(one).as_article())
    return {"articles": number}


def _index(contestant: str) -> dict[str, Any]:
    from django.db import connection

    from civicnet_publicity.models import ArticlePage

    index = _backend(contestant).get_index_for_model(ArticlePage)
    index.reset()
    began, pages = time.monotonic(), ArticlePage.objects.live().order_by("pk")
    for start in range(0, pages.count(), AT_ONCE):
        index.add_items(ArticlePage, list(pages[start : start + AT_ONCE]))
    seconds = time.monotonic() - began
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE wagtailsearch_indexentry" if connection.vendor == "postgresql" else "ANALYZE")
        size = 0
        if connection.vendor == "postgresql":
            cursor.execute("SELECT pg_total_relation_size('wagtailsearch_indexentry')")
            size = cursor.fetchone()[0]
    return {"index_seconds": round(seconds, 1), "index_megabytes": round(size / 1e6)}


def _quality(texts: Any, contestant: str, count: int) -> dict[str, Any]:
    from civicnet.search.text import plain
    from civicnet_publicity.models import ArticlePage
    from civicnet_site.bench.search.texts import words_of_texts

    pks = list(ArticlePage.objects.live().order_by("pk").values_list("pk", flat=True))
    wholes = dict(zip(pks, (plain(text.whole) for text in texts.real), strict=True))
    keys, recalls, precisions, two = _keys(contestant), [], [], []
    for word in words_of_texts(texts.real, count):
        there, found = {pk for pk, whole in wholes.items() if word in whole}, set(keys(word))
        recalls.append(len(there & found) / len(there))
        if len(word) == 2:
            two.append(recalls[-1])
        if found:
            precisions.append(len(there & found) / len(found))
    return {"recall": _mean(recalls), "recall_of_two_signs": _mean(two), "precision": _mean(precisions)}


def _speed(texts: Any, contestant: str, count: int) -> dict[str, Any]:
    from civicnet_site.bench.search.texts import words_of_texts

    read, times = _reader(contestant), []
    made = [texts.made(number) for number in range(0, count, max(count // EXAMPLES, 1))]
    for word in ("公告", *words_of_texts(made, WORDS)):
        # What is read for the first time comes from the disk; a site's index is in memory.
        read(word)
        began = time.perf_counter()
        read(word)
        times.append((time.perf_counter() - began) * 1000)
    times.sort()
    return {"p50": round(times[len(times) // 2], 1), "p95": round(times[int(len(times) * 0.95)], 1)}


def _keys(contestant: str) -> Callable[[str], Sequence[int]]:
    from civicnet.contract import ANONYMOUS
    from civicnet.search.words import words_in
    from civicnet_publicity.models import ArticlePage
    from civicnet_publicity.selectors import found_articles

    if contestant == "ours":
        return lambda word: [row["id"] for row in found_articles(ANONYMOUS, words_in(word)).rows.values("id")]
    backend = _backend(contestant)
    return lambda word: [page.pk for page in backend.search(word, ArticlePage.objects.live(), operator="and")]


def _reader(contestant: str) -> Callable[[str], Any]:
    from civicnet.contract import ANONYMOUS
    from civicnet.gateway.search.highlights import highlights
    from civicnet.search.words import words_in
    from civicnet_publicity.models import ArticlePage
    from civicnet_publicity.selectors import found_articles
    from civicnet_publicity.selectors.articles import NEWEST

    def ours(query: str) -> None:
        words = words_in(query)
        found = found_articles(ANONYMOUS, words).rows.order_by("-score", *NEWEST)
        for row in found.values("id", "title", "summary", "body", "score")[:PAGE]:
            highlights({"title": row["title"], "summary": row["summary"]}, words)

    if contestant == "ours":
        return ours
    backend = _backend(contestant)
    return lambda word: list(backend.search(word, ArticlePage.objects.live(), operator="and")[:PAGE])


def _backend(contestant: str) -> Any:
    from modelsearch.backends import get_search_backend

    return get_search_backend("default" if contestant == "ours" else "wagtail.search.backends.database")


def _mean(values: Sequence[float]) -> float:
    return round(sum(values) / len(values), 4) if values else 0.0


if __name__ == "__main__":
    sys.stdout.write(json.dumps(main(*sys.argv[1:])))

"""Publicity's benchmark: checking a whole text of 10,000 characters by a dictionary of 10,000 words.

The rival asks of each word whether it is ``in`` the text, as one writes it without a library, and looks up where. Beside the
dictionary alone stands everything that is done at each check: reading the blocks, all kinds of checks, links and what the
database knows.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator
from statistics import median
from typing import Any

from civicnet_site.bench.harness import Figure

SIGNS, WORDS, PLANTED = 10_000, 10_000, 40
ROUNDS = 15
MOST_MS = 20.0
# So many characters of the common ones make the text: words of two to four of them are found in it by chance, too.
_HAN = [chr(code) for code in range(0x4E00, 0x4E00 + 3_000)]


def run() -> Iterator[Figure]:
    """Three figures. A time is better when it is smaller: ``ratio`` is ours over the rival's."""
    from civicnet_publicity.checks.dictionary import Dictionary, Entry
    from civicnet_publicity.checks.findings import Severity

    words = _words()
    text = _text(words)
    ready = Dictionary(Entry(word, "", "MISSPELT", Severity.WARNING, "") for word in words)
    found, looked_up = len(list(ready.hits(text))), len(_looked_up(words, text))
    if not PLANTED <= found <= looked_up:
        raise RuntimeError(f"the dictionary finds {found}, the rival {looked_up}")
    details = {"found": float(found), "found_by_rival": float(looked_up)}
    rival = _rounds(lambda: _looked_up(words, text))
    yield _figure("publicity.dictionary.vs_in_loop", _rounds(lambda: list(ready.hits(text))), rival, details)
    yield _figure("publicity.whole_check.vs_in_loop", _rounds(_whole_check(words, text)), rival, details)
    entries = ready.entries
    making = _rounds(lambda: Dictionary(entries), 5)
    yield _figure("publicity.making_the_automaton", making, None, {"words": float(WORDS)}, target=None)


def _words() -> list[str]:
    chance = random.Random(1)
    found: dict[str, None] = {}
    while len(found) < WORDS:
        found["".join(chance.choices(_HAN, k=chance.randint(2, 4)))] = None
    return list(found)


def _text(words: list[str]) -> str:
    chance = random.Random(2)
    parts: list[str] = []
    size = SIGNS // PLANTED
    for word in chance.sample(words, PLANTED):
        parts += ["".join(chance.choices(_HAN, k=size - len(word) - 1)), word, "。"]
    return "".join(parts)[:SIGNS]


def _looked_up(words: list[str], text: str) -> list[tuple[str, int]]:
    found = []
    for word in words:
        if word in text:
            at = text.find(word)
            while at >= 0:
                found.append((word, at))
                at = text.find(word, at + 1)
    return found


def _whole_check(words: list[str], text: str) -> Callable[[], Any]:
    """As the editor's hints do it, with the dictionary in the database and the automaton made before."""
    from civicnet_publicity.models import ArticlePage, ListedWord
    from civicnet_publicity.services import findings_on

    ListedWord.objects.all().delete()
    ListedWord.objects.bulk_create((ListedWord(wrong=word) for word in words), batch_size=500)
    paragraphs = [f"<p>{line}。</p>" for line in text.split("。") if line]
    article = ArticlePage(title="标题", summary="摘要", keywords="甲，乙")
    body: Any = ArticlePage._meta.get_field("body")
    article.body = body.stream_block.to_python([{"type": "paragraph", "value": "".join(paragraphs), "id": "b1"}])
    if len(findings_on(article)) < PLANTED:
        raise RuntimeError("the check does not find what was planted")
    return lambda: findings_on(article)


def _rounds(work: Callable[[], Any], rounds: int = ROUNDS) -> list[float]:
    work()
    times = []
    for _round in range(rounds):
        began = time.perf_counter()
        work()
        times.append((time.perf_counter() - began) * 1000)
    return times


def _figure(
    name: str,
    mine: list[float],
    theirs: list[float] | None,
    details: dict[str, float],
    *,
    target: float | None = MOST_MS,
) -> Figure:
    ratios = [one / other for one, other in zip(mine, theirs or [], strict=False)]
    return Figure(
        figure=name,
        unit="ms",
        ours=round(median(mine), 2),
        rival=round(median(theirs), 2) if theirs else None,
        ratio=round(median(ratios), 3) if ratios else None,
        spread=(round(min(ratios), 3), round(max(ratios), 3)) if ratios else None,
        target=target,
        met=None if target is None else median(mine) <= target,
        rounds=len(mine),
        details={**details, "p50": round(median(mine), 2), "worst": round(max(mine), 2)},
    )

"""Texts to search in: real ones where a file of them is given, and as many as one likes of their sentences."""

from __future__ import annotations

import gzip
import html
import json
import random
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import civicnet
from civicnet.search.text import is_unspaced, plain
from civicnet.search.words import cut

# About as long as an article of a town's site.
LENGTH = 900
_SENTENCE = re.compile(r"[^。；\n#*|]{8,120}[。；]")
_CATALOGUE = re.compile(r'^msgstr "(.{12,})"$', re.MULTILINE)


@dataclass(frozen=True)
class Text:
    """An article."""

    title: str
    paragraphs: Sequence[str]

    @property
    def whole(self) -> str:
        """What a reader sees of it."""
        return "\n".join([self.title, *self.paragraphs])

    def as_article(self) -> tuple[str, str, list[str]]:
        """Title, no summary, and paragraphs of HTML."""
        return self.title, "", [f"<p>{html.escape(one)}</p>" for one in self.paragraphs]


@dataclass(frozen=True)
class Texts:
    """Regulations of a file as the project's data are kept (one JSON object a line), or our own catalogues of sentences."""

    path: Path | None

    @cached_property
    def real(self) -> list[Text]:
        """The texts as they are; of catalogues, 500 that are made of their sentences."""
        if self.path is None:
            return [self.made(-1 - number) for number in range(500)]
        with gzip.open(self.path, "rt", encoding="utf-8") as lines:
            rows = [json.loads(line) for line in lines]
        return [
            Text(row["title"][:255], [one.strip() for one in row["body_markdown"].split("\n") if one.strip()])
            for row in rows
        ]

    @cached_property
    def sentences(self) -> list[str]:
        """All different sentences."""
        if self.path is not None:
            found = [one for text in self.real for part in text.paragraphs for one in _SENTENCE.findall(part)]
        else:
            catalogues = sorted(Path(civicnet.__file__).parents[2].glob("**/zh_Hans/LC_MESSAGES/django.po"))
            found = [one for path in catalogues for one in _CATALOGUE.findall(path.read_text(encoding="utf-8"))]
        return sorted(set(found))

    def made(self, number: int) -> Text:
        """An article of sentences; the same number is always the same article."""
        chosen = random.Random(number)
        title = re.split("[，、；。]", chosen.choice(self.sentences))[0][:40]
        paragraphs: list[str] = []
        length = 0
        while length < LENGTH:
            paragraph = "".join(chosen.choice(self.sentences) for _sentence in range(3))
            paragraphs.append(paragraph)
            length += len(paragraph)
        return Text(f"{title}（{number}）", paragraphs)


def words_of_texts(texts: Sequence[Text], count: int) -> list[str]:
    """So many different Chinese words of two signs and more, each as likely as any other that the texts hold."""
    found = {word for text in texts for word in cut(plain(text.whole)) if len(word) > 1 and is_unspaced(word)}
    return random.Random(2024).sample(sorted(found), min(count, len(found)))

"""Findings: what is wrong, how bad it is, where it stands, and what to write instead."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _


class Severity(models.TextChoices):
    """A blocker stops review and publication, a warning should be looked at, a hint may be."""

    BLOCKER = "BLOCKER", _("must be changed")
    WARNING = "WARNING", _("should be looked at")
    HINT = "HINT", _("could be better")

    @property
    def rank(self) -> int:
        """The worst first."""
        return list(Severity).index(self)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing. ``field`` is the name in the article's form; of a body, ``block`` is the block's id and ``number`` its place.

    ``start`` and ``end`` count characters of the text that the field or block shows. ``excerpt`` holds no personal value in
    full: it is kept, and what is kept in a record is never erased.
    """

    code: str
    severity: Severity
    sentence: str
    field: str
    block: str = ""
    number: int = -1
    start: int = 0
    end: int = 0
    excerpt: str = ""
    suggestion: str = ""

    @property
    def key(self) -> str:
        """By which the same finding is known again in the same text; it holds nothing of the text."""
        return f"{self.code}:{self.field}:{self.number}:{self.start}:{self.end}"

    @property
    def is_blocker(self) -> bool:
        """Whether it stops the article."""
        return self.severity is Severity.BLOCKER

    def told(self) -> dict[str, Any]:
        """As screens and programs are told."""
        return {
            "code": self.code,
            "severity": self.severity.value,
            "label": str(self.severity.label),
            "sentence": self.sentence,
            "field": self.field,
            "block": self.block,
            "start": self.start,
            "end": self.end,
            "excerpt": self.excerpt,
            "suggestion": self.suggestion,
        }

    def kept(self) -> dict[str, str]:
        """As a record keeps it."""
        return {"key": self.key, "code": self.code, "excerpt": self.excerpt}

"""The rule by which disclosed documents are numbered, as data."""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class IndexNumberRule:
    """How an index number is written. ``pattern`` has the groups issuer, year and serial."""

    source: str
    length: int
    issuer: str
    pattern: str
    template: str

    def fits(self, number: str) -> bool:
        """Whether a number is written as the rule says."""
        return len(number) == self.length and re.fullmatch(self.pattern, number) is not None

    def write(self, *, issuer: str, year: int, serial: int) -> str:
        """The number of a document."""
        return self.template.format(issuer=issuer, year=year, serial=serial)

    def serial(self, number: str) -> int:
        """The serial part of a number that fits."""
        match = re.fullmatch(self.pattern, number)
        return int(match["serial"]) if match else 0


RULE = IndexNumberRule(
    source="政府公开信息核心元数据: 20 characters, code of the issuing body (9) / year - serial of five digits",
    length=20,
    issuer=r"[0-9A-Z]{9}",
    pattern=r"(?P<issuer>[0-9A-Z]{9})/(?P<year>\d{4})-(?P<serial>\d{5})",
    template="{issuer}/{year}-{serial:05d}",
)

"""Allowing: ``# lint: allow CN101 because …`` beside a line, or alone above it; the reason is part of it."""

from __future__ import annotations

import io
import re
import tokenize
from dataclasses import dataclass

_ALLOW = re.compile(r"#\s*lint:\s*allow\b\s*(?P<codes>CN\d{3}(?:\s*,\s*CN\d{3})*)?(?:\s+because\s+(?P<reason>\S.*))?")


@dataclass(frozen=True, slots=True)
class Allowance:
    """One comment: the line it is about, what it allows there, and why."""

    line: int
    codes: frozenset[str]
    reason: str


def allowances(text: str) -> list[Allowance]:
    """All such comments of a module that can be parsed."""
    found: list[Allowance] = []
    alone: list[re.Match[str]] = []
    line_with_code = 0
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type == tokenize.COMMENT:
            if match := _ALLOW.match(token.string):
                if line_with_code == token.start[0]:
                    found.append(_allowance(match, line_with_code))
                else:
                    alone.append(match)
        elif token.type not in (tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT):
            line_with_code = token.start[0]
            found += [_allowance(match, line_with_code) for match in alone]
            alone.clear()
    return found


def _allowance(match: re.Match[str], line: int) -> Allowance:
    codes = re.findall(r"CN\d{3}", match["codes"] or "")
    return Allowance(line, frozenset(codes), (match["reason"] or "").strip())

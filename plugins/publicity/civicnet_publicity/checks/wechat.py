"""What the draft interface of WeChat takes (draft/add): beyond it, an article does not go to the account as it is."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from civicnet_publicity.checks.findings import Finding, Severity
from civicnet_publicity.checks.known import Known
from civicnet_publicity.checks.parts import Parts

LONGEST = {"title": 32, "author": 16, "summary": 128}
MOST_SIGNS, MOST_BYTES = 20_000, 1024 * 1024


def wechat(parts: Parts, known: Known) -> Iterator[Finding]:
    """Lengths, and the cover that every article there has."""
    for field, most in LONGEST.items():
        text = parts.text(field)
        if len(text) > most:
            said = _("WeChat takes %(most)d signs here; these are %(count)d.") % {"most": most, "count": len(text)}
            yield Finding(f"wechat_{field}", Severity.HINT, said, field, start=most, end=len(text))
    if parts.size >= MOST_SIGNS or parts.bytes >= MOST_BYTES:
        said = _(
            "WeChat takes fewer than 20,000 signs of text with its tags, and less than 1 MB; these are %(count)d signs."
        )
        yield Finding("wechat_body", Severity.HINT, said % {"count": parts.size}, "body")
    if not parts.has_cover:
        said = _("WeChat asks for a cover: choose a picture for the article.")
        yield Finding("wechat_cover", Severity.HINT, said, "image")

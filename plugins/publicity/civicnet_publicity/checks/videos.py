"""Videos without a text for those who do not hear or see them (WCAG 2.2, 1.2.1 and 1.2.3)."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from civicnet_publicity.checks.findings import Finding, Severity
from civicnet_publicity.checks.known import Known
from civicnet_publicity.checks.parts import Parts


def videos(parts: Parts, known: Known) -> Iterator[Finding]:
    """One finding for each."""
    for block, number in parts.silent:
        said = _("The video has no text: write what is said and shown in it.")
        yield Finding("video_silent", Severity.WARNING, said, "body", block, number)

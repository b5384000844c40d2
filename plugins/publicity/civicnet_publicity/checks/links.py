"""Links of the body: to pages and files of ours, known at once, and to other sites, as they last answered."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from civicnet_publicity.checks.findings import Finding, Severity
from civicnet_publicity.checks.known import Known
from civicnet_publicity.checks.parts import Link, Parts


def links(parts: Parts, known: Known) -> Iterator[Finding]:
    """Those that lead nowhere."""
    for at, link in enumerate(parts.links):
        target = (link.kind, link.to)
        if not link.to:
            yield _finding(at, link, "link_empty", Severity.BLOCKER, _("This link leads nowhere: give it an address."))
        elif target in known.gone:
            said = _("What this link leads to is gone: choose another page or file, or take the link away.")
            yield _finding(at, link, "link_gone", Severity.BLOCKER, said)
        elif target in known.unpublished:
            said = _(
                "This link leads to a page that readers cannot see: publish that page first, or take the link away."
            )
            yield _finding(at, link, "link_unpublished", Severity.BLOCKER, said)
        elif link.kind == "external" and link.to in known.dead:
            said = _("This address did not answer: %(reason)s Look whether it is right.") % {
                "reason": known.dead[link.to]
            }
            yield _finding(at, link, "link_dead", Severity.WARNING, said)


def _finding(at: int, link: Link, code: str, severity: Severity, said: str) -> Finding:
    # Links have no place in the text of their own: their number tells one from the next.
    shown = link.text or link.to
    return Finding(code, severity, said, "body", link.block, link.number, at, at, excerpt=shown[:80])

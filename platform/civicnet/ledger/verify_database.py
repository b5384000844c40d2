"""Verifying the ledger where it is kept, while it grows."""

from __future__ import annotations

import time
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured
from django.utils import timezone

from civicnet.cipher.ring import audit_keys
from civicnet.ledger import witness
from civicnet.ledger.content import moment
from civicnet.ledger.findings import Finding, Report
from civicnet.ledger.sources import stored_records, stored_seals
from civicnet.ledger.testimony import Testimony
from civicnet.ledger.verify import verify

# Between a commit and its line lies one write to a file.
SECOND_LOOK = 1.0


def known_keys() -> dict[str, bytes]:
    """The keys of the ring; none where none are set."""
    try:
        return audit_keys()
    except ImproperlyConfigured:
        return {}


def verify_database(*, folder: Path | None = None) -> Report:
    """Verify all records and seals in the database against each other and against the witness, if one is kept."""
    home = folder or witness.folder()
    keys = known_keys()
    testimony = Testimony(home, keys=keys, until=moment(timezone.now())) if home else None
    report = verify(seals=stored_seals(), records=stored_records(), testimony=testimony)
    late = [one for one in report.findings if one.code in ("unwitnessed", "seal_unwitnessed")]
    if testimony and late:
        time.sleep(SECOND_LOOK)
        for finding in late:
            if _is_said(finding, testimony):
                report.take_back(finding)
    return report


def _is_said(finding: Finding, testimony: Testimony) -> bool:
    aside = Report()
    if finding.chain:
        said = [line.position for line in testimony.of_chain(finding.chain, aside)]
        return bool(said) and said[-1] >= (finding.position or 0)
    return any(line.position == finding.position for line in testimony.of_seals(aside))

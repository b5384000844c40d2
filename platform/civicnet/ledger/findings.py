"""What a verification says: each finding with its code, its chain and its place, and the verdict over all."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

# More than anybody reads; the rest is counted.
MOST_FINDINGS = 1_000

SENTENCES: dict[str, Any] = {
    "altered": gettext_lazy("The record does not say any more what was written."),
    "missing": gettext_lazy("Records before this one are gone."),
    "doubled": gettext_lazy("A record stands where another one is already."),
    "reordered": gettext_lazy("The record stands later than it was written."),
    "inserted": gettext_lazy("A record without a chain was put in after the chains had begun."),
    "cut": gettext_lazy("The chain once went on beyond its last record."),
    "chain_missing": gettext_lazy("The whole chain is gone."),
    "rewritten": gettext_lazy("The chain was written anew: witness or seal know another record here."),
    "unwitnessed": gettext_lazy("From here on no witness knows the records: they were put in, or the witness was cut."),
    "seal_altered": gettext_lazy("The seal does not say any more what was sealed."),
    "seal_missing": gettext_lazy("The seal is gone."),
    "seal_rewritten": gettext_lazy("The seal was made anew: the witness knows another one."),
    "seal_unwitnessed": gettext_lazy("No witness knows the seal: it was put in, or the witness was cut."),
    "checkpoint_altered": gettext_lazy("A line of the witness was altered, or its key is not in the ring."),
    "checkpoint_missing": gettext_lazy("Lines of the witness are gone."),
    "file_cut": gettext_lazy("The file is not whole."),
    "file_altered": gettext_lazy("The end of the file does not belong to it."),
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is not as it was. For seals and lines of the witness ``position`` is their number."""

    code: str
    chain: str = ""
    position: int | None = None

    @property
    def sentence(self) -> str:
        """What it means."""
        return str(SENTENCES[self.code])


@dataclass(slots=True)
class Report:
    """What was looked at, and what was found."""

    records: int = 0
    before_chain: int = 0
    # How often somebody has vouched for records or seals that no witness knew.
    acknowledged: int = 0
    chains: int = 0
    seals: int = 0
    # Whether lines of the witness were there to compare with, and whether their keys were.
    witness: bool = False
    keys: bool = False
    findings: list[Finding] = field(default_factory=list)
    found: int = 0

    @property
    def is_sound(self) -> bool:
        """Whether nothing was found."""
        return not self.found

    def add(self, code: str, chain: str = "", position: int | None = None) -> None:
        """Count a finding, and keep it while there is room."""
        self.found += 1
        if len(self.findings) < MOST_FINDINGS:
            self.findings.append(Finding(code, chain, position))

    def take_back(self, finding: Finding) -> None:
        """Forget a finding that a second look has explained."""
        self.findings.remove(finding)
        self.found -= 1

    def verdict(self) -> str:
        """One sentence."""
        facts = {"records": self.records, "chains": self.chains, "seals": self.seals, "found": self.found}
        if self.found:
            return (
                ngettext(
                    "%(found)s thing is not as written, in %(records)s records, %(chains)s chains and %(seals)s seals.",
                    "%(found)s things are not as written, in %(records)s records, %(chains)s chains and %(seals)s seals.",
                    self.found,
                )
                % facts
            )
        return (
            _("Nothing was altered: %(records)s records in %(chains)s chains and %(seals)s seals fit together.") % facts
        )

    def remarks(self) -> list[str]:
        """What the reader must know about how far the verdict reaches."""
        found = []
        if self.before_chain:
            count = {"count": self.before_chain}
            found.append(_("%(count)s records are from before the chain; for them nothing can be said.") % count)
        if self.acknowledged:
            count = {"count": self.acknowledged}
            found.append(_("Believed because somebody acknowledged it by hand: %(count)s times.") % count)
        if not self.witness:
            found.append(_("No witness was compared: records cut off the end and rewritten chains cannot be seen."))
        elif not self.keys:
            found.append(_("The keys were not here: the lines of the witness were believed as they stand."))
        return found

    def as_json(self) -> dict[str, Any]:
        """For programs."""
        facts = {
            name: getattr(self, name)
            for name in ("records", "before_chain", "acknowledged", "chains", "seals", "witness", "keys", "found")
        }
        return {"sound": self.is_sound, **facts, "findings": [asdict(one) for one in self.findings]}

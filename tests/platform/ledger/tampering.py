"""What somebody with the database, but without the keys, can do to a ledger: on plain rows, before the same verifier."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from random import Random
from typing import Any

from civicnet.ledger.content import digest_of
from civicnet.ledger.seals import seal_digest

Rows = list[dict[str, Any]]
EDITS: dict[str, Callable[[Any], Any]] = {
    "at": lambda old: old.replace("20", "19", 1),
    "origin": lambda old: old + "x",
    "actor_kind": lambda old: old + "x",
    "actor_id": lambda old: old + "1",
    "actor_label": lambda old: "演示他人",
    "action": lambda old: "plugins.disable",
    "object_type": lambda old: old + "x",
    "object_id": lambda old: old + "7",
    "object_label": lambda old: old + " ",
    "before": lambda old: {**old, "count": -1},
    "after": lambda old: {},
    "reason": lambda old: "",
    "digest": lambda old: old[::-1],
}


class Ledger:
    """Seals and records as somebody may leave them."""

    def __init__(self, seals: Rows, records: Rows) -> None:
        self.seals = deepcopy(seals)
        self.records = deepcopy(records)

    def chain(self, random: Random) -> Rows:
        """One chain's records."""
        chain = random.choice(sorted({row["chain"] for row in self.records}))
        return [row for row in self.records if row["chain"] == chain]

    def link(self, rows: Rows) -> None:
        """Number a chain's records and compute all their digests again."""
        previous = ""
        for position, row in enumerate(rows, start=1):
            row["position"] = position
            row["digest"] = previous = digest_of(row, previous)

    def seal_again(self) -> None:
        """Compute all seals again over what is there now."""
        rows = {(row["chain"], row["position"]): row["digest"] for row in self.records}
        last = {row["chain"]: row["position"] for row in self.records}
        previous, records, sealed = "", 0, dict.fromkeys(last, 0)
        for seal in self.seals:
            heads = {chain: min(head[0], last[chain]) for chain, head in seal["heads"].items() if chain in last}
            heads = {chain: position for chain, position in heads.items() if position > sealed[chain]}
            records += sum(position - sealed[chain] for chain, position in heads.items())
            sealed |= heads
            seal["heads"] = {chain: [position, rows[chain, position]] for chain, position in heads.items()}
            seal["records"], seal["previous"] = records, previous
            seal["digest"] = previous = seal_digest(seal)


def edit(ledger: Ledger, random: Random) -> None:
    """One field of one record says something else."""
    row, name = random.choice(ledger.records), random.choice(sorted(EDITS))
    row[name] = EDITS[name](row[name])


def edit_and_digest(ledger: Ledger, random: Random) -> None:
    """As above, and the record's own digest is computed again."""
    rows = ledger.chain(random)
    at = random.randrange(len(rows))
    rows[at]["reason"] += "!"
    rows[at]["digest"] = digest_of(rows[at], rows[at - 1]["digest"] if at else "")


def remove(ledger: Ledger, random: Random) -> None:
    """One record is gone."""
    ledger.records.remove(random.choice(ledger.records))


def remove_and_close_up(ledger: Ledger, random: Random) -> None:
    """One record is gone, and those after it are numbered anew."""
    rows = ledger.chain(random)
    gone = rows.pop(random.randrange(len(rows) - 1))
    ledger.records.remove(gone)
    for position, row in enumerate(rows, start=1):
        row["position"] = position


def insert(ledger: Ledger, random: Random) -> None:
    """A record is put at the end of a chain, rightly linked."""
    rows = ledger.chain(random)
    forged = deepcopy(rows[-1]) | {"id": 10_000, "position": rows[-1]["position"] + 1, "reason": "forged"}
    forged["digest"] = digest_of(forged, rows[-1]["digest"])
    ledger.records.insert(ledger.records.index(rows[-1]) + 1, forged)


def insert_chain(ledger: Ledger, random: Random) -> None:
    """A chain of one forged record."""
    forged = deepcopy(random.choice(ledger.records)) | {"id": 10_000, "position": 1, "chain": "f" * 32}
    forged["digest"] = digest_of(forged, "")
    ledger.records.append(forged)


def insert_unchained(ledger: Ledger, random: Random) -> None:
    """A forged record that claims to be from before the chains."""
    forged = deepcopy(random.choice(ledger.records)) | {"id": 10_000, "position": None, "chain": "", "digest": ""}
    ledger.records.insert(0, forged)


def swap_contents(ledger: Ledger, random: Random) -> None:
    """Two records change their places."""
    one, other = random.sample(ledger.chain(random), 2)
    for name in set(one) - {"id", "chain", "position"}:
        one[name], other[name] = other[name], one[name]


def swap_ids(ledger: Ledger, random: Random) -> None:
    """Two records are shown in the other order."""
    one, other = random.sample(ledger.chain(random), 2)
    one["id"], other["id"] = other["id"], one["id"]


def cut_tail(ledger: Ledger, random: Random) -> None:
    """The last records of a chain are gone."""
    rows = ledger.chain(random)
    for row in rows[-random.randint(1, len(rows) - 1) :]:
        ledger.records.remove(row)


def cut_tail_and_seals(ledger: Ledger, random: Random) -> None:
    """The last records of a chain are gone, and all seals are made anew."""
    cut_tail(ledger, random)
    ledger.seal_again()


def remove_chain(ledger: Ledger, random: Random) -> None:
    """A whole chain is gone, and all seals are made anew."""
    for row in ledger.chain(random):
        ledger.records.remove(row)
    ledger.seal_again()


def rewrite(ledger: Ledger, random: Random) -> None:
    """A record says something else, and the chain and all seals are computed again."""
    rows = ledger.chain(random)
    random.choice(rows)["reason"] = "nothing happened"
    ledger.link(rows)
    ledger.seal_again()


def rewrite_shorter(ledger: Ledger, random: Random) -> None:
    """A record is gone, and the chain and all seals are computed again."""
    rows = ledger.chain(random)
    ledger.records.remove(rows.pop(random.randrange(len(rows))))
    ledger.link(rows)
    ledger.seal_again()


def edit_seal(ledger: Ledger, random: Random) -> None:
    """A seal counts otherwise."""
    random.choice(ledger.seals)["records"] += random.choice((-1, 1))


def remove_seal(ledger: Ledger, random: Random) -> None:
    """A seal is gone, perhaps the last."""
    ledger.seals.pop(random.randrange(len(ledger.seals)))


WAYS = (
    edit,
    edit_and_digest,
    remove,
    remove_and_close_up,
    insert,
    insert_chain,
    insert_unchained,
    swap_contents,
    swap_ids,
    cut_tail,
    cut_tail_and_seals,
    remove_chain,
    rewrite,
    rewrite_shorter,
    edit_seal,
    remove_seal,
)

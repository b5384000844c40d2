"""What the audit's benchmark works on: a long ledger, people who write their own names, and a category of requests."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from itertools import count

from django.utils import timezone

from civicnet.access.actors import SYSTEM, staff_actor
from civicnet.access.models import User
from civicnet.access.people import rename_person
from civicnet.ledger import witness
from civicnet.ledger.content import digest_of, moment
from civicnet.ledger.models import AuditRecord
from civicnet.ledger.seals import seal
from civicnet.lifecycle.activation import enable_plugin
from civicnet.lifecycle.registry import registry
from civicnet.lifecycle.snapshot import read
from civicnet_hotline.models import Category, Source
from civicnet_hotline.services import Place, submit_case

_AT_ONCE = 500
_COMMIT = 50


def load_records(least: int) -> None:
    """Bring the ledger up to this many records, in chains of eight writers, witnessed and sealed as the writers would."""
    missing = least - AuditRecord.objects.count()
    for writer in range(8 if missing > 0 else 0):
        _chain(-(-missing // 8), str(writer))
    seal(actor=SYSTEM)


def load_people(number: int) -> None:
    """People who change nothing but their own names; all plugins on; a category for requests."""
    for slug in registry.manifests:
        if not read(None).is_on(slug):
            enable_plugin(slug=slug, actor=SYSTEM, reason="benchmark")
    for one in range(number):
        User.objects.get_or_create(username=f"bench-{one}", defaults={"full_name": "演示基准"})
    Category.objects.get_or_create(
        code="bench", defaults={"name": "基准测试", "group": Category._meta.get_field("group").choices[0][0]}
    )


def renaming(number: int) -> Callable[[], None]:
    """One person writes their own name anew, over and over."""
    person = User.objects.get(username=f"bench-{number}")
    actor, names = staff_actor(person), count()

    def rename() -> None:
        rename_person(person=person, full_name=f"演示基准{next(names)}", actor=actor)

    return rename


def submitting() -> Callable[[], None]:
    """A resident submits a request by the website's form."""
    numbers = count()

    def submit() -> None:
        submit_case(
            actor=SYSTEM,
            source=Source.WEB,
            category="bench",
            description=f"基准测试诉求第{next(numbers)}件，路灯不亮。",
            place=Place(address="演示路1号"),
        )

    return submit


def _chain(length: int, writer: str) -> None:
    chain, previous, rows = secrets.token_hex(16), "", []
    for position in range(1, length + 1):
        now = timezone.now()
        content = {
            "chain": chain,
            "position": position,
            "origin": "203.0.113.7 /admin",
            "actor_kind": "staff",
            "actor_id": writer,
            "actor_label": "演示基准",
            "action": "hotline.sign_for",
            "object_type": "civicnet_hotline.case",
            "object_id": str(position),
            "object_label": f"20260101{position:06d}",
            "before": {"state": "DISPATCHED"},
            "after": {"state": "SIGNED_FOR", "post": "grid.post:17"},
            "reason": "",
        }
        previous = digest_of({**content, "at": moment(now)}, previous)
        rows.append(AuditRecord(at=now, digest=previous, **content))
        if len(rows) == _AT_ONCE or position == length:
            AuditRecord.objects.bulk_create(rows)
            rows = []
        if position % _COMMIT == 0 or position == length:
            line = -(-position // _COMMIT)
            witness.attest(chain=chain, line=line, position=position, digest=previous, at=timezone.now())

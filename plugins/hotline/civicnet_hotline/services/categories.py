"""Categories: deciding what residents may choose from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from civicnet.contract import Actor, InvalidInput, require
from civicnet.ledger.among import Among
from civicnet.ledger.bulk import add_rows, change_rows
from civicnet.ledger.services import record
from civicnet_hotline.models import Category, Group
from civicnet_hotline.permissions import can_open_category

_FACTS = ("name", "group", "description", "keywords", "active")


@dataclass(frozen=True, slots=True, kw_only=True)
class CategoryRow:
    """One category of a list; ``row`` is where it stands in the file."""

    row: int
    code: str
    name: str
    group: Group
    description: str = ""
    keywords: str = ""

    @property
    def facts(self) -> tuple[object, ...]:
        """What can be corrected, in the order of the columns; whatever a list names is open."""
        return (self.name, self.group.value, self.description, self.keywords, True)


@transaction.atomic
def open_category(
    *, actor: Actor, code: str, name: str, group: Group, description: str = "", keywords: str = ""
) -> Category:
    """Open a category, or open it again, with these facts; saying the same twice changes nothing.

    Raises:
        InvalidInput: the code cannot stand in an address, or the name is empty.
    """
    require(can_open_category(actor))
    _check(code, name)
    facts = {
        "name": name,
        "group": Group(group).value,
        "description": description,
        "keywords": keywords,
        "active": True,
    }
    category = Category.objects.select_for_update().filter(code=code).first() or Category(code=code)
    before = {key: getattr(category, key) for key in facts} if category.pk else {}
    if before == facts:
        return category
    for key, value in facts.items():
        setattr(category, key, value)
    category.full_clean()
    category.save()
    record(actor=actor, action="hotline.open_category", subject=category, before=before, after=facts)
    return category


@transaction.atomic
def keep_categories(*, rows: Sequence[CategoryRow], actor: Actor) -> dict[str, int]:
    """Open the categories that are not there, correct those that are, and open again those that were closed.

    Returns how many of each, and how many stayed. None is closed because a list does not name it.

    Raises:
        Refused: the actor does not decide on categories.
        InvalidInput: a code cannot stand in an address, or a name is empty; nothing was written.
    """
    require(can_open_category(actor))
    for one in rows:
        _check(one.code, one.name)
    found = Category.objects.select_for_update().filter(Among("code", {one.code for one in rows})).order_by("pk")
    held = {code: (pk, tuple(facts)) for code, pk, *facts in found.values_list("code", "pk", *_FACTS)}
    new = [one for one in rows if one.code not in held]
    changed = [one for one in rows if one.code in held and one.facts != held[one.code][1]]
    add_rows(
        actor=actor,
        model=Category,
        fields=("code", *_FACTS),
        rows=[(one.code, *one.facts) for one in new],
        origins=[one.row for one in new],
    )
    change_rows(
        actor=actor,
        model=Category,
        fields=_FACTS,
        keys=[held[one.code][0] for one in changed],
        rows=[one.facts for one in changed],
        before=[held[one.code][1] for one in changed],
        origins=[one.row for one in changed],
    )
    counts = {"created": len(new), "changed": len(changed), "unchanged": len(rows) - len(new) - len(changed)}
    if new or changed:
        subject = Category.objects.get(code=(new or changed)[0].code)
        span = {"first_row": rows[0].row, "last_row": rows[-1].row}
        record(actor=actor, action="hotline.keep_categories", subject=subject, after=span | counts)
    return counts


def _check(code: str, name: str) -> None:
    if not name.strip() or not code.replace("-", "").isalnum() or not code.isascii():
        raise InvalidInput(_("A category has a name, and a code of letters, digits and hyphens."), field="code")

"""Categories: deciding what residents may choose from."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from civicnet.contract import Actor, InvalidInput, require
from civicnet.ledger.services import record
from civicnet_hotline.models import Category, Group
from civicnet_hotline.permissions import can_open_category


@transaction.atomic
def open_category(
    *, actor: Actor, code: str, name: str, group: Group, description: str = "", keywords: str = ""
) -> Category:
    """Open a category, or open it again, with these facts; saying the same twice changes nothing.

    Raises:
        InvalidInput: the code cannot stand in an address, or the name is empty.
    """
    require(can_open_category(actor))
    if not name.strip() or not code.replace("-", "").isalnum() or not code.isascii():
        raise InvalidInput(_("A category has a name, and a code of letters, digits and hyphens."), field="code")
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

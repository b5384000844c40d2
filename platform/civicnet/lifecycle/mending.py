"""Mending orphans: what the rule of each field says, done late, for the host did it without the plugin's models."""

from __future__ import annotations

from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import connection, models, transaction
from django.db.models.deletion import Collector, ProtectedError, RestrictedError
from django.utils.translation import gettext as _

from civicnet.contract import Actor, InvalidInput
from civicnet.ledger.models import Operation
from civicnet.ledger.services import record, record_changes
from civicnet.lifecycle.models import PluginState
from civicnet.lifecycle.orphans import Orphans, note_orphans, orphans, suspects
from civicnet.lifecycle.registry import registry
from civicnet.lifecycle.removal.stand_ins import chunks


@transaction.atomic
def mend_orphans(*, actor: Actor, reason: str, slug: str | None = None) -> list[Orphans]:
    """Do with orphans what their field's rule says: clear the field, or delete the row; returns those that are left.

    Rows that the rule protects, or whose deletion another rule forbids, stay for people to look at.

    Raises:
        InvalidInput: no reason was given.
    """
    if not reason.strip():
        raise InvalidInput(_("Say why: the reason is kept with the change."), field="reason")
    for one in [slug] if slug else list(registry.manifests):
        mended: dict[str, int] = {}
        for model, link, rows in suspects(one):
            keys = list(rows.values_list("pk", flat=True))
            if keys and (count := _mend(model, link, keys, actor)):
                mended[f"{model._meta.label}.{link.name}"] = count
        if mended:
            state, _created = PluginState.objects.get_or_create(slug=one)
            record(actor=actor, action="plugins.mend_orphans", subject=state, after={"rows": mended}, reason=reason)
    note_orphans()
    return orphans(slug)


def _mend(model: Any, link: Any, keys: list[Any], actor: Actor) -> int:
    rule = link.remote_field.on_delete
    if rule is models.SET_NULL:
        for some in chunks(keys):
            model._base_manager.filter(pk__in=some).update(**{link.name: None})
        record_changes(actor=actor, model=model, ids=keys)
        return len(keys)
    return sum(_delete(model, link, key, actor) for key in keys) if rule is models.CASCADE else 0


def _delete(model: Any, link: Any, key: Any, actor: Actor) -> bool:
    extends = bool(link.remote_field.parent_link)
    if extends:
        # It cannot be loaded without the row that it extends; its key is all that a deletion needs.
        row = model(**{link.attname: key, link.target_field.attname: key})
        if hasattr(model, "content_type"):
            # Wagtail's receivers ask what kind of page it is.
            row.content_type = ContentType.objects.get_for_model(model)
    else:
        row = model._base_manager.filter(pk=key).first()
    if row is None:
        return False
    collector = Collector(using=connection.alias, origin=row)
    try:
        collector.collect([row], keep_parents=extends)
    except (ProtectedError, RestrictedError):
        return False
    going = {one: [row.pk for row in rows] for one, rows in collector.data.items()}
    for rows in collector.fast_deletes:
        going.setdefault(rows.model, []).extend(one.pk for one in rows)
    collector.delete()
    for one, keys in going.items():
        if not one._meta.auto_created:
            record_changes(actor=actor, model=one, ids=keys, operation=Operation.DELETE)
    return True

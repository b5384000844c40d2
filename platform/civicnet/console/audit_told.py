"""Who, what and from where of an audit record, as an auditor reads it; the codes stay with the record."""

from __future__ import annotations

from django.apps import apps
from django.utils.translation import get_language, pgettext, pgettext_lazy

from civicnet.exchange.offers import offered
from civicnet.ledger.models import AuditRecord
from civicnet.lifecycle.registry import registry

DOORS = {
    "admin": pgettext_lazy("audit door", "administration"),
    "desk": pgettext_lazy("audit door", "workers' page"),
    "graphql": pgettext_lazy("audit door", "GraphQL"),
    "open311": pgettext_lazy("audit door", "Open311"),
    "oauth": pgettext_lazy("audit door", "tokens"),
    "requests": pgettext_lazy("audit door", "website"),
}
NAMELESS = {
    "system": pgettext_lazy("audit", "the system"),
    "anonymous": pgettext_lazy("audit", "not signed in"),
}


def kinds() -> list[tuple[str, str]]:
    """Kinds of objects with what they are called."""
    # From the models, not from the records: no statement over the whole ledger for a drop-down.
    ours = [model for model in apps.get_models() if model._meta.app_label.startswith("civicnet_")]
    return sorted((model._meta.label_lower, str(model._meta.verbose_name)) for model in ours)


def kind_in_words(kind: str) -> str:
    """What a kind of object is called; its code where the plugin is gone."""
    return dict(kinds()).get(kind, kind)


def who(record: AuditRecord) -> str:
    """The person or the portal; the platform itself and whoever is not signed in by a word."""
    return str(NAMELESS.get(record.actor_kind, record.actor_label))


def thing(record: AuditRecord) -> str:
    """What kind of object it was, and which."""
    return f"{kind_in_words(record.object_type)} · {_label(record.object_label)}"


def place(record: AuditRecord) -> str:
    """The address and the door, or the command on the server."""
    address, slash, door = record.origin.partition("/")
    if slash:
        return " · ".join(part for part in (address.strip(), str(DOORS.get(door, f"/{door}"))) if part)
    program, _gap, command = record.origin.rpartition(" ")
    return pgettext("audit", "server: %(command)s") % {"command": command} if program else record.origin


def _label(label: str) -> str:
    # Plugins and resources are recorded by their codes, which outlive their names.
    if manifest := registry.manifests.get(label):
        texts = manifest.label
        return texts.get(get_language() or "zh-hans") or texts.get("zh-hans") or label
    first, gap, rest = label.partition(" ")
    # Their codes hold a dot: plugins are not asked for each name of a place.
    resource = offered().get(first) if "." in first else None
    return f"{resource.label}{gap}{rest}" if resource else label

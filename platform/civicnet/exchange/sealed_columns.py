"""What resources say of the sealed fields that their columns go into: looked up, and told of where it is wrong."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core import checks
from django.core.exceptions import FieldDoesNotExist

from civicnet.cipher.fields import EncryptedField
from civicnet.exchange.resource import ImportResource
from civicnet.lifecycle.hooks import everyone


def sealed_fields(resource: type[ImportResource]) -> dict[str, EncryptedField]:
    """The encrypted fields by column; what is none is left out, for ``seals`` only makes imports quicker."""
    found = {name: _field(label) for name, label in resource.seals.items()}
    return {name: field for name, field in found.items() if field is not None}


def sealing_problems(**_asked: Any) -> list[checks.CheckMessage]:
    """What is wrong with ``seals`` of the resources of every loaded plugin, on or off, for Django's checks.

    It keeps a strict host from starting, and is only told by one that starts leniently.
    """
    kind = checks.Error if settings.CIVICNET_LOAD_POLICY == "strict" else checks.Warning
    hint = 'Write seals = {"phone": "acme_club.member.phone"}: a column, and the encrypted field that it goes into.'
    resources = [one for answer in everyone("resources") for one in answer.value if issubclass(one, ImportResource)]
    return [kind(said, hint=hint, id="civicnet.exchange.E003") for one in resources for said in _wrong(one)]


def _wrong(resource: type[ImportResource]) -> Iterator[str]:
    columns, fields = resource.declared(), sealed_fields(resource)
    for name, label in resource.seals.items():
        if name not in columns:
            yield f"{resource.key}: it seals {name}, which is none of its columns."
        elif name not in fields:
            yield f"{resource.key}: {name} is said to be sealed in {label}, which is no encrypted field."


def _field(label: str) -> EncryptedField | None:
    model, _dot, name = label.rpartition(".")
    try:
        found = apps.get_model(model)._meta.get_field(name)
    except (LookupError, ValueError, FieldDoesNotExist):
        return None
    return found if isinstance(found, EncryptedField) else None

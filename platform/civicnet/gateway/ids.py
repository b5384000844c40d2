"""Global ids: opaque to the caller, a type name and a number to us."""

from __future__ import annotations

import base64
import binascii

from django.utils.translation import gettext as _

from civicnet.contract import InvalidInput


def to_global_id(type_name: str, pk: int) -> str:
    """The id by which the outside knows a row."""
    return base64.urlsafe_b64encode(f"{type_name}:{pk}".encode()).decode().rstrip("=")


def from_global_id(text: str) -> tuple[str, int]:
    """Type name and number of a global id.

    Raises:
        InvalidInput: the text is not one of our ids.
    """
    try:
        name, _colon, pk = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode().partition(":")
        if not pk.isascii() or not pk.isdigit() or len(pk) > 18:
            raise ValueError(pk)
        return name, int(pk)
    except (binascii.Error, ValueError) as error:
        raise InvalidInput(_("This is not an id of ours."), code="INVALID_ID", field="id") from error

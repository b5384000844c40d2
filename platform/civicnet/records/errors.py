"""What can go wrong with a definition, as a caller sees it."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from civicnet.contract import Conflict, InvalidInput


class BadKey(InvalidInput):
    """What programs would call it is no such name."""

    code = "BAD_KEY"
    message = _(
        "A key has small letters, digits and underscores, and each of its words begins with a letter: "
        "for example opening_hours."
    )

    def __init__(self) -> None:
        super().__init__(field="key")


class KeyTaken(InvalidInput):
    """The key stands for something else."""

    code = "KEY_TAKEN"

    def __init__(self, message: object) -> None:
        super().__init__(message, field="key")


class HoldsValues(Conflict):
    """Values are stored that a change would make unreadable."""

    code = "HOLDS_VALUES"
    message = _(
        "Texts hold values of this field already, so its kind stays. Retire the field and add another one under another key."
    )

    def __init__(self) -> None:
        super().__init__(field="kind")

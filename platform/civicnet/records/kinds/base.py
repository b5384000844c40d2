"""What a kind of fields has to say of itself."""

from __future__ import annotations

from typing import Any, ClassVar, Protocol

import graphene
from django import forms

from civicnet.exchange.cells import CellWidget


class Asked(Protocol):
    """A definition, as far as a kind needs it."""

    @property
    def options(self) -> tuple[str, ...]:
        """What may be chosen."""
        ...

    @property
    def former(self) -> tuple[str, ...]:
        """What could be chosen once."""
        ...


class Kind:
    """A kind of fields. Values are kept in one form, which JSON can hold: forms, sheets and GraphQL all go through it.

    A subclass says which values ``fits``, makes the field of a form and the cell of a sheet, and says how a value is shown
    and told.
    """

    name: ClassVar[str]
    label: ClassVar[Any]
    # Whether a definition lists what may be chosen.
    has_options: ClassVar[bool] = False
    # Whether anything may be written, also what a spreadsheet would run.
    is_words: ClassVar[bool] = False

    def fits(self, value: Any) -> bool:
        """Whether something stored is a value of this kind."""
        raise NotImplementedError

    def form_field(self, asked: Asked, value: Any, **told: Any) -> forms.Field:
        """The field of a form; ``value`` is what is stored now, ``told`` its label, help and whether it is required."""
        raise NotImplementedError

    def initial(self, value: Any) -> Any:
        """What the field of the form begins with."""
        return value

    def stored(self, cleaned: Any) -> Any:
        """What is stored of what the field of the form found; None for nothing."""
        return cleaned or None

    def shown(self, value: Any) -> str:
        """A value in words, in the language that is active."""
        return str(value)

    def graphql(self) -> Any:
        """The type in a schema."""
        return graphene.String

    def told(self, value: Any) -> Any:
        """A value for that type; None for nothing."""
        return value

    def widget(self, asked: Asked) -> CellWidget:
        """The cell of a sheet. Its values are what is stored."""
        raise NotImplementedError

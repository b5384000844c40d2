"""What a kind of fields has to say of itself."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, ClassVar, Protocol

import graphene
from django import forms
from django.db.models import Model

from civicnet.exchange.cells import CellWidget
from civicnet.gateway.content.asked import Asked as AskedContent
from civicnet.gateway.content.reading import Reading


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
    # Whether a value is the number of something that lies elsewhere. What ``look_up`` finds for it is then what is shown, and
    # where that is gone the value is shown nowhere.
    refers: ClassVar[bool] = False

    # Whether records are found by a value, and whether also by two ends between which it lies.
    is_sought: ClassVar[bool] = False
    has_order: ClassVar[bool] = False

    def fits(self, value: Any) -> bool:
        """Whether something stored is a value of this kind."""
        raise NotImplementedError

    def form_field(self, asked: Asked, value: Any, **told: Any) -> forms.Field:
        """The field of a form; ``value`` is what is stored now, ``told`` its label, help and whether it is required."""
        raise NotImplementedError

    def limit(self, field: forms.Field, value: Any, user: Any) -> None:
        """Let the field of a form offer only what this person may use, and what stands there; None is nobody."""

    def initial(self, value: Any) -> Any:
        """What the field of the form begins with."""
        return value

    def stored(self, cleaned: Any) -> Any:
        """What is stored of what the field of the form found; None for nothing."""
        return cleaned or None

    def meant(self, asked: Asked, value: Any) -> Any:
        """A value by which somebody seeks, as it is stored.

        Raises:
            ValueError: it is no value of the field.
        """
        if not self.fits(value):
            raise ValueError(self.name)
        return value

    def mark(self, value: Any) -> str | int:
        """By what a value is found, of a kind that is sought: a text of at most 200 characters, or a number of 64 bits, in the
        order of the values where they have one.
        """
        return value  # type: ignore[no-any-return]

    def look_up(self, values: Collection[Any], *, for_all: bool) -> Mapping[Any, Any]:
        """What these values refer to, by value; ``for_all``: as far as everybody may see it. What is gone is left out."""
        return {}

    def reference(self, value: Any) -> tuple[type[Model], str] | None:
        """What a value refers to, as Wagtail's index of references notes it: the model, and the key as text."""
        return None

    def shown(self, value: Any) -> str:
        """A value in words, in the language that is active; of a kind that refers, what was looked up for it."""
        return str(value)

    def graphql(self) -> Any:
        """The type in a schema."""
        return graphene.String

    def told(self, value: Any) -> Any:
        """A value for that type; None for nothing."""
        return value

    def place(self, value: Any, into: dict[str, Any], key: str, reading: Reading, asked: AskedContent | None) -> None:
        """Put a value for that type into a row; what has to be read first is there once ``reading`` has fetched."""
        into[key] = self.told(value)

    def widget(self, asked: Asked) -> CellWidget:
        """The cell of a sheet. Its values are what is stored; of pictures, the name of the file."""
        raise NotImplementedError

    def words_widget(self, asked: Asked) -> CellWidget | None:
        """The cell beside it for words that describe what is meant; None where nothing has to be described."""
        return None

"""Choosing: yes or no, one of a list, or several of it."""

from __future__ import annotations

import re
from typing import Any

import graphene
from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from civicnet.exchange.cells import CellWidget, ChoiceWidget, Fault, Reading, plain_text
from civicnet.records.kinds.base import Asked, Kind
from civicnet.records.kinds.cells import StoredWidget

LONGEST_OPTION = 60
# Between the choices in a cell; no option holds one of them.
BETWEEN = "、"
SEPARATORS = re.compile(r"[、;；\n\r]")
# What stands in a sheet is read again in any language.
_YES_NO = {"是": True, "否": False, "yes": True, "no": False, "Yes": True, "No": False, "Y": True, "N": False}


class YesNo(Kind):
    """Yes or no; nothing chosen is neither."""

    name = "yes_no"
    label = _("Yes or no")
    is_sought = True

    def fits(self, value: Any) -> bool:
        """One of the two."""
        return isinstance(value, bool)

    def form_field(self, asked: Asked, value: Any, **told: Any) -> forms.Field:
        """Three ways to stand: a box that is not ticked would say no where nobody was asked."""
        choices = [("", "—"), ("yes", _("Yes")), ("no", _("No"))]
        return forms.ChoiceField(choices=choices, **told)

    def initial(self, value: Any) -> Any:
        """As the form says it."""
        return "yes" if value else "no"

    def stored(self, cleaned: Any) -> Any:
        """Nothing where nothing is chosen."""
        return {"yes": True, "no": False}.get(cleaned)

    def shown(self, value: Any) -> str:
        """A word."""
        return gettext("Yes") if value else gettext("No")

    def mark(self, value: Any) -> str | int:
        """One or nought."""
        return int(value)

    def graphql(self) -> Any:
        """Boolean."""
        return graphene.Boolean

    def widget(self, asked: Asked) -> CellWidget:
        """A word in a cell."""
        return StoredWidget(ChoiceWidget(_YES_NO), lambda value: value, lambda value: "是" if value else "否")


class Choice(Kind):
    """One of a list. An option that is taken off the list stays where it is chosen."""

    name = "choice"
    label = _("Choice of one")
    has_options = True
    is_sought = True

    def fits(self, value: Any) -> bool:
        """A text that can be an option."""
        return isinstance(value, str) and 0 < len(value) <= LONGEST_OPTION and not SEPARATORS.search(value)

    def form_field(self, asked: Asked, value: Any, **told: Any) -> forms.Field:
        """A list, with what is chosen now."""
        return forms.ChoiceField(choices=[("", "—"), *_choices(asked, [value] if value else [])], **told)

    def meant(self, asked: Asked, value: Any) -> Any:
        """An option, be it one that is offered no more."""
        if value not in asked.options and value not in asked.former:
            raise ValueError(self.name)
        return value

    def widget(self, asked: Asked) -> CellWidget:
        """One of the words."""
        return _ChoiceWidget({one: one for one in asked.options}, former=asked.former)


class Choices(Kind):
    """Several of a list."""

    name = "choices"
    label = _("Choice of several")
    has_options = True

    def fits(self, value: Any) -> bool:
        """Texts that can be options, each once."""
        return (
            isinstance(value, list)
            and bool(value)
            and all(Choice.fits(_CHOICE, one) for one in value)
            and len(set(value)) == len(value)
        )

    def form_field(self, asked: Asked, value: Any, **told: Any) -> forms.Field:
        """Boxes."""
        choices = _choices(asked, value or [])
        return forms.MultipleChoiceField(choices=choices, widget=forms.CheckboxSelectMultiple, **told)

    def shown(self, value: Any) -> str:
        """One after the other."""
        return BETWEEN.join(value)

    def graphql(self) -> Any:
        """A list of strings."""
        return graphene.List(graphene.NonNull(graphene.String))

    def widget(self, asked: Asked) -> CellWidget:
        """The words, one after the other."""
        return _ChoicesWidget(asked)


class _ChoiceWidget(ChoiceWidget):
    """What could be chosen once is read, and offered no more. Spaces belong to an option."""

    def __init__(self, choices: dict[str, str], *, former: tuple[str, ...]) -> None:
        super().__init__(choices)
        self._former = frozenset(former)

    def read(self, cell: Any) -> Reading:
        """The option."""
        text = plain_text(cell).strip()
        if text not in self.choices and text not in self._former:
            raise Fault("unknown_choice", choices=self._words())
        return Reading(text)

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        """The option is its own word."""
        return str(value or "")


class _ChoicesWidget(CellWidget):
    def __init__(self, asked: Asked) -> None:
        super().__init__()
        self._options, self._known = asked.options, {*asked.options, *asked.former}
        self.example = asked.options[0] if asked.options else ""

    def advice(self) -> str:
        """All of them."""
        told = {"choices": BETWEEN.join(self._options)}
        return gettext("One or several of: %(choices)s; with 、 between them.") % told

    def read(self, cell: Any) -> Reading:
        """The options, each once, as they were written."""
        given = [one.strip() for one in SEPARATORS.split(plain_text(cell)) if one.strip()]
        if not given or not self._known.issuperset(given):
            raise Fault("unknown_choice", choices=BETWEEN.join(self._options))
        return Reading(list(dict.fromkeys(given)))

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        """One after the other."""
        return BETWEEN.join(value or ())


def _choices(asked: Asked, chosen: list[str]) -> list[tuple[str, str]]:
    return [(one, one) for one in dict.fromkeys((*asked.options, *chosen))]


_CHOICE = Choice()
KINDS: tuple[Kind, ...] = (YesNo(), _CHOICE, Choices())

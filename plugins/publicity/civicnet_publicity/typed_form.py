"""The article's form, as far as the type of its column makes it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.core.exceptions import ValidationError

from civicnet.records.forms import form_fields, values_of
from civicnet_publicity.checks.typed import TypedParts


class TypedFieldsForm:
    """Before Wagtail's own form among the bases: adds the fields of the column's type, and puts what they hold on the article.

    A draft is saved without what is required; what is of the wrong kind never is.
    """

    fields: dict[str, Any]
    instance: Any

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        from civicnet_publicity.selectors.types import type_of

        super().__init__(*args, **kwargs)
        kept = type_of(getattr(getattr(self, "parent_page", None), "pk", None))
        self.shape = kept.shape if kept else None
        user, stored = getattr(self, "for_user", None), self.instance.field_values
        self._typed = form_fields(self.shape, stored, user=user) if self.shape else {}
        self.fields.update(self._typed)

    def clean(self) -> dict[str, Any]:
        """Put the values on the article; those of other types stay where they are."""
        cleaned: dict[str, Any] = super().clean()  # type: ignore[misc]
        if self.shape:
            # What the form did not ask for, because it was opened before the field was there, stays.
            asked = {name: value for name, value in cleaned.items() if not self._is_omitted(name)}
            values = values_of(self.shape, asked)
            self.instance.field_values = self.shape.with_values(self.instance.field_values, values)
        return cleaned

    def _is_omitted(self, name: str) -> bool:
        widget = self.fields[name].widget if name in self._typed else None
        return widget is not None and widget.value_omitted_from_data(self.data, self.files, self.add_prefix(name))  # type: ignore[attr-defined]

    def defer_required_fields(self) -> None:
        """A draft need not be whole."""
        deferred: bool = self.is_deferred_validation  # type: ignore[attr-defined]
        super().defer_required_fields()  # type: ignore[misc]
        for name in () if deferred else self._typed:
            if self.fields[name].required:
                self.fields[name].required = False
                self.deferred_required_fields.append(name)  # type: ignore[attr-defined]

    def typed_parts(self, data: Any, files: Any) -> TypedParts:
        """What checks look at while somebody types: what is not finished yet counts as filled in."""
        from civicnet_publicity.services.gate import found_parts

        if self.shape is None:
            return TypedParts()
        values, unfinished = {}, set()
        for name, field in self._typed.items():
            try:
                given = field.widget.value_from_datadict(data, files, name)
                values[name] = field.clean(given) if given not in field.empty_values else None
            except ValidationError:
                unfinished.add(name)
        found = found_parts(self.shape, self.shape.with_values({}, values_of(self.shape, values)))
        return replace(found, lacking=tuple(one for one in found.lacking if one[0] not in unfinished))

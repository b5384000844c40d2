"""The panel of the editor in which the fields of the column's type are filled in."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.compare import TextDiff, diff_text
from wagtail.admin.panels import Panel, TabbedInterface

from civicnet.records.forms import BEFORE
from civicnet.records.shapes import NOTHING, FieldShape, Found, RecordShape, look_up


class FieldComparison:
    """One field of two versions, as the comparison of versions asks for it."""

    is_field = True
    is_child_relation = False

    def __init__(self, shape: RecordShape, field: FieldShape, version_a: Any, version_b: Any) -> None:
        self._field = field
        stored = [one.field_values for one in (version_a, version_b)]
        found = look_up(((shape, one) for one in stored), for_all=False) if field.known.refers else NOTHING
        self._before, self._after = (_text(shape, field, one, found) for one in stored)

    def field_label(self) -> str:
        """What it is called."""
        return self._field.label

    def htmldiff(self) -> SafeString:
        """What was written, and what is."""
        found: TextDiff = diff_text(self._before, self._after)
        return conditional_escape(found.to_html())

    def has_changed(self) -> bool:
        """Whether they differ."""
        return self._before != self._after


class TypedFieldsPanel(Panel):
    """Shown where the column has a type with fields."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"heading": gettext_lazy("Fields of this column"), **kwargs})

    class BoundPanel(Panel.BoundPanel):
        """The fields of one article."""

        template_name = "publicity/admin/typed_panel.html"

        def is_shown(self) -> bool:
            """Only where there is something to fill in."""
            return bool(super().is_shown() and self._fields())

        def get_context_data(self, parent_context: dict[str, Any] | None = None) -> dict[str, Any]:
            """The fields of the form, in their order."""
            context: dict[str, Any] = super().get_context_data(parent_context)
            return context | {"typed_fields": self._fields()}

        def get_comparison(self) -> list[Callable[[Any, Any], FieldComparison]]:
            """One comparison for each field."""
            kept = self.instance.column_type
            return [partial(FieldComparison, kept.shape, one) for one in kept.shape.live] if kept else []

        def _fields(self) -> list[Any]:
            return [self.form[name] for name in self.form.fields if name.startswith(BEFORE)] if self.form else []


class ArticleTabs(TabbedInterface):
    """The tabs of an article's editor.

    Wagtail draws whatever no panel has named for the model once more, below the tabs; the fields of a type are of an article,
    and a second copy of each would be what the browser sends last.
    """

    class BoundPanel(TabbedInterface.BoundPanel):
        """The tabs of one article."""

        def render_missing_fields(self) -> SafeString:
            """What no panel draws, which the fields of the column's type are not."""
            named = {*self.panel.get_form_options().get("fields", [])}
            left = [name for name in self.form.fields if name not in named and not name.startswith(BEFORE)]
            return mark_safe("".join(str(self.form[name]) for name in left))


def _text(shape: RecordShape, field: FieldShape, stored: Any, found: Found) -> str:
    value = field.value_in(shape.values_in(stored))
    if value is None or not field.known.refers:
        return "" if value is None else field.known.shown(value)
    # Two pictures may have the same words.
    thing = found.get((field.kind, value))
    return _("(no longer there)") if thing is None else f"{field.known.shown(thing)} (#{value})"

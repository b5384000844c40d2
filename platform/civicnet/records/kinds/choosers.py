"""Choosers of the library that show no more than they offer."""

from __future__ import annotations

from typing import Any

from wagtail.images.widgets import AdminImageChooser


class OfferedImageChooser(AdminImageChooser):
    """Wagtail's chooser, for a field whose queryset says what may be chosen: what was posted past it is shown to nobody."""

    choices: Any = None

    def get_instance(self, value: Any) -> Any:
        """The picture, if the field offers it; None also where the value is no number."""
        if value is None or isinstance(value, self.model_class):
            return value
        try:
            # The field hands its queryset on with its choices, whenever it gets another.
            return self.choices.queryset.filter(pk=value).first()
        except (TypeError, ValueError):
            return None

"""The review sheet in the article's editor: who decided what, and why the reader of it may not."""

from __future__ import annotations

from typing import Any

from wagtail.admin.panels import Panel


class ReviewSheetPanel(Panel):
    """Shown once an article has been sent to review."""

    class BoundPanel(Panel.BoundPanel):
        """The sheet of one article, as one person sees it."""

        template_name = "publicity/admin/review_sheet.html"

        def is_shown(self) -> bool:
            """Only where there is something to show."""
            return bool(super().is_shown() and self.instance.pk and self.instance.current_workflow_state)

        def get_context_data(self, parent_context: dict[str, Any] | None = None) -> dict[str, Any]:
            """The reviews so far, and the sentence for this person."""
            from civicnet_publicity.selectors import review_sheet

            context: dict[str, Any] = super().get_context_data(parent_context)
            return context | review_sheet(self.instance, self.request.user)

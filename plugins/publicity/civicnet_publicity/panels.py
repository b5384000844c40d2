"""Panels of the article's editor: the review sheet, with who decided what, what checks find, and where it stands."""

from __future__ import annotations

from typing import Any

from django.forms import Media
from django.urls import reverse
from wagtail.admin.panels import Panel
from wagtail.admin.staticfiles import versioned_static


class ReviewSheetPanel(Panel):
    """Shown once an article has been sent to review."""

    class BoundPanel(Panel.BoundPanel):
        """The sheet of one article, as one person sees it."""

        template_name = "publicity/admin/review_sheet.html"

        @property
        def media(self) -> Media:
            """How the steps look."""
            return Media(css={"all": [versioned_static("publicity/reviews.css")]})

        def is_shown(self) -> bool:
            """Only where there is something to show."""
            if not (super().is_shown() and self.instance.pk):
                return False
            return bool(self.instance.current_workflow_state or self.instance.approval_sheets.exists())

        def get_context_data(self, parent_context: dict[str, Any] | None = None) -> dict[str, Any]:
            """The reviews so far, and the sentence for this person."""
            from civicnet.access.actors import actor_of
            from civicnet_publicity.permissions import can_allow_urgent
            from civicnet_publicity.selectors import review_sheet
            from civicnet_publicity.sheet_rows import told_step

            context: dict[str, Any] = super().get_context_data(parent_context)
            told = review_sheet(self.instance, self.request.user)
            told["steps"] = [told_step(one) for one in told["steps"]]
            run = told["run"]
            return (
                context
                | told
                | {
                    "article": self.instance,
                    "may_hurry": bool(run and run.status == run.STATUS_IN_PROGRESS and not told["urgent"])
                    and can_allow_urgent(actor_of(self.request)),
                }
            )


class ChecksPanel(Panel):
    """What checks find, of the last saved version at first, and of what stands in the form as somebody types."""

    class BoundPanel(Panel.BoundPanel):
        """The findings on one article."""

        template_name = "publicity/admin/checks_panel.html"

        @property
        def media(self) -> Media:
            """The script asks again while the form changes; without it, the list is that of the last saved version."""
            return Media(
                css={"all": [versioned_static("publicity/checks.css")]}, js=[versioned_static("publicity/checks.js")]
            )

        def get_context_data(self, parent_context: dict[str, Any] | None = None) -> dict[str, Any]:
            """The findings and where to ask for new ones."""
            from civicnet_publicity.selectors.checking import decisions_on
            from civicnet_publicity.services import checked

            context: dict[str, Any] = super().get_context_data(parent_context)
            article, saved = self.instance, bool(self.instance.pk)
            findings, stopped = checked(article) if saved else ([], [])
            asked = ("hints", article.pk) if saved else ("new_hints", getattr(self.form.parent_page, "pk", 0))
            return context | {
                "article": article,
                "saved": saved,
                "findings": findings,
                "stopped": bool(stopped),
                "decisions": decisions_on(article) if saved else [],
                "hints_url": reverse(f"publicity_articles:{asked[0]}", args=[asked[1]]),
            }


class ChannelsPanel(Panel):
    """Where an article stands beyond its column: on our other sites, and in each channel."""

    class BoundPanel(Panel.BoundPanel):
        """The lines of one article."""

        template_name = "publicity/admin/channels_panel.html"

        @property
        def media(self) -> Media:
            """How the lines look."""
            return Media(css={"all": [versioned_static("publicity/channels.css")]})

        def is_shown(self) -> bool:
            """Once it is saved."""
            return bool(super().is_shown() and self.instance.pk)

        def get_context_data(self, parent_context: dict[str, Any] | None = None) -> dict[str, Any]:
            """The lines, read once."""
            from civicnet_publicity.channel_views import lines_of

            context: dict[str, Any] = super().get_context_data(parent_context)
            return context | lines_of(self.instance.pk, self.request)

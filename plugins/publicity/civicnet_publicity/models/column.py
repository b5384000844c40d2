"""Columns: named sections of a site in which articles stand, its own and those placed from elsewhere."""

from __future__ import annotations

from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.forms import CheckboxSelectMultiple
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalManyToManyField
from wagtail.admin.panels import FieldPanel, FieldRowPanel
from wagtail.models import Page
from wagtail.url_routing import RouteResult

from civicnet_publicity.models.public_page import PublicPageMixin


class ColumnKind(models.TextChoices):
    """What a column is for; rules of freshness and disclosure follow from it."""

    NEWS = "NEWS", _("news")
    NOTICE = "NOTICE", _("notices")
    DISCLOSURE = "DISCLOSURE", _("disclosure")
    SPECIAL = "SPECIAL", _("special topic")


class Phase(models.TextChoices):
    """How far a campaign has come."""

    LAUNCH = "LAUNCH", _("launch")
    PUSH = "PUSH", _("push")
    STEADY = "STEADY", _("steady")


class Rhythm(models.TextChoices):
    """How often readers may expect something new, where it is not what the rules ask of the kind."""

    WEEKLY = "WEEKLY", _("every week")
    FORTNIGHTLY = "FORTNIGHTLY", _("every two weeks")
    MONTHLY = "MONTHLY", _("every month")
    QUARTERLY = "QUARTERLY", _("every three months")
    HALF_YEARLY = "HALF_YEARLY", _("every six months")
    YEARLY = "YEARLY", _("every year")
    NONE = "NONE", _("need not be updated")


class ColumnPage(PublicPageMixin, Page):
    """A column. Its name is the page's title, its address the page's slug."""

    plugin: ClassVar[str] = "publicity"
    node_type: ClassVar[str] = "PublicityColumn"

    page_ptr = models.OneToOneField(
        Page, on_delete=models.CASCADE, parent_link=True, primary_key=True, serialize=False, db_constraint=False
    )
    description = models.CharField(_("description"), max_length=255, blank=True)
    kind = models.CharField(_("kind"), max_length=12, choices=ColumnKind.choices, default=ColumnKind.NEWS)
    phase = models.CharField(
        _("phase"), max_length=8, choices=Phase.choices, blank=True, help_text=_("For the topics of a campaign.")
    )
    keywords = models.CharField(
        _("keywords"), max_length=255, blank=True, help_text=_("For search engines, separated by commas.")
    )
    rhythm = models.CharField(
        _("expected update"),
        max_length=12,
        choices=Rhythm.choices,
        blank=True,
        help_text=_("Left empty, what the rules ask: news and topics every two weeks, all else every six months."),
    )
    column_type = models.ForeignKey(
        "civicnet_publicity.ColumnType",
        verbose_name=_("column type"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="columns",
        help_text=_("What its articles are asked for, how they look, and who reviews them."),
    )
    channels = ParentalManyToManyField(
        "civicnet_publicity.Channel",
        verbose_name=_("channels"),
        blank=True,
        related_name="+",
        help_text=_("Where articles of this column go when they are published, unless an article says otherwise."),
    )

    template = "publicity/column_page.html"
    parent_page_types = ["civicnet_publicity.HomePage"]
    subpage_types = ["civicnet_publicity.ArticlePage"]
    content_panels = [
        *Page.content_panels,
        FieldPanel("description"),
        FieldRowPanel([FieldPanel("kind"), FieldPanel("phase"), FieldPanel("rhythm")]),
        FieldPanel("column_type"),
        FieldPanel("keywords"),
        FieldPanel("channels", widget=CheckboxSelectMultiple),
    ]

    class Meta:
        verbose_name = _("column")
        verbose_name_plural = _("columns")
        permissions = [("watch_columns", "Is told when columns go stale, on the desk and in a weekly digest")]

    def clean(self) -> None:
        """No column is expected less often than the rules let one of its kind be."""
        from civicnet_publicity.freshness import too_slow

        super().clean()
        if too_slow(self.kind, self.rhythm):
            raise ValidationError(
                {"rhythm": _("By the rules a column of this kind is updated more often: choose a shorter span.")}
            )

    @property
    def has_workflow(self) -> bool:
        """Whether what is written in it is reviewed: Wagtail asks this of the column before an article is there."""
        return self._path_of_type() is not None or bool(super().has_workflow)

    def get_workflow(self) -> Any:
        """The review path of its type, or else the one that Wagtail has for the page."""
        return self._path_of_type() or super().get_workflow()

    def _path_of_type(self) -> Any:
        found = self.column_type.workflow if self.column_type else None
        return found if found and found.active else None

    def route(self, request: HttpRequest, path_components: list[str]) -> RouteResult:
        """The column, an article of its own, or one that is placed here and lives on another site."""
        found = super().route(request, path_components)
        return found if found.page.pk == self.pk else RouteResult(found.page, kwargs={"column": self})

    def page_below(self, slug: str) -> Any:
        """The article of its own, or else the one that is placed here."""
        from civicnet_publicity.selectors import article_in, placed_article

        return article_in(self, slug) or placed_article(self, slug)

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """One page of the column's articles, newest first."""
        from civicnet_publicity.presenting import column_context

        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        return context | column_context(self, request)

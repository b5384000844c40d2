"""The home page of a site: its columns hang below it."""

from __future__ import annotations

from typing import Any, ClassVar

from django.core.validators import RegexValidator
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.fields import StreamField
from wagtail.models import Page

from civicnet_publicity.blocks import LinkGroupBlock
from civicnet_publicity.index_numbers import RULE
from civicnet_publicity.models.public_page import PublicPageMixin


class HomePage(PublicPageMixin, Page):
    """The front of a site. What stands on it comes from its columns; only the links are written here."""

    plugin: ClassVar[str] = "publicity"

    page_ptr = models.OneToOneField(
        Page, on_delete=models.CASCADE, parent_link=True, primary_key=True, serialize=False, db_constraint=False
    )
    slogan = models.CharField(_("slogan"), max_length=120, blank=True)
    issuer_code = models.CharField(
        _("issuer code"),
        max_length=9,
        blank=True,
        validators=[RegexValidator(RULE.issuer, _("Nine digits or capital letters."))],
        help_text=_("Code of the issuing body, with which the index numbers of this site begin."),
    )
    links = StreamField([("group", LinkGroupBlock())], verbose_name=_("links"), blank=True)

    template = "publicity/home_page.html"
    parent_page_types = ["wagtailcore.Page"]
    subpage_types = ["civicnet_publicity.ColumnPage"]
    content_panels = [
        *Page.content_panels,
        FieldPanel("slogan"),
        FieldPanel("issuer_code"),
        FieldPanel("links"),
    ]

    class Meta:
        verbose_name = _("home page")
        verbose_name_plural = _("home pages")

    def page_below(self, slug: str) -> Any:
        """Its column of this slug."""
        from civicnet_publicity.models.column import ColumnPage

        return ColumnPage.objects.child_of(self).filter(slug=slug).first()

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """What a home layout chooses from."""
        from civicnet_publicity.presenting import home_context

        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        return context | home_context(self, request)

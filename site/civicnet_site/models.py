"""How each public site looks and what its footer says: one row for each Wagtail site, edited in the admin."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.contrib.settings.models import BaseSiteSetting, register_setting
from wagtail.images import get_image_model_string


class Theme(models.TextChoices):
    """A theme is a small folder: tokens, a frame and a home layout."""

    GOV = "gov", _("government site")
    PARTY = "party", _("Party-building site")


@register_setting(icon="site")
class SiteTheme(BaseSiteSetting):
    """Theme, names and marks of a site. Marks are uploads of the office: none is drawn by us."""

    theme = models.CharField(_("theme"), max_length=8, choices=Theme.choices, default=Theme.GOV)
    site_name = models.CharField(_("name of the site"), max_length=60, blank=True)
    organiser = models.CharField(_("organiser"), max_length=100, blank=True)
    contact = models.CharField(_("contact"), max_length=200, blank=True)
    site_id_code = models.CharField(_("site id code"), max_length=20, blank=True)
    icp_number = models.CharField(_("ICP number"), max_length=60, blank=True)
    police_number = models.CharField(_("police filing number"), max_length=60, blank=True)
    accessibility = models.TextField(
        _("accessibility statement"), blank=True, help_text=_("Left empty, a general statement is shown.")
    )
    logo = models.ForeignKey(
        get_image_model_string(),
        verbose_name=_("logo"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    site_mark = models.ForeignKey(
        get_image_model_string(),
        verbose_name=_("mark of party and government sites"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )

    panels = [
        FieldPanel("theme"),
        FieldPanel("site_name"),
        FieldPanel("logo"),
        MultiFieldPanel(
            [
                FieldPanel("organiser"),
                FieldPanel("contact"),
                FieldPanel("site_id_code"),
                FieldPanel("icp_number"),
                FieldPanel("police_number"),
                FieldPanel("site_mark"),
                FieldPanel("accessibility"),
            ],
            heading=_("Footer"),
        ),
    ]

    class Meta:
        verbose_name = _("appearance of the site")
        verbose_name_plural = _("appearance of the sites")

    def __str__(self) -> str:
        return self.site_name or str(self.site)

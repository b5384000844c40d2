"""Categories: the kinds of requests that residents and portals choose from."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Group(models.TextChoices):
    """What a request of the category is: the due date follows from it."""

    CONSULTATION = "CONSULTATION", pgettext_lazy("kind of request", "consultation")
    HELP = "HELP", pgettext_lazy("kind of request", "request for help")
    COMPLAINT = "COMPLAINT", pgettext_lazy("kind of request", "complaint")
    REPORT = "REPORT", pgettext_lazy("kind of request", "report of an offence")
    SUGGESTION = "SUGGESTION", pgettext_lazy("kind of request", "suggestion")
    PRAISE = "PRAISE", pgettext_lazy("kind of request", "praise")
    CORRECTION = "CORRECTION", pgettext_lazy("kind of request", "error on a website")
    OTHER = "OTHER", pgettext_lazy("kind of request", "other")


class Category(models.Model):
    """One kind of request, an Open311 service. Closing it keeps the row, for cases name it."""

    code = models.SlugField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=80)
    description = models.CharField(_("description"), max_length=300, blank=True)
    keywords = models.CharField(_("keywords"), max_length=200, blank=True)
    group = models.CharField(pgettext_lazy("hotline", "kind"), max_length=16, choices=Group.choices)
    active = models.BooleanField(pgettext_lazy("hotline", "open"), default=True)

    class Meta:
        verbose_name = pgettext_lazy("hotline", "category")
        verbose_name_plural = pgettext_lazy("hotline", "categories")
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name

"""Views: how often an article was read on a day on a site or in a channel. Sums alone, so there is nobody in them."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.models import Site

from civicnet_publicity.models.article import ArticlePage
from civicnet_publicity.models.channel import Channel


class ArticleViews(models.Model):
    """One article on one site on one day of the city's clock."""

    # No constraint: what is counted is written later, when its article may be gone.
    article = models.ForeignKey(
        ArticlePage,
        verbose_name=_("article"),
        on_delete=models.CASCADE,
        db_constraint=False,
        db_index=False,
        related_name="views",
    )
    site = models.ForeignKey(
        Site, verbose_name=_("site"), on_delete=models.CASCADE, db_constraint=False, related_name="+"
    )
    day = models.DateField(_("day"))
    views = models.PositiveIntegerField(_("views"), default=0)

    class Meta:
        verbose_name = _("views of an article")
        verbose_name_plural = _("views of articles")
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["article", "site", "day"], name="one_sum_of_views_a_day")]
        indexes = [models.Index(fields=["day", "site"], name="views_by_day")]

    def __str__(self) -> str:
        return f"{self.day}: {self.views}"


class ChannelViews(models.Model):
    """One article in one channel on one day, as the portal of the channel says; the sum it said last counts."""

    article = models.BigIntegerField(_("article"))
    channel = models.ForeignKey(Channel, verbose_name=_("channel"), on_delete=models.CASCADE, related_name="+")
    day = models.DateField(_("day"))
    views = models.PositiveIntegerField(_("views"), default=0)

    class Meta:
        verbose_name = _("views of an article in a channel")
        verbose_name_plural = _("views of articles in channels")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["article", "channel", "day"], name="one_sum_of_channel_views_a_day")
        ]
        indexes = [models.Index(fields=["day", "channel"], name="channel_views_by_day")]

    def __str__(self) -> str:
        return f"{self.day}: {self.views}"

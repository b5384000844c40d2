"""Publicity as a Django app: it listens to Wagtail's publishing signals."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PublicityConfig(AppConfig):
    """Holds pages, placements and the review task."""

    name = "civicnet_publicity"
    label = "civicnet_publicity"
    verbose_name = _("Columns and articles")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Connect the receivers, as importing them does; say what is only counted, of what event portals hear, and what fonts
        sheets want.
        """
        from django.core import checks

        from civicnet.delivery.kinds import offer
        from civicnet.ledger.stamps import leave_out
        from civicnet_publicity import receivers  # noqa: F401
        from civicnet_publicity.channels.portal import EVENT
        from civicnet_publicity.models import ArticleViews, ChannelViews, WeeklyDigest
        from civicnet_publicity.services.lost_messages import note_lost
        from civicnet_publicity.sheet_fonts import font_problems, missing_font

        checks.register(font_problems)
        checks.register(missing_font, deploy=True)
        # Written all the time: no kept answer is to end with each view.
        leave_out(ArticleViews, ChannelViews, WeeklyDigest)
        offer(EVENT, _("An article comes to the portal, or goes"), plugin="publicity", lost=note_lost)

"""The site as a Django app: templates, static files, themes, and the demo's commands."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SiteConfig(AppConfig):
    """The deployable project itself."""

    name = "civicnet_site"
    verbose_name = _("Site")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Offer what roles may hold here."""
        from civicnet.access.grants import Grant, offer

        offer(
            "sites",
            _("Public sites"),
            [Grant("civicnet_site.change_sitetheme", _("Change how a site looks and what its footer says"), wide=True)],
        )
        offer(
            "platform",
            _("The platform"),
            [Grant("wagtailadmin.enable_2fa", _("Must sign in with a code of the phone as well"), neutral=True)],
        )

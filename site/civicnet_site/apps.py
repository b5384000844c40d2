"""The site as a Django app: templates, static files, themes, and the demo's commands."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

# Tables of packages that are written all the time, and that no answer shows.
_BUSY = (
    "axes_accessattempt",
    "axes_accessattemptexpiration",
    "axes_accessfailurelog",
    "axes_accesslog",
    "django_session",
    "django_tasks_database_dbtaskresult",
    "wagtailadmin_editingsession",
    "wagtailadmin_formstate",
    "wagtailcore_modellogentry",
    "wagtailcore_pagelogentry",
    # No table of its own: SQLite's index of texts, which has no triggers.
    "wagtailsearch_indexentry_fts",
)


class SiteConfig(AppConfig):
    """The deployable project itself."""

    name = "civicnet_site"
    verbose_name = _("Site")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Offer what roles may hold here, and tell portals who runs a site."""
        from civicnet.access.grants import Grant, offer
        from civicnet.gateway.content.site_settings import offer_site_settings
        from civicnet.ledger.stamps import leave_out
        from civicnet_site.imprint import SiteImprint, imprints

        offer_site_settings(SiteImprint, imprints)
        leave_out(*_BUSY)

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

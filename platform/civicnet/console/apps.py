"""The console as a Django app: screens and doors only, no tables."""

from datetime import timedelta
from functools import partial

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ConsoleConfig(AppConfig):
    """Plugin switches, import screens, the audit list, and the worker's desk."""

    name = "civicnet.console"
    label = "civicnet_console"
    verbose_name = _("Console")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Seal the audit from now on, look into portraits, open imports to portals, and offer what roles may hold in Wagtail's
        own screens.
        """
        from wagtail.admin.views.account import AvatarSettingsPanel
        from wagtail.admin.views.pages import search

        from civicnet.access.actors import SYSTEM
        from civicnet.access.grants import Grant, offer
        from civicnet.console import brought, portal_schema
        from civicnet.console.resting_pages import PageSearchView
        from civicnet.console.upload_forms import PortraitForm
        from civicnet.contract import Schedule
        from civicnet.gateway import building
        from civicnet.ledger.seals import seal
        from civicnet.lifecycle.consequences import tell_of
        from civicnet.lifecycle.rehearsal import rehearse
        from civicnet.lifecycle.schedules import register

        tell_of(brought.consequences)
        building.bring(query=portal_schema.ImportsQuery, mutation=portal_schema.ImportsMutation)
        # Wagtail has no setting for this form, nor a hook for this search; its addresses are read after this.
        AvatarSettingsPanel.form_class = PortraitForm
        search.SearchView = PageSearchView
        register(Schedule("audit.seal", _("Seal the audit"), partial(seal, actor=SYSTEM), every=timedelta(hours=1)))
        rehearse(_build_menu)
        offer(
            "sites",
            _("Public sites"),
            [
                Grant("wagtailcore.add_site", _("Add sites"), wide=True),
                Grant("wagtailcore.change_site", _("Change sites, and decide who writes and reviews there"), wide=True),
            ],
        )


def _build_menu() -> None:
    from wagtail.admin.menu import admin_menu

    # Reading it once builds every item, those of plugins among them.
    admin_menu.registered_menu_items  # noqa: B018

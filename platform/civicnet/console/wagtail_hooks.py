"""Everything the host registers with Wagtail, once per process; plugins hand theirs in through hooks."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString
from wagtail import hooks

from civicnet.console.audit import AuditViewSet
from civicnet.console.burden import BurdenViewSet
from civicnet.console.caches import CacheViewSet
from civicnet.console.calendar_days import CalendarViewSet
from civicnet.console.clients import ClientViewSet
from civicnet.console.closed import CLOSED_BULK_ACTIONS
from civicnet.console.exports import ExportViewSet
from civicnet.console.graphql_documents import GraphQLDocumentViewSet
from civicnet.console.home import PluginPanels, WaitingPanel
from civicnet.console.imports import ImportViewSet
from civicnet.console.menus import plugin_viewsets
from civicnet.console.organisations import OrganisationViewSet
from civicnet.console.people_menu import PeopleGroup
from civicnet.console.plugins import PluginViewSet
from civicnet.console.ranges import serve_part
from civicnet.console.resting_pages import offer_pages_in_use, say_in_editor, say_in_explorer, serve_in_use


@hooks.register("register_admin_viewset")
def register_screens() -> list[Any]:
    """The host's own screens."""
    return [
        PluginViewSet(),
        AuditViewSet(),
        ImportViewSet(),
        ExportViewSet(),
        BurdenViewSet(),
        OrganisationViewSet(),
        CalendarViewSet(),
        ClientViewSet(),
        GraphQLDocumentViewSet(),
        CacheViewSet(),
        PeopleGroup(),
    ]


@hooks.register("register_admin_viewset")
def register_plugin_screens() -> list[Any]:
    """The plugins' screens, each behind its plugin's gate."""
    return plugin_viewsets()


for action in CLOSED_BULK_ACTIONS:
    # After Wagtail's own, which they replace.
    hooks.register("register_bulk_action", action, order=1000)


hooks.register("construct_page_chooser_queryset", offer_pages_in_use)
hooks.register("construct_explorer_page_queryset", say_in_explorer)
hooks.register("before_edit_page", say_in_editor)
hooks.register("before_serve_page", serve_in_use)


@hooks.register("register_icons")
def register_icons(icons: list[str]) -> list[str]:
    """Icons of our own."""
    return [*icons, "console/icons/plugins.svg"]


@hooks.register("construct_main_menu")
def keep_menu_by_work(request: HttpRequest, items: list[Any]) -> None:
    """Drop what no post here works with: help links to outside addresses."""
    items[:] = [item for item in items if item.name not in {"help"}]


@hooks.register("construct_homepage_panels")
def put_work_first(request: HttpRequest, panels: list[Any]) -> None:
    """What waits comes first; news of the software is nobody's work here."""
    others = [panel for panel in panels if panel.name != "whats_new_in_wagtail_version"]
    panels[:] = [WaitingPanel(), PluginPanels(), *others]


@hooks.register("construct_homepage_summary_items")
def count_nothing(request: HttpRequest, items: list[Any]) -> None:
    """How many pages and images there are helps nobody to begin their day."""
    items.clear()


@hooks.register("insert_global_admin_css")
def own_colours() -> SafeString:
    """Our colours for Wagtail's components."""
    return format_html('<link rel="stylesheet" href="{}">', static("console/admin.css"))


# After Wagtail has looked who may read the document.
hooks.register("before_serve_document", serve_part, order=100)

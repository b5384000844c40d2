"""API clients in Wagtail's admin: which portals call us, in what state they are, and one page for each."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_safe
from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.admin.viewsets.base import ViewSet
from wagtail.admin.widgets.button import HeaderButton
from wagtail.models import Site

from civicnet.access.actors import actor_of
from civicnet.access.client_rules import known_scopes
from civicnet.access.clients import ADD, CHANGE, VIEW, visible_clients
from civicnet.access.models import ApiClient
from civicnet.access.scope import covers
from civicnet.console import client_acts as acts
from civicnet.console.client_forms import last_day
from civicnet.console.client_state import State, key_state, last_use, state_of
from civicnet.console.doors import PostMenuItem, open_to
from civicnet.console.interface_use import PATHS as USE_PATHS
from civicnet.console.lists import ListView, LookingPolicy
from civicnet.console.webhooks import PATHS as WEBHOOK_PATHS
from civicnet.console.webhooks import webhooks_of


def scopes_in_words(client: ApiClient) -> list[str]:
    """What a client may do; a scope of a plugin that is gone by its bare name."""
    known = known_scopes()
    return [known.get(scope, scope) for scope in client.scopes]


class StateColumn(Column):
    """Valid, ending soon, or ended: by icon, colour and word."""

    cell_template_name = "console/clients/state_cell.html"

    def get_value(self, instance: Any) -> State:
        """From the keys loaded with the page."""
        return state_of(instance)


class ScopesColumn(Column):
    """What it may do, in words."""

    cell_template_name = "console/clients/scopes_cell.html"

    def get_value(self, instance: Any) -> list[str]:
        """One line for each scope."""
        return scopes_in_words(instance)


class UseColumn(Column):
    """When it last called, as people say it."""

    cell_template_name = "console/clients/use_cell.html"

    def get_value(self, instance: Any) -> Any:
        """The latest of its keys and tokens."""
        return last_use(instance)


class ClientListView(ListView):
    """Clients of the reader's organisations."""

    model = ApiClient
    permission_policy = LookingPolicy(VIEW)
    page_title = gettext_lazy("API clients")
    header_icon = "key"
    index_url_name = "clients:index"
    index_results_url_name = "clients:index_results"
    search_fields = ["name"]
    default_ordering = "name"
    empty = gettext_lazy("No portal calls yet. Register one with the button above; its key is shown once.")
    columns = [
        TitleColumn(
            "name",
            label=pgettext_lazy("API client", "Name"),
            sort_key="name",
            get_url=lambda client: reverse("clients:client", args=[client.pk]),
        ),
        StateColumn("state", label=gettext_lazy("State")),
        Column("organisation", label=gettext_lazy("Organisation"), classname="cn-wide"),
        ScopesColumn("scopes", label=gettext_lazy("It may"), classname="cn-wide"),
        UseColumn("used", label=gettext_lazy("Last used")),
    ]

    @cached_property
    def header_buttons(self) -> list[HeaderButton]:
        """What they use, and registering for those who may."""
        use = HeaderButton(gettext_lazy("Use of the interface"), url=reverse("clients:use"), icon_name="history")
        if not actor_of(self.request).may(ADD):
            return [use]
        return [HeaderButton(gettext_lazy("Register a client"), url=reverse("clients:new"), icon_name="plus"), use]

    def get_base_queryset(self) -> QuerySet[ApiClient]:
        """Through the one door, each with its keys."""
        return visible_clients(actor_of(self.request)).prefetch_related("keys")


@require_safe
@open_to(VIEW)
def client_page(request: HttpRequest, pk: int) -> HttpResponse:
    """One client: what it may, its keys, where it is told of what happens, and what was refused."""
    client = acts.client_for(request, pk)
    actor = actor_of(request)
    context = {
        "client": client,
        "state": state_of(client),
        "used": last_use(client),
        "scopes": scopes_in_words(client),
        "sites": Site.objects.filter(pk__in=client.sites),
        "last_day": last_day(client.expires_at),
        "keys": [{"key": key, "state": key_state(key)} for key in client.keys.all()],
        "webhooks": webhooks_of(client, actor),
        "refusals": client.refusals.all(),
        "can_change": covers(actor, CHANGE, client.organisation.path) and not client.revoked_at,
        "usual_cost": settings.CIVICNET_GRAPHQL_HOURLY_COST,
        "oauth": settings.CIVICNET_OAUTH2,
    }
    return render(request, "console/clients/client.html", context)


class ClientMenuItem(PostMenuItem):
    """For whoever looks after API clients."""

    permissions = (VIEW,)


class ClientViewSet(ViewSet):
    """API clients as part of Wagtail's admin."""

    name = "clients"
    url_prefix = "clients"
    icon = "key"
    menu_label = gettext_lazy("API clients")
    menu_name = "api-clients"
    menu_order = 710
    menu_item_class = ClientMenuItem
    add_to_admin_menu = True

    def get_urlpatterns(self) -> list[Any]:
        """List first: the menu leads there."""
        return [
            path("", ClientListView.as_view(), name="index"),
            path("results/", ClientListView.as_view(results_only=True), name="index_results"),
            path("new/", acts.new, name="new"),
            path("<int:pk>/", client_page, name="client"),
            path("<int:pk>/rights/", acts.change, name="change"),
            path("<int:pk>/key/", acts.rotate, name="rotate"),
            path("<int:pk>/key/<int:key>/revoke/", acts.revoke_one, name="revoke_key"),
            path("<int:pk>/secret/", acts.secret, name="secret"),
            path("<int:pk>/secret/withdraw/", acts.withdraw, name="withdraw"),
            path("<int:pk>/revoke/", acts.revoke, name="revoke"),
            *USE_PATHS,
            *WEBHOOK_PATHS,
        ]

"""The audit screen: who did what, for those whose post is to look."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from wagtail.admin.ui.tables import Column, DateColumn
from wagtail.admin.views.generic import IndexView
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.permission_policies import ModelPermissionPolicy

from civicnet.ledger.models import AuditRecord


class ReadOnlyPolicy(ModelPermissionPolicy):
    """Nobody adds, changes or deletes here, whatever the groups say."""

    def user_has_permission(self, user: Any, action: str) -> bool:
        """Only viewing is ever allowed."""
        return action == "view" and bool(super().user_has_permission(user, action))

    def user_has_any_permission(self, user: Any, actions: Any) -> bool:
        """Only viewing is ever allowed."""
        return any(self.user_has_permission(user, action) for action in actions)


class AuditIndexView(IndexView):
    """Newest first; nothing to press."""

    any_permission_required = ["view"]


class AuditViewSet(ModelViewSet):
    """Audit records in Wagtail's admin."""

    model = AuditRecord
    url_namespace = "audit"
    url_prefix = "audit"
    icon = "history"
    menu_label = _("Audit")
    menu_order = 800
    add_to_admin_menu = True
    inspect_view_enabled = True
    copy_view_enabled = False
    index_view_class = AuditIndexView
    permission_policy = ReadOnlyPolicy(AuditRecord)
    list_display = [
        DateColumn("at", label=_("Time")),
        Column("actor_label", label=_("Who")),
        Column("action", label=pgettext_lazy("audit", "Action")),
        Column("object_label", label=_("Object")),
        Column("reason", label=_("Reason")),
    ]
    list_filter = ["action", "actor_kind"]
    search_fields = ["actor_label", "object_label", "reason"]
    search_backend_name = None
    exclude_form_fields: list[str] = []

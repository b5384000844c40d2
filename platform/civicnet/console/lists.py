"""Lists in the admin that are looked at, narrowed and opened; whatever changes rows goes through services."""

from __future__ import annotations

from typing import Any, ClassVar

from django.utils.functional import cached_property
from wagtail.admin.ui.tables import Column
from wagtail.admin.views.generic import IndexView

from civicnet.access.actors import staff_actor


class LookingPolicy:
    """What Wagtail's lists ask: looking takes one of these permissions by post, and nothing is changed by generic forms.

    Superusers are asked like everybody else.
    """

    def __init__(self, *permissions: str) -> None:
        self.permissions = permissions

    def user_has_permission(self, user: Any, action: str) -> bool:
        """Only viewing is ever allowed."""
        actor = staff_actor(user)
        return action == "view" and any(actor.may(permission) for permission in self.permissions)

    def user_has_any_permission(self, user: Any, actions: Any) -> bool:
        """Only viewing is ever allowed."""
        return any(self.user_has_permission(user, action) for action in actions)


class DayColumn(Column):
    """A day as it stands in files; how long ago it was helps nobody here."""

    def get_value(self, instance: Any) -> str:
        """The ISO date."""
        day = super().get_value(instance)
        return f"{day:%Y-%m-%d}" if day else ""


class ListView(IndexView):
    """A list that is searched and opened, but not edited in place. ``empty`` names the next step while nothing is there."""

    any_permission_required = ["view"]
    search_backend_name = None
    paginate_by = 30
    empty: ClassVar[Any] = ""

    @cached_property
    def no_results_message(self) -> Any:
        """Nothing found, or nothing there yet: which of the two makes all the difference to what comes next."""
        found_nothing = self.is_searching or self.is_filtering or not self.empty
        return super().no_results_message if found_nothing else self.empty

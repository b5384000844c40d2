"""Wagtail's users as a Django app without its screens for them: avatars and preferences stay."""

from wagtail.users.apps import WagtailUsersAppConfig


class UsersConfig(WagtailUsersAppConfig):
    """Stands in INSTALLED_APPS where Wagtail's own would."""

    user_viewset = "civicnet.console.closed.ClosedUsers"
    group_viewset = "civicnet.console.closed.ClosedGroups"

"""What signing in adds to Wagtail's admin: its steps, the entries of the account screen, one permission for roles."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.models import Permission
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from wagtail import hooks

from civicnet_site.sign_in.two_factor import BY_ROLE


@hooks.register("register_account_menu_item")
def password_entry(request: HttpRequest) -> dict[str, str]:
    """Changing one's password."""
    return {
        "url": reverse("admin_change_password"),
        "label": _("Change password"),
        "help_text": _("Ends all your other sessions."),
    }


@hooks.register("register_account_menu_item")
def two_factor_entry(request: HttpRequest) -> dict[str, str] | None:
    """Setting up the phone for codes."""
    if settings.CIVICNET_TWO_FACTOR == "off":
        return None
    return {
        "url": reverse("admin_two_factor_set_up"),
        "label": _("Phone for codes"),
        "help_text": _("Sign in with a code of your phone as well, or set up another phone."),
    }


@hooks.register("register_permissions")
def two_factor_permission() -> QuerySet[Permission]:
    """Whoever has it must sign in with a code as well."""
    app, _dot, codename = BY_ROLE.partition(".")
    return Permission.objects.filter(content_type__app_label=app, codename=codename)

"""What both sign-in pages say beside their form: why a session ended, and the way through single sign-on."""

from __future__ import annotations

from typing import Any

from django import template
from django.conf import settings
from django.utils.translation import gettext as _

register = template.Library()


@register.simple_tag(takes_context=True)
def why_signed_out(context: dict[str, Any]) -> str:
    """The sentence of an ended session, or of a refusal by single sign-on."""
    sentences = {
        "idle": _("You were signed out because nothing was done for %(minutes)d minutes. Sign in again to go on.")
        % {"minutes": settings.CIVICNET_SESSION_IDLE_MINUTES},
        "lifetime": _("You were signed out because a session lasts %(hours)d hours at most. Sign in again to go on.")
        % {"hours": settings.CIVICNET_SESSION_HOURS},
        "elsewhere": _(
            "Your unit's sign-in did not let you in here. Ask your administrator whether your account is set up."
        ),
    }
    return sentences.get(context["request"].GET.get("ended", ""), "")


@register.inclusion_tag("sign_in/elsewhere.html", takes_context=True)
def sign_in_elsewhere(context: dict[str, Any]) -> dict[str, Any]:
    """The button of single sign-on, where it is on."""
    return {
        "request": context["request"],
        "csrf_token": context.get("csrf_token"),
        "single_sign_on": settings.CIVICNET_OIDC_NAME if settings.CIVICNET_OIDC_ISSUER else "",
        "next": context.get("next") or "",
    }

"""What both sign-in pages say beside their form: why a session ended, and the way through single sign-on."""

from __future__ import annotations

from typing import Any

from django import template
from django.conf import settings
from django.utils.translation import gettext as _

register = template.Library()


@register.inclusion_tag("sign_in/beside.html", takes_context=True)
def beside_sign_in(context: dict[str, Any]) -> dict[str, Any]:
    """The sentence of an ended session, and the button of single sign-on where it is on."""
    sentences = {
        "idle": _("You were signed out because nothing was done for %(minutes)d minutes. Sign in again to go on.")
        % {"minutes": settings.CIVICNET_SESSION_IDLE_MINUTES},
        "lifetime": _("You were signed out because a session lasts %(hours)d hours at most. Sign in again to go on.")
        % {"hours": settings.CIVICNET_SESSION_HOURS},
        "elsewhere": _(
            "Your unit's sign-in did not let you in here. Ask your administrator whether your account is set up."
        ),
    }
    request = context["request"]
    return {
        "sentence": sentences.get(request.GET.get("ended", "")),
        "single_sign_on": settings.CIVICNET_OIDC_NAME if settings.CIVICNET_OIDC_ISSUER else "",
        "next": context.get("next") or "",
    }

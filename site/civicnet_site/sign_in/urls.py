"""Addresses of the sign-in steps, once under the administration and once under the desk."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.urls import URLPattern, path

from civicnet_site.sign_in.two_factor_views import Picture, SetUp, Verify
from civicnet_site.sign_in.views import ChangePassword


def steps(door: str) -> list[URLPattern]:
    """The steps as one door shows them."""
    signed_in = login_required(login_url="wagtailadmin_login" if door == "admin" else "desk_sign_in")
    return [
        path("password/", signed_in(ChangePassword.as_view(door=door)), name=f"{door}_change_password"),
        path("two-factor/", signed_in(Verify.as_view(door=door)), name=f"{door}_two_factor"),
        path("two-factor/set-up/", signed_in(SetUp.as_view(door=door)), name=f"{door}_two_factor_set_up"),
        path("two-factor/picture/", signed_in(Picture.as_view(door=door)), name=f"{door}_two_factor_picture"),
    ]


def single_sign_on_steps() -> list[URLPattern]:
    """To the provider and back; nothing where none is named."""
    if not settings.CIVICNET_OIDC_ISSUER:
        return []
    from civicnet_site.sign_in import oidc

    return [
        path("single-sign-on/", oidc.single_sign_on, name="single_sign_on"),
        path("single-sign-on/return/", oidc.single_sign_on_return, name="single_sign_on_return"),
    ]


admin_steps = steps("admin")
desk_steps = steps("desk")

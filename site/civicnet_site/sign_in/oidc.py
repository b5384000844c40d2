"""Single sign-on by OpenID Connect: django-allauth asks, we check the token to the last sign and look the person up.

It opens accounts that are here and active. It never makes one, changes one, or gives a role.
"""

from __future__ import annotations

import secrets
from typing import Any, NoReturn

import jwt
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.internal.jwtkit import lookup_kid_jwk, verify_and_decode
from allauth.socialaccount.models import SocialApp, SocialToken
from allauth.socialaccount.providers.base.constants import AuthProcess
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.conf import settings
from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST
from requests import RequestException

from civicnet.access.models import User
from civicnet_site.sign_in.gate import ELSEWHERE

PROVIDER = "civicnet"
BACKEND = "civicnet_site.sign_in.backends.PeopleBackend"
# Signed with the provider's private key; a token "signed" with our own secret, or with nothing, is none.
_ALGORITHMS = {"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"}


class Adapter(DefaultSocialAccountAdapter):
    """allauth's account adapter, narrowed to the one provider of the settings, with our page for every error."""

    def get_provider(self, request: HttpRequest, provider: str, client_id: str | None = None) -> OpenIDConnectProvider:
        """The provider of the settings; rows in the database add none."""
        app = SocialApp(
            provider="openid_connect",
            provider_id=PROVIDER,
            name=settings.CIVICNET_OIDC_NAME,
            client_id=settings.CIVICNET_OIDC_CLIENT_ID,
            secret=settings.CIVICNET_OIDC_CLIENT_SECRET,
            settings={"server_url": settings.CIVICNET_OIDC_ISSUER.rstrip("/"), "oauth_pkce_enabled": True},
        )
        known = OpenIDConnectProvider(request, app=app)
        known.oauth2_adapter_class = Checked
        return known

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        """Never: accounts are made by an administrator."""
        return False

    def on_authentication_error(self, request: HttpRequest, *_given: Any, **_more: Any) -> NoReturn:
        """Back to the sign-in page, with one sentence whatever the reason was."""
        raise ImmediateHttpResponse(_back_to_sign_in(""))


class Checked(OpenIDConnectOAuth2Adapter):
    """The exchange with the provider, once for each callback; ``state`` is what we stashed when it began."""

    state: dict[str, Any]

    def get_callback_url(self, request: HttpRequest, app: SocialApp) -> str:
        """Where the provider sends people back to."""
        return request.build_absolute_uri(reverse("single_sign_on_return"))

    def complete_login(self, request: HttpRequest, app: SocialApp, token: SocialToken, **kwargs: Any) -> NoReturn:
        """Sign the person in, or send them back."""
        claims = self._claims(app, kwargs["response"].get("id_token"))
        name = claims.get(settings.CIVICNET_OIDC_CLAIM)
        person = User.objects.filter(username=name, is_active=True).first() if isinstance(name, str) else None
        following = self.state.get("next") or ""
        if person is None:
            raise ImmediateHttpResponse(_back_to_sign_in(following))
        login(request, person, backend=BACKEND)
        request.session[ELSEWHERE] = True
        raise ImmediateHttpResponse(HttpResponseRedirect(following or reverse("wagtailadmin_home")))

    def _claims(self, app: SocialApp, id_token: str | None) -> dict[str, Any]:
        issuer = settings.CIVICNET_OIDC_ISSUER.rstrip("/")
        if not id_token or str(self.openid_config.get("issuer", "")).rstrip("/") != issuer:
            raise OAuth2Error("no token, or another issuer")
        try:
            if jwt.get_unverified_header(id_token).get("alg") not in _ALGORITHMS:
                raise OAuth2Error("signed by nobody we ask")
            claims: dict[str, Any] = verify_and_decode(
                credential=id_token,
                keys_url=self.openid_config["jwks_uri"],
                issuer=self.openid_config["issuer"],
                audience=app.client_id,
                lookup_kid=lookup_kid_jwk,
            )
        except (KeyError, TypeError, ValueError, jwt.PyJWTError) as error:
            raise OAuth2Error("not a token of this provider") from error
        if claims.get("azp", app.client_id) != app.client_id or "exp" not in claims:
            raise OAuth2Error("meant for another, or for ever")
        if not secrets.compare_digest(str(claims.get("nonce", "")), self.state["nonce"]):
            raise OAuth2Error("not the answer to this question")
        return claims


class Callback(OAuth2CallbackView):
    """The way back: hands what was stashed to the adapter, which needs its nonce."""

    def _get_state(self, request: HttpRequest, provider: Any) -> tuple[Any, Any]:
        state, response = super()._get_state(request, provider)
        self.adapter.state = state or {}
        return state, response


@never_cache
@require_POST
def single_sign_on(request: HttpRequest) -> HttpResponse:
    """Send the person to the provider, with a state, a nonce and a PKCE challenge that only this session knows."""
    following = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(following, {request.get_host()}, require_https=request.is_secure()):
        following = ""
    nonce = secrets.token_urlsafe(32)
    provider = Checked(request, PROVIDER).get_provider()
    try:
        answer: HttpResponse = provider.redirect(
            request,
            AuthProcess.LOGIN,
            next_url=following,
            scope=settings.CIVICNET_OIDC_SCOPES,
            auth_params={"nonce": nonce},
            nonce=nonce,
        )
    except (RequestException, KeyError, ValueError):
        return _back_to_sign_in(following)
    except ImmediateHttpResponse as refused:
        answer = refused.response
    return answer


@never_cache
@require_GET
def single_sign_on_return(request: HttpRequest) -> HttpResponse:
    """Where the provider sends people back to."""
    answer: HttpResponse = Callback.adapter_view(Checked(request, PROVIDER))(request)
    return answer


def _back_to_sign_in(following: str) -> HttpResponse:
    door = "desk_sign_in" if following.startswith("/desk/") else "wagtailadmin_login"
    return HttpResponseRedirect(f"{reverse(door)}?ended=elsewhere")

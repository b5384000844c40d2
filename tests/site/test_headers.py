"""What browsers are told with every answer: where scripts may come from, and what nobody may do with our pages."""

from __future__ import annotations

import pytest
from django.http import HttpResponse
from django.middleware.security import SecurityMiddleware
from django.template import Context, Template
from django.test import Client, RequestFactory
from whitenoise.middleware import WhiteNoiseMiddleware

from civicnet_site.content_policy import ContentPolicyMiddleware

EVERYWHERE = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}


def policy(response) -> dict[str, list[str]]:
    parts = (part.split() for part in response.headers["Content-Security-Policy"].split("; "))
    return {name: sources for name, *sources in parts}


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/", "/nothing-here/", "/desk/sign-in/", "/admin/login/", "/graphql/?query={a}"])
def test_every_answer_carries_the_plain_headers(client: Client, address: str) -> None:
    response = client.get(address)

    assert {name: response.headers.get(name) for name in EVERYWHERE} == EVERYWHERE
    assert "geolocation=()" in response.headers["Permissions-Policy"]
    assert "object-src" in policy(response) or policy(response)["default-src"] == ["'none'"]


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/", "/desk/sign-in/", "/nothing-here/", "/language/"])
def test_pages_of_ours_run_nothing_that_stands_in_the_page(client: Client, address: str) -> None:
    told = policy(client.get(address))

    assert told["default-src"] == told["object-src"] == told["frame-ancestors"] == ["'none'"]
    assert told["script-src"] == told["style-src"] == told["base-uri"] == told["form-action"] == ["'self'"]


@pytest.mark.django_db
def test_the_admin_has_a_policy_of_its_own_that_still_lets_nothing_in_from_elsewhere(client: Client) -> None:
    told = policy(client.get("/admin/login/"))

    assert told["frame-ancestors"] == told["base-uri"] == ["'self'"]
    assert told["object-src"] == ["'none'"]
    assert "'unsafe-eval'" not in told["script-src"]
    foreign = {one for sources in told.values() for one in sources if "." in one or "*" in one or one == "https:"}
    assert not foreign


@pytest.mark.django_db
def test_what_is_no_page_may_load_nothing(client: Client) -> None:
    told = policy(client.get("/graphql/", {"query": "{ platform { version } }"}))

    assert told == {"default-src": ["'none'"], "frame-ancestors": ["'none'"]}


def answer(page: str, *, path: str = "/", status: int = 200, preview: bool = False) -> HttpResponse:
    def view(request):
        request.is_preview = preview
        return HttpResponse(Template(page).render(Context({"request": request})), status=status)

    return ContentPolicyMiddleware(view)(RequestFactory().get(path))


def test_a_template_lets_its_own_script_in_by_the_nonce_of_this_answer() -> None:
    page = '<script nonce="{{ request.csp_nonce }}">1</script>'

    first, second = answer(page), answer(page)

    nonce = first.content.decode().split('"')[1]
    assert policy(first)["script-src"] == ["'self'", f"'nonce-{nonce}'"]
    assert nonce not in second.headers["Content-Security-Policy"]


def test_a_preview_may_stand_in_the_editor_s_frame_and_keeps_the_rest() -> None:
    told, usual = policy(answer("page", preview=True)), policy(answer("page"))

    assert told == usual | {"frame-ancestors": ["'self'"]}


def test_the_page_of_a_fault_keeps_its_styles_and_nothing_else() -> None:
    told = policy(answer("broken", status=500))

    assert told["default-src"] == ["'none'"]
    assert [one[:8] for one in told["style-src"]] == ["'sha256-"]


def test_reports_go_where_the_settings_say(settings) -> None:
    settings.CONTENT_SECURITY_POLICY = {"DIRECTIVES": {"report-uri": ["/csp-report/"]}}

    assert policy(answer("page"))["report-uri"] == ["/csp-report/"]


def test_made_pictures_are_served_with_the_headers_and_nothing_beside_them_is(
    client: Client, settings, tmp_path, db
) -> None:
    settings.MEDIA_ROOT = tmp_path
    for name in ("images/made.jpg", "documents/private.pdf"):
        (tmp_path / name).parent.mkdir()
        (tmp_path / name).write_bytes(b"content")

    made = client.get("/media/images/made.jpg")

    assert (made.status_code, made.headers["Content-Type"]) == (200, "image/jpeg")
    assert made.headers["X-Content-Type-Options"] == "nosniff"
    assert policy(made)["default-src"] == ["'none'"]
    assert "Cookie" not in made.headers.get("Vary", "")
    for other in ("/media/documents/private.pdf", "/media/images/../documents/private.pdf", "/media/images/"):
        assert client.get(other).status_code in (400, 404)


def test_a_static_file_carries_them_too(settings) -> None:
    settings.WHITENOISE_USE_FINDERS = True
    settings.WHITENOISE_AUTOREFRESH = True
    served = SecurityMiddleware(WhiteNoiseMiddleware(lambda _request: HttpResponse(status=404)))
    response = served(RequestFactory().get("/static/console/mark.svg"))

    assert response.status_code == 200
    assert response.headers["X-Content-Type-Options"] == "nosniff"

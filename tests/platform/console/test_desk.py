"""The workers' desk: a way in of its own, and tabs of the plugins that are on."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from civicnet.access.actors import SYSTEM
from civicnet.access.models import User
from civicnet.lifecycle.activation import disable_plugin
from civicnet.lifecycle.registry import registry


@pytest.fixture
def worker(staff: Callable[..., User]) -> User:
    """Somebody who has no business in the administration."""
    return staff([], username="worker")


def test_a_worker_signs_in_at_the_desk_and_lands_on_the_first_tab(worker: User, client: Client) -> None:
    asked = client.get("/desk/hotline/")
    answer = client.post("/desk/sign-in/", {"username": "worker", "password": "demo-only-1234"})
    page = client.get("/desk/", follow=True)

    assert asked.headers["Location"] == "/desk/sign-in/?next=/desk/hotline/"
    assert answer.headers["Location"] == "/desk/"
    assert page.redirect_chain == [("/desk/hotline/", 302)]
    assert "工单" in page.content.decode()
    assert "我的格" in page.content.decode()


def test_a_wrong_password_keeps_the_name_and_says_so(worker: User, client: Client) -> None:
    answer = client.post("/desk/sign-in/", {"username": "worker", "password": "wrong"})

    assert answer.status_code == 200
    assert 'value="worker"' in answer.content.decode()
    assert 'role="alert"' in answer.content.decode()
    assert client.get("/desk/").status_code == 302


def test_a_tab_goes_with_its_plugin_and_an_empty_desk_says_what_to_do(worker: User, client: Client) -> None:
    client.force_login(worker)

    disable_plugin(slug="hotline", actor=SYSTEM, reason="test")
    one_left = client.get("/desk/", follow=True).content.decode()
    for slug in reversed(registry.manifests):
        disable_plugin(slug=slug, actor=SYSTEM, reason="test")
    empty = client.get("/desk/").content.decode()

    assert "工单" not in one_left
    assert "我的格" in one_left
    assert "请联系管理员开启相应插件" in empty


def test_a_link_to_another_host_is_not_followed_after_signing_in(worker: User, client: Client) -> None:
    answer = client.post(
        "/desk/sign-in/", {"username": "worker", "password": "demo-only-1234", "next": "https://example.com/"}
    )

    assert answer.headers["Location"] == "/desk/"

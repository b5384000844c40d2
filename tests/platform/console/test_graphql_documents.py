"""The register of GraphQL documents: added when the text fits, found by hash, shown with its use, ended with a reason."""

from __future__ import annotations

import hashlib
import html
from collections.abc import Callable

import pytest
from django.test import Client
from django.utils import timezone

from civicnet.access.actors import SYSTEM
from civicnet.access.clients import create_client, revoke_client
from civicnet.access.models import User
from civicnet.gateway.models import TrustedDocument
from civicnet.gateway.trusted.services import register_document
from civicnet.ledger.models import AuditRecord

VIEW = ["wagtailadmin.access_admin", "civicnet_gateway.view_trusteddocument"]
CHANGE = [*VIEW, "civicnet_gateway.change_trusteddocument"]
LIST = "/admin/graphql-documents/"
TEXT = "query Version {\n  platform { version }\n}\n"
DIGEST = hashlib.sha256(TEXT.encode()).hexdigest()
FILLED = {"name": "门户首页", "text": TEXT.replace("\n", "\r\n"), "reason": "联调"}


@pytest.fixture
def browser(staff: Callable[..., User], client: Client) -> Callable[..., Client]:
    """Signs in and reads English."""

    def sign_in(permissions: list[str]) -> Client:
        client.force_login(staff(permissions, "222403", username=f"may{len(permissions)}"))
        client.cookies["civicnet_language"] = "en"
        return client

    return sign_in


@pytest.fixture
def registered(db) -> TrustedDocument:
    return register_document(text=TEXT, name="门户首页", actor=SYSTEM)


def read(answer) -> str:
    return html.unescape(answer.content.decode())


def test_a_pasted_text_is_registered_to_the_letter_and_then_answered(browser) -> None:
    office = browser(CHANGE)

    page = read(office.post(f"{LIST}new/", FILLED, follow=True))

    made = TrustedDocument.objects.get()
    assert (made.text, made.digest, made.client) == (TEXT, DIGEST, None)
    assert f"sha256:{DIGEST}" in page and "platform { version }" in page
    answer = Client().get("/graphql/", {"documentId": f"sha256:{DIGEST}"})
    assert answer.json() == {"data": {"platform": {"version": "0.1.0"}}}
    made.refresh_from_db()
    assert f"{timezone.localdate():%Y-%m-%d}" in read(office.get(LIST))
    record = AuditRecord.objects.get(action="gateway.register_document")
    assert (record.reason, record.after) == ("联调", {"digest": DIGEST, "name": "门户首页", "client": ""})


def test_every_error_of_a_text_stands_beside_it_with_its_place_and_the_text_is_kept(browser) -> None:
    text = "{\n  platfrm\n  platform { versoin }\n}"

    answer = browser(CHANGE).post(f"{LIST}new/", FILLED | {"text": text})

    page = read(answer)
    assert answer.status_code == 400
    assert "Line 2, column 3: There is no field platfrm: the type Query does not have it here." in page
    assert "Line 3, column 14: There is no field versoin: the type Platform does not have it here." in page
    assert text in page
    assert not TrustedDocument.objects.exists()


def test_a_document_of_one_client_is_registered_for_it(browser, city) -> None:
    owner = create_client(name="演示门户", organisation=city["222403"], scopes=[], actor=SYSTEM)[0]
    gone = create_client(name="旧门户", organisation=city["222403"], scopes=[], actor=SYSTEM)[0]
    revoke_client(client=gone, actor=SYSTEM, reason="停用")
    office = browser([*CHANGE, "civicnet_access.view_apiclient"])

    refused = office.post(f"{LIST}new/", FILLED | {"client": gone.pk})
    page = read(office.post(f"{LIST}new/", FILLED | {"client": owner.pk}, follow=True))

    assert refused.status_code == 400
    assert "演示门户" in page
    assert TrustedDocument.objects.get().client == owner


@pytest.mark.parametrize(
    ("asked", "found"), [("首页", True), (DIGEST[:12], True), (f"SHA256:{DIGEST.upper()}", True), ("别的", False)]
)
def test_a_document_is_found_by_name_or_by_what_a_caller_sent(browser, registered, asked: str, found: bool) -> None:
    page = read(browser(VIEW).get(f"{LIST}results/", {"q": asked}))

    assert (f"{LIST}{registered.pk}/" in page) is found


def test_ending_takes_a_reason_and_leaves_the_record(browser, registered) -> None:
    office = browser(CHANGE)
    address = f"{LIST}{registered.pk}/"

    assert office.post(f"{address}end/", {"reason": ""}).status_code == 400
    page = read(office.post(f"{address}end/", {"reason": "门户改版"}, follow=True))

    assert "门户改版" in page and f"{address}end/" not in page
    answer = Client().get("/graphql/", {"documentId": f"sha256:{DIGEST}"}).json()
    assert answer["errors"][0]["extensions"]["code"] == "DOCUMENT_NOT_FOUND"
    assert "ended already" in read(office.post(f"{address}end/", {"reason": "again"}))


def test_looking_is_not_changing_and_others_see_nothing(browser, registered) -> None:
    office = browser(VIEW)
    address = f"{LIST}{registered.pk}/"

    assert office.get(LIST).status_code == office.get(address).status_code == 200
    assert f"{LIST}new/" not in read(office.get(LIST)) and f"{address}end/" not in read(office.get(address))
    for changing in (f"{LIST}new/", f"{address}end/"):
        # Wagtail sends those who may not back to its front page.
        assert office.post(changing, FILLED).status_code in (302, 403)
    registered.refresh_from_db()
    assert registered.ended_at is None
    stranger = browser(["wagtailadmin.access_admin"])
    for door in (LIST, address, f"{LIST}{registered.pk + 1}/"):
        assert DIGEST not in read(stranger.get(door, follow=True))

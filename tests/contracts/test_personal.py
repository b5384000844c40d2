"""Personal fields: each is declared with a purpose and a retention, and what is declared exists."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.db import models

from civicnet.access.keepers import Declared, declared
from civicnet.cipher.fields import EncryptedField

# What a name of a column says about people: somebody has to think about it.
SMELLS = re.compile(
    r"name$|^first_name|^last_name|phone|mobile|e?mail$|address|id_number|id_card|birth|^sex$|gender|political|"
    r"caller|author$|author_|contact|avatar|subject_label|actor_label|latitude|longitude"
)

# Model.field → why it is none, or why it is not erased. An entry that fits nothing fails the test.
EXCEPTIONS = {
    "civicnet_access.organisation.name": "An organisation's.",
    "civicnet_publicity.columntype.name": "A type's: what columns of it are called.",
    "civicnet_access.organisationevent.actor_label": "Who changed the tree, for as long as its history is kept.",
    "civicnet_access.apiclient.name": "A portal's.",
    "civicnet_access.clientrefusal.last_address": "Of the machine of a portal, not of a person.",
    "civicnet_delivery.webhook.secret": "A portal's.",
    "civicnet_delivery.webhook.header_value": "A cache's.",
    "civicnet_delivery.webhook.header_name": "A header's.",
    "civicnet_gateway.trusteddocument.name": "A document's.",
    "civicnet_exchange.upload.file_name": "A file's; gone with it within the hour.",
    "civicnet_grid.grid.name": "A grid's.",
    "civicnet_grid.worker.phone_index": "A keyed digest; replaced together with the phone.",
    "civicnet_hotline.case.caller_phone_index": "A keyed digest; emptied together with the phone.",
    "civicnet_hotline.case.address": "The place of the matter, kept with the case once nobody is named as its caller.",
    "civicnet_hotline.case.address_id": "The same, as a grid's or an address's number.",
    "civicnet_hotline.case.latitude": "The place of the matter.",
    "civicnet_hotline.case.longitude": "The place of the matter.",
    "civicnet_hotline.casestep.actor_label": "Which official took a step; the trail of a case is only added to.",
    "civicnet_hotline.category.name": "A category's.",
    "civicnet_lifecycle.pluginchange.actor_label": "Who moved a switch, told to those who move them, as in the audit.",
    "civicnet_publicity.channel.name": "A place's to which articles go.",
    "civicnet_publicity.channel.secrets": "An account's of the office.",
    "civicnet_publicity.channeldelivery.address": "A page's.",
    "civicnet_publicity.checkdecision.actor_label": "Who let a text pass, told in its review as in the audit.",
    "civicnet_publicity.urgentpath.actor_label": "Who let a text go the urgent way, told in its review as in the audit.",
    "civicnet_publicity.madeupstep.actor_label": "Who made up a step of a review; the sheet of a review is only added to.",
    "civicnet_publicity.madeupstep.name": "A step's.",
    "civicnet_publicity.leader.name": "Holders of public offices, as every bulletin names them; taken out of the list by hand.",
    "civicnet_ledger.auditrecord.actor_label": "Who answers for a deed, for CIVICNET_AUDIT_RETENTION_DAYS.",
    "civicnet_site.sitetheme.site_name": "A site's.",
    "civicnet_site.sitetheme.contact": "An office's, printed in the foot of every page.",
    "civicnet_lifecycle.schedulerun.name": "A schedule's.",
    "civicnet_workdays.calendarday.name": "A holiday's.",
}


def own_fields() -> Iterator[tuple[str, models.Field]]:
    for model in apps.get_models():
        if model.__module__.startswith("civicnet"):
            for field in model._meta.local_concrete_fields:
                yield f"{model._meta.label_lower}.{field.name}", field


def declared_names() -> set[str]:
    return {f"{one.model._meta.label_lower}.{one.field.field}" for one in declared()}


@pytest.mark.parametrize("one", declared(), ids=lambda one: f"{one.holder}.{one.field.model}.{one.field.field}")
def test_what_is_declared_exists_and_says_why_and_how_long(one: Declared) -> None:
    assert one.model._meta.get_field(one.field.field)
    for sentence in (one.field.purpose, one.field.counted_from):
        assert {"zh-hans", "en"} <= sentence.keys()
        assert all(text.strip() for text in sentence.values())
    assert 0 <= one.field.retention_days <= 3650


def sealed() -> set[str]:
    return {name for name, field in own_fields() if isinstance(field, EncryptedField)}


def test_every_encrypted_field_is_declared_or_excused_with_a_reason() -> None:
    assert sealed()
    assert sealed() - declared_names() - EXCEPTIONS.keys() == set()


def test_whatever_smells_of_a_person_is_declared_or_excused_with_a_reason() -> None:
    smelling = {name for name, field in own_fields() if SMELLS.search(field.name) and not field.is_relation}

    assert smelling - declared_names() - EXCEPTIONS.keys() == set()


def test_every_excuse_is_still_needed() -> None:
    smelling = {name for name, field in own_fields() if SMELLS.search(field.name)}

    assert EXCEPTIONS.keys() - smelling - sealed() == set()


def test_a_declared_number_of_a_person_is_encrypted() -> None:
    numbers = [one for one in declared() if re.search("phone$|id_number$", one.field.field)]

    assert len(numbers) == 3
    assert all(isinstance(one.model._meta.get_field(one.field.field), EncryptedField) for one in numbers)


def test_the_page_tells_of_every_declared_field_as_it_is() -> None:
    page = (Path(__file__).resolve().parents[2] / "docs/explanation/personal-data.md").read_text(encoding="utf-8")

    rows = {line for line in page.splitlines() if re.match(r"\| [a-z]+ \| \w+\.\w+ \|", line)}

    assert rows == {told(one) for one in declared()}


def told(one: Declared) -> str:
    """The row of the page."""
    column = one.model._meta.get_field(one.field.field)
    kept = "sealed" if isinstance(column, EncryptedField | models.FileField) else "plain"
    gone = f"{one.field.retention_days} days after {one.field.counted_from['en']}"
    return f"| {one.holder} | {one.field.model}.{one.field.field} | {kept} | {one.field.purpose['en']} | {gone} |"

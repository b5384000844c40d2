"""An organisation is asked for by code or name, and only those of the actor's own subtree are offered or taken."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django import forms
from django.test import Client
from django.urls import reverse

from civicnet.access.actors import staff_actor
from civicnet.access.models import AliasKind, Organisation, OrganisationAlias, User
from civicnet.console.organisation_field import OrganisationField
from civicnet.contract import Actor

PERMISSION = "civicnet_access.change_organisation"
ADMIN = "wagtailadmin.access_admin"


class PlaceForm(forms.Form):
    place = OrganisationField(permission=PERMISSION)

    def __init__(self, actor: Actor, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["place"].actor = actor


@pytest.fixture
def subdistrict(city: dict[str, Organisation], actor: Callable[..., Actor]) -> Actor:
    return actor([PERMISSION], "222403001")


def cleaned(actor: Actor, typed: str) -> Organisation | str:
    form = PlaceForm(actor, {"place": typed})
    return form.cleaned_data["place"] if form.is_valid() else str(form.errors["place"][0])


@pytest.mark.parametrize("typed", ["222403001001", "222403001001 红旗社区", "红旗社区", " 222403001001 "])
def test_code_name_and_suggestion_all_mean_the_organisation(
    subdistrict: Actor, city: dict[str, Organisation], typed: str
) -> None:
    assert cleaned(subdistrict, typed) == city["222403001001"]


def test_a_former_code_means_the_organisation_of_today(subdistrict: Actor, city: dict[str, Organisation]) -> None:
    OrganisationAlias.objects.create(
        organisation=city["222403001001"], value="222403001099", kind=AliasKind.FORMER_CODE
    )

    assert cleaned(subdistrict, "222403001099") == city["222403001001"]


def test_what_lies_outside_is_refused_like_what_is_not_there(subdistrict: Actor, city: dict[str, Organisation]) -> None:
    outside, nothing = cleaned(subdistrict, "222403100"), cleaned(subdistrict, "222403999")

    assert isinstance(outside, str) and isinstance(nothing, str)
    assert outside.replace("222403100", "222403999") == nothing


def test_a_name_that_two_carry_asks_for_the_code(subdistrict: Actor, city: dict[str, Organisation]) -> None:
    Organisation.objects.filter(code="222403001002").update(name="红旗社区")

    assert "222403" not in cleaned(subdistrict, "红旗社区")
    assert cleaned(subdistrict, "222403001002").code == "222403001002"


def test_suggestions_stay_inside_the_subtree_of_the_permission(
    client: Client, city: dict[str, Organisation], staff: Callable[..., User]
) -> None:
    client.force_login(staff([ADMIN, PERMISSION], "222403001"))

    def offered(words: str, permission: str = PERMISSION) -> list[str]:
        answer = client.get(reverse("organisations:suggest"), {"q": words, "permission": permission})
        return [one["code"] for one in answer.json()["organisations"]]

    assert offered("2224031") == []
    assert offered("红旗") == ["222403001001"]
    assert offered("社区") == ["222403001001", "222403001002"]
    assert offered("红旗", "civicnet_access.add_organisation") == []


def test_the_plain_line_carries_what_was_chosen(subdistrict: Actor, city: dict[str, Organisation]) -> None:
    form = PlaceForm(subdistrict, initial={"place": city["222403001001"]})

    html = str(form["place"])

    assert 'value="222403001001 红旗社区"' in html
    assert "organisation-field.js" in str(form.media)


def test_the_whole_tree_is_offered_at_its_only_root(city: dict[str, Organisation], staff: Callable[..., User]) -> None:
    whole = staff_actor(staff([PERMISSION], "222403"))

    assert whole.paths(PERMISSION) == ("",)
    assert cleaned(whole, "222403100200") == city["222403100200"]

"""Every column and every field says which data element it fills, or why it fills none."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator

import pytest
from django.core.checks import run_checks
from django.forms import BaseForm, BaseFormSet

from civicnet.exchange.elements import HOST_ELEMENTS, register_problems
from civicnet.exchange.resource import ImportResource
from civicnet.lifecycle.hooks import everyone
from civicnet_publicity.models import ArticlePage

PACKAGES = ("civicnet_grid", "civicnet_assessment", "civicnet_publicity", "civicnet_hotline")
# Column → why it fills none.
NO_ELEMENT = {
    "grid.roster.serial": "counts the rows of a sheet",
    "grid.roster.remark": "for whoever reads the sheet; it is not kept",
    "grid.grids.posts_held": "counted here; read from nobody's sheet",
    "assessment.results.year": "names the form",
    "assessment.results.form": "names the form",
    "assessment.results.office": "names the form",
    "assessment.results.number": "names the person",
    "assessment.results.name": "told beside the number, and kept from no sheet",
    "assessment.results.scores": "what an assessor finds; it is held nowhere before",
    "assessment.results.total": "the sum of the scores",
    "assessment.results.comment": "what an assessor finds; it is held nowhere before",
    "assessment.results.assessor": "for reading only",
    "assessment.results.filed_at": "for reading only",
    "hotline.categories.code": "a table that the hotline's office keeps for itself",
    "hotline.categories.name": "as its code",
    "hotline.categories.group": "as its code",
    "hotline.categories.description": "as its code",
    "hotline.categories.keywords": "as its code",
    "publicity.words.wrong": "a table that the publicity office keeps for itself",
    "publicity.words.right": "as its word",
    "publicity.words.kind": "as its word",
    "publicity.words.severity": "as its word",
    "publicity.words.exceptions": "as its word",
    "publicity.words.reason": "as its word",
    "publicity.words.source": "as its word",
    "publicity.leaders.name": "names and offices that are public; nobody is asked for them",
    "publicity.leaders.title": "as its name",
    "publicity.leaders.order": "as its name",
    "publicity.leaders.since": "as its name",
    "publicity.leaders.until": "as its name",
}
NO_ELEMENT |= {
    "publicity.columns.site": "where the column stands, which the tree of pages says",
    "publicity.columns.rhythm": "settled by whoever answers for the column, and asked of nobody",
    "publicity.columns.column_type": "what its articles are asked for, a definition and nobody's data",
    "publicity.columns.slug": "its address, a field of any page",
    "publicity.articles.slug": "its address, a field of any page",
    "publicity.articles.image_alt": "of the picture, which is its own thing in the library",
    "publicity.articles.state": "what is done with the row",
    "publicity.articles.published_at": "noted by the platform; read from nobody's sheet",
    "publicity.articles.address": "made by the platform; read from nobody's sheet",
}
# Wagtail's own fields of any page.
OF_EVERY_PAGE = {
    "slug",
    "seo_title",
    "search_description",
    "show_in_menus",
    "go_live_at",
    "expire_at",
    "comment_notifications",
}


def columns() -> Iterator[tuple[str, str | None]]:
    for answer in everyone("resources"):
        for resource in answer.value:
            assert issubclass(resource, ImportResource)
            # What only goes out asks nobody.
            if not resource.permission:
                continue
            for name, column in resource.declared().items():
                yield f"{resource.key}.{name}", column.element


def forms_of_plugins() -> Iterator[type[BaseForm]]:
    for package in PACKAGES:
        for module in pkgutil.iter_modules(importlib.import_module(package).__path__):
            if module.name != "forms":
                continue
            for one in vars(importlib.import_module(f"{package}.forms")).values():
                if isinstance(one, type) and issubclass(one, BaseForm) and one.__module__ == f"{package}.forms":
                    yield one


def unnamed(form: type[BaseForm]) -> set[str]:
    """Fields without a word about what they fill, and words about fields that are not there."""
    return set(getattr(form, "elements", {})) ^ set(form.base_fields)


FORMS = [one for one in forms_of_plugins() if one.__name__ not in ("PlainForm", "ArticleForm")]


def test_every_column_names_its_element_or_has_a_reason() -> None:
    assert {name for name, element in columns() if element is None} == set(NO_ELEMENT)
    assert all(NO_ELEMENT.values())


@pytest.mark.parametrize("form", FORMS, ids=lambda form: f"{form.__module__}.{form.__name__}")
def test_every_field_of_a_form_names_its_element_or_says_none(form: type[BaseForm]) -> None:
    assert unnamed(form) == set()


def test_a_field_without_a_word_is_found() -> None:
    class Asks(FORMS[0]):  # type: ignore[misc,valid-type]
        """Speaks of nothing that it asks."""

        elements = {"gone": None}

    assert unnamed(Asks) == set(FORMS[0].base_fields) | {"gone"}
    assert not any(issubclass(one, BaseFormSet) for one in FORMS)


def test_the_form_of_an_article_names_every_field_of_ours() -> None:
    form = ArticlePage.get_edit_handler().get_form_class()

    assert set(form.base_fields) - OF_EVERY_PAGE == set(form.elements)


def test_the_register_of_everything_installed_is_in_order() -> None:
    assert register_problems() == []
    assert [one for one in run_checks() if str(one.id).startswith("civicnet.exchange")] == []


def test_every_element_is_told_in_a_sentence() -> None:
    elements = [*HOST_ELEMENTS, *(one for answer in everyone("data_elements") for one in answer.value)]

    assert len(elements) > 30
    assert all(str(one.definition).endswith((".", "。")) and str(one.label) for one in elements)

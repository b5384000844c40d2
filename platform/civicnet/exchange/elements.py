"""The register of data elements: what is asked for here, who declares it, and which files and forms ask for it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core import checks
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from civicnet.access.models import Organisation, User
from civicnet.access.scope import under
from civicnet.contract import DataElement
from civicnet.exchange.likeness import alike
from civicnet.exchange.resource import ImportResource
from civicnet.lifecycle.hooks import Contribution, collect, everyone

HOST = ""
_TREE = _("the tree of organisations")


def _organisations(paths: Sequence[str]) -> QuerySet[Organisation]:
    found: QuerySet[Organisation] = Organisation.objects.filter(under(paths, field="path"))
    return found


def _accounts(paths: Sequence[str]) -> QuerySet[User]:
    return User.objects.filter(under(paths, field="positions__organisation__path")).distinct()


HOST_ELEMENTS = (
    DataElement(
        key="organisation.code",
        label=_("Code of an organisation"),
        definition=_("The division code under which an organisation stands in the tree."),
        held_by=_TREE,
        holder=_organisations,
    ),
    DataElement(
        key="organisation.name",
        label=_("Name of an organisation"),
        definition=_("What a community, a village, an office or a department is called."),
        held_by=_TREE,
        holder=_organisations,
    ),
    DataElement(
        key="organisation.above",
        label=_("Organisation above"),
        definition=_("The subdistrict, town or office to which an organisation belongs."),
        held_by=_TREE,
        holder=_organisations,
    ),
    DataElement(
        key="account.name",
        label=_("Account name"),
        definition=_("The name with which a person signs in."),
        held_by=_("people and roles"),
        holder=_accounts,
    ),
)


@dataclass(frozen=True, slots=True)
class Known:
    """An element with who declares it: a plugin's slug, or ``HOST``."""

    element: DataElement
    plugin: str


@dataclass(frozen=True, slots=True)
class Use:
    """A place that asks for elements: a kind of file or a form, with the key of the element by column or field."""

    key: str
    label: Any
    elements: Mapping[str, str | None]
    words: Mapping[str, Sequence[str]]


def register() -> dict[str, Known]:
    """All elements of the host and of the plugins that are on, by key; of two that declare one, the first."""
    found = {one.key: Known(one, HOST) for one in HOST_ELEMENTS}
    for answer in collect("data_elements"):
        for element in answer.value:
            found.setdefault(element.key, Known(element, answer.plugin))
    return found


def uses() -> list[Use]:
    """The kinds of files and the forms of the plugins that are on."""
    return list(_uses(collect("resources"), collect("questionnaires")))


def _uses(resources: Iterable[Contribution], forms: Iterable[Contribution]) -> Iterator[Use]:
    for answer in resources:
        for one in answer.value:
            if issubclass(one, ImportResource) and one.permission:
                filled = {name: column.element for name, column in one.declared().items()}
                yield Use(one.key, one.label, filled, one.heading_names(one.declared()))
    for answer in forms:
        for form in answer.value:
            yield Use(form.key, form.label, form.elements, {})


def register_problems(**_asked: Any) -> list[checks.CheckMessage]:
    """What is not in order with the register, for Django's checks; of every loaded plugin, on or off.

    A plugin's slip keeps a strict host from starting, and is only told by one that starts leniently.
    """
    kind = checks.Error if settings.CIVICNET_LOAD_POLICY == "strict" else checks.Warning
    declared: defaultdict[str, list[str]] = defaultdict(list)
    for element in HOST_ELEMENTS:
        declared[element.key].append("the host")
    for answer in everyone("data_elements"):
        for element in answer.value:
            declared[element.key].append(answer.plugin)
    return [kind(message, hint=hint, id=code) for message, hint, code in (*_twice(declared), *_unknown(declared))]


def _twice(declared: Mapping[str, Sequence[str]]) -> Iterator[tuple[str, str, str]]:
    for key, holders in declared.items():
        if len(holders) > 1:
            yield (
                f"The data element {key} is declared more than once: by {' and by '.join(holders)}.",
                "Let one of them declare it; whoever asks for it only names it.",
                "civicnet.exchange.E001",
            )


def _unknown(declared: Mapping[str, Sequence[str]]) -> Iterator[tuple[str, str, str]]:
    for use in _uses(everyone("resources"), everyone("questionnaires")):
        for name, key in use.elements.items():
            if key is not None and key not in declared:
                yield (
                    f"{use.key}: {name} fills the data element {key}, which nobody declares.",
                    _advice(key, declared),
                    "civicnet.exchange.E002",
                )


def _advice(key: str, declared: Iterable[str]) -> str:
    near = sorted(((alike(key, one), one) for one in declared), reverse=True)[:1]
    if near and near[0][0] > 0:
        return f"Did you mean {near[0][1]}?"
    return "Declare it in the hook data_elements, or name one that is declared."

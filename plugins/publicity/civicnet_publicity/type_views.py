"""Types of columns in the admin: the list, one type with its fields, and the definition of one field."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from wagtail.admin.viewsets.base import ViewSet

from civicnet.access.actors import actor_of
from civicnet.console.doors import PostMenuItem
from civicnet.contract import Actor, CivicNetError
from civicnet.exchange.asking import Flag, flags
from civicnet.records.forms import FieldForm
from civicnet.records.forms import first_values as first_field_values
from civicnet_publicity.models import ColumnField, ColumnType
from civicnet_publicity.permissions import MANAGE_TYPES, can_manage_types
from civicnet_publicity.selectors.types import fields_of, managed_types
from civicnet_publicity.services import (
    keep_column_field,
    keep_column_type,
    move_column_field,
    remove_column_type,
    restore_column_field,
    retire_column_field,
)
from civicnet_publicity.type_forms import ColumnTypeForm, first_values

NAME = "publicity_types"


@never_cache
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """All types."""
    context = {"types": managed_types(_maker(request)), **_head(_("Column types"))}
    return render(request, "publicity/admin/types.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def column_type(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """One type with its fields, or a new one."""
    actor = _maker(request)
    held = _type(actor, pk) if pk else None
    form = ColumnTypeForm(request.POST or None, held=held, initial=first_values(held) if held else None)

    def keep() -> HttpResponse:
        kept = keep_column_type(actor=actor, pk=pk, **form.given())
        said = _("“%(type)s” is kept.") if pk else _("“%(type)s” is made. Now add its fields.")
        messages.success(request, said % {"type": kept})
        return HttpResponseRedirect(reverse(f"{NAME}:type", args=[kept.pk]))

    answer, status = _kept(form, keep)
    if answer is not None:
        return answer
    context = {
        **_head(str(held) if held else _("Add a column type"), (_("Column types"), reverse(f"{NAME}:index"))),
        "form": form,
        "held": held,
        "fields": _with_what_is_held(fields_of(held), actor) if held else [],
    }
    return render(request, "publicity/admin/type.html", context, status=status)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def field(request: HttpRequest, of: int, pk: int | None = None) -> HttpResponse:
    """One field of a type, or a new one."""
    actor = _maker(request)
    kept = _type(actor, of)
    held: ColumnField | None = get_object_or_404(kept.fields.all(), pk=pk) if pk else None
    form = FieldForm(request.POST or None, held=held, initial=first_field_values(held) if held else None)

    def keep() -> HttpResponse:
        made = keep_column_field(actor=actor, of=of, pk=pk, wanted=form.wanted())
        messages.success(request, _("The field “%(field)s” is kept.") % {"field": made})
        again = "add-another" in request.POST
        return HttpResponseRedirect(reverse(f"{NAME}:{'new_field' if again else 'type'}", args=[of]))

    answer, status = _kept(form, keep)
    if answer is not None:
        return answer
    title = _("Field “%(field)s”") % {"field": held} if held else _("Add a field")
    crumbs = ((_("Column types"), reverse(f"{NAME}:index")), (str(kept), reverse(f"{NAME}:type", args=[of])))
    context = {**_head(title, *crumbs), "form": form, "held": held, "index_url": crumbs[-1][1]}
    return render(request, "publicity/admin/type_field.html", context, status=status)


@never_cache
@require_POST
def act(
    request: HttpRequest, of: int, pk: int, *, deed: Callable[..., ColumnField], said: Any, **given: Any
) -> HttpResponse:
    """Do something with one field, and go back to its type."""
    try:
        done = deed(actor=_maker(request), of=of, pk=pk, **given)
    except CivicNetError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, said % {"field": done})
    return HttpResponseRedirect(reverse(f"{NAME}:type", args=[of]) + "#fields")


@never_cache
@require_POST
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Remove a type that is not used."""
    try:
        remove_column_type(actor=_maker(request), pk=pk)
    except CivicNetError as error:
        messages.error(request, str(error))
        return HttpResponseRedirect(reverse(f"{NAME}:type", args=[pk]))
    messages.success(request, _("The column type is removed."))
    return HttpResponseRedirect(reverse(f"{NAME}:index"))


def _with_what_is_held(fields: Sequence[ColumnField], actor: Actor) -> list[tuple[ColumnField, list[Flag]]]:
    """Each field with what it asks for that is kept already; a retired one asks for nothing."""
    asked = [one for one in fields if one.retired_on is None]
    found = flags([(one.label, "") for one in asked], paths=actor.paths(MANAGE_TYPES))
    held = {one.pk: told for one, told in zip(asked, found, strict=True)}
    return [(one, held.get(one.pk, [])) for one in fields]


def _maker(request: HttpRequest) -> Actor:
    actor = actor_of(request)
    if not can_manage_types(actor):
        raise Http404
    return actor


def _type(actor: Actor, pk: int) -> ColumnType:
    return get_object_or_404(managed_types(actor), pk=pk)


def _kept(form: Form, keep: Callable[[], HttpResponse]) -> tuple[HttpResponse | None, int]:
    if not form.is_bound:
        return None, 200
    if form.is_valid():
        try:
            return keep(), 302
        except CivicNetError as error:
            form.add_error(error.field if error.field in form.fields else None, str(error))
            return None, error.status
    return None, 400


def _head(title: str, *above: tuple[str, str]) -> dict[str, Any]:
    crumbs = [{"label": label, "url": url} for label, url in above]
    return {
        "page_title": title,
        "header_title": title,
        "header_icon": "form",
        "breadcrumbs_items": [*crumbs, {"url": "", "label": title}],
    }


class TypeMenuItem(PostMenuItem):
    """Shown to those who make types of columns."""

    permissions = (MANAGE_TYPES,)


class ColumnTypeViewSet(ViewSet):
    """Types of columns."""

    name = NAME
    url_prefix = "publicity/column-types"
    url_namespace = NAME
    icon = "form"
    menu_label = gettext_lazy("Column types")
    menu_item_class = TypeMenuItem

    def get_urlpatterns(self) -> list[Any]:
        """The list first: the menu leads there."""
        moved = {"deed": move_column_field, "said": gettext_lazy("“%(field)s” is moved.")}
        retired = {
            "deed": retire_column_field,
            "said": gettext_lazy("“%(field)s” is retired: its values stay, and are shown no more."),
        }
        restored = {
            "deed": restore_column_field,
            "said": gettext_lazy("“%(field)s” is asked for again, with its values."),
        }
        return [
            path("", index, name="index"),
            path("new/", column_type, name="new"),
            path("<int:pk>/", column_type, name="type"),
            path("<int:pk>/remove/", remove, name="remove"),
            path("<int:of>/fields/new/", field, name="new_field"),
            path("<int:of>/fields/<int:pk>/", field, name="field"),
            path("<int:of>/fields/<int:pk>/up/", act, moved | {"up": True}, name="up"),
            path("<int:of>/fields/<int:pk>/down/", act, moved | {"up": False}, name="down"),
            path("<int:of>/fields/<int:pk>/retire/", act, retired, name="retire"),
            path("<int:of>/fields/<int:pk>/restore/", act, restored, name="restore"),
        ]

"""The roles screen: what each role may do, in words and shelf by shelf, changed with a reason."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.models import Group
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_http_methods, require_safe
from wagtail.admin.viewsets.base import ViewSet
from wagtail.models import Page

from civicnet.access.actors import actor_of
from civicnet.access.duties import permissions_of_roles
from civicnet.access.grants import Shelf, grants, shelves
from civicnet.access.roles import MANAGE, create_role, delete_role, rename_role, set_role_permissions
from civicnet.access.staff import VIEW, role_for, visible_roles
from civicnet.access.writing import pages_written_by, set_role_writing, writable_pages
from civicnet.console.acts import ask, done
from civicnet.console.doors import PostMenuItem, open_to
from civicnet.console.people_forms import ReasonForm
from civicnet.console.writing import writing_of
from civicnet.contract import Actor, CivicNetError, Refused


class RoleForm(ReasonForm):
    """A role's name, and what it may do."""

    name = forms.CharField(
        label=pgettext_lazy("role", "Name"), max_length=150, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    permissions = forms.MultipleChoiceField(required=False)
    pages = forms.ModelMultipleChoiceField(queryset=Page.objects.all(), required=False)
    field_order = ["name", "permissions", "pages", "reason"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["permissions"].choices = [(name, name) for name in grants()]  # type: ignore[attr-defined]


@require_safe
@open_to(VIEW, MANAGE)
def index(request: HttpRequest) -> HttpResponse:
    """All roles, each with how many hold it and how much it may do."""
    actor = actor_of(request)
    roles = list(visible_roles(actor))
    held, known = permissions_of_roles([role.pk for role in roles]), grants().keys()
    lines = [{"role": role, "people": role.people, "may": len(held.get(role.pk, set()) & known)} for role in roles]  # type: ignore[attr-defined]
    return render(request, "console/roles/index.html", {"lines": lines, "can_manage": actor.may(MANAGE)})


@require_http_methods(["GET", "HEAD", "POST"])
@open_to(MANAGE)
def new(request: HttpRequest) -> HttpResponse:
    """Make a role."""
    form = RoleForm(request.POST or None)
    if form.is_valid() and (role := _said(form, lambda: _make(form, actor_of(request)))):
        said = _("The role %(role)s is there. Appoint people to it on their pages.")
        messages.success(request, said % {"role": role.name})
        return HttpResponseRedirect(reverse("roles:role", args=[role.pk]))
    return _page(request, form, None, set(), set())


@require_http_methods(["GET", "HEAD", "POST"])
@open_to(VIEW, MANAGE)
def role_page(request: HttpRequest, pk: int) -> HttpResponse:
    """One role: read by whoever looks after people, changed by whoever manages roles."""
    actor = actor_of(request)
    role = role_for(actor, pk)
    form = RoleForm(request.POST or None, initial={"name": role.name})
    if form.is_valid() and _said(form, lambda: _save(role, form, actor)):
        said = _("The role %(role)s is changed, for the next request of everybody who holds it.")
        messages.success(request, said % {"role": form.cleaned_data["name"]})
        return HttpResponseRedirect(reverse("roles:role", args=[pk]))
    held = permissions_of_roles([role.pk]).get(role.pk, set())
    return _page(request, form, role, held, pages_written_by(role))


@require_http_methods(["GET", "HEAD", "POST"])
@open_to(MANAGE)
def delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a role away that nobody ever held."""
    actor = actor_of(request)
    role = role_for(actor, pk)
    form = ReasonForm(request.POST or None)
    if form.is_valid() and _said(form, lambda: delete_role(role=role, **form.cleaned_data, actor=actor) or True):
        return done(request, reverse("roles:index"), _("The role %(role)s is gone.") % {"role": role.name})
    return ask(
        request,
        form,
        icon="user",
        sheet="console/people.css",
        look="cn-people cn-act-page",
        title=_("Delete the role %(role)s") % {"role": role.name},
        note=_("Only a role that nobody ever held can be deleted."),
        back=reverse("roles:role", args=[pk]),
        button=_("Delete the role"),
        serious=True,
    )


def _make(form: RoleForm, actor: Actor) -> Group:
    given = form.cleaned_data
    with transaction.atomic():
        role = create_role(name=given["name"], permissions=given["permissions"], actor=actor, reason=given["reason"])
        set_role_writing(role=role, pages=given["pages"], actor=actor, reason=given["reason"])
    return role


def _save(role: Group, form: RoleForm, actor: Actor) -> bool:
    given = form.cleaned_data
    with transaction.atomic():
        rename_role(role=role, name=given["name"], actor=actor, reason=given["reason"])
        set_role_permissions(role=role, permissions=given["permissions"], actor=actor, reason=given["reason"])
        set_role_writing(role=role, pages=given["pages"], actor=actor, reason=given["reason"])
    return True


def _said(form: forms.Form, act: Any) -> Any:
    try:
        return act()
    except CivicNetError as error:
        if isinstance(error, Refused) and error.code == Refused.code:
            raise
        field = error.field if error.field in form.fields and error.field != "permissions" else None
        form.add_error(field, str(error))
        return None


def _page(
    request: HttpRequest, form: RoleForm, role: Group | None, ticked: set[str], written: set[int]
) -> HttpResponse:
    if form.is_bound:
        ticked = set(request.POST.getlist("permissions"))
        written = {int(pk) for pk in request.POST.getlist("pages") if pk.isdecimal()}
    context = {
        "form": form,
        "role": role,
        "shelves": [(shelf, _boxes(shelf, ticked)) for shelf in shelves()],
        "pages": [{"page": page, "ticked": page.pk in written} for page in writable_pages()],
        "can_manage": actor_of(request).may(MANAGE),
        "writing": writing_of([role.pk]).get(role.pk, []) if role else [],
        "ever_held": role is not None and role.positions.exists(),
    }
    return render(request, "console/roles/role.html", context, status=400 if form.is_bound else 200)


def _boxes(shelf: Shelf, ticked: set[str]) -> list[dict[str, Any]]:
    return [{"grant": grant, "ticked": grant.permission in ticked} for grant in shelf.grants]


class RoleMenuItem(PostMenuItem):
    """For whoever looks after people or roles."""

    permissions = (VIEW, MANAGE)


class RoleViewSet(ViewSet):
    """Roles as part of Wagtail's admin."""

    name = "roles"
    url_prefix = "roles"
    icon = "group"
    menu_label = gettext_lazy("Roles")
    menu_name = "roles"
    menu_order = 20
    menu_item_class = RoleMenuItem

    def get_urlpatterns(self) -> list[Any]:
        """The list, one page for each role."""
        return [
            path("", index, name="index"),
            path("new/", new, name="new"),
            path("<int:pk>/", role_page, name="role"),
            path("<int:pk>/delete/", delete, name="delete"),
        ]

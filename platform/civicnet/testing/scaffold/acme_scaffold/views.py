"""Pages: the public list, and the form in the admin."""

from __future__ import annotations

from civicnet.access.actors import actor_of
from civicnet.contract import ANONYMOUS, CivicNetError
from civicnet.lifecycle.snapshot import plugin_settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from acme_scaffold.forms import PointForm
from acme_scaffold.permissions import KEEP
from acme_scaffold.selectors import visible_points
from acme_scaffold.services import keep_point


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """All open points, for residents. Whoever is signed in sees the same here."""
    points = visible_points(ANONYMOUS).select_related("organisation")
    notice = plugin_settings("scaffold")["notice"]
    return render(request, "scaffold/index.html", {"points": points, "notice": notice})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def keep(request: HttpRequest) -> HttpResponse:
    """Put a point on file, or correct it under its code."""
    actor = actor_of(request)
    if not actor.may(KEEP):
        raise Http404
    form = PointForm(request.POST or None, actor=actor)
    status = 400 if form.is_bound else 200
    if form.is_bound and form.is_valid():
        try:
            point = keep_point(actor=actor, **form.cleaned_data)
        except CivicNetError as error:
            form.add_error(error.field if error.field in form.fields else None, str(error))
            status = error.status
        else:
            messages.success(request, _("“%(point)s” is on file.") % {"point": point})
            return HttpResponseRedirect(reverse("scaffold_points:index"))
    title = _("Keep a service point")
    crumbs = [
        {"url": reverse("wagtailadmin_home"), "label": _("Home")},
        {"url": reverse("scaffold_points:index"), "label": _("Service points")},
        {"url": "", "label": title},
    ]
    context = {"form": form, "breadcrumbs_items": crumbs, "header_icon": "site", "header_title": title}
    return render(request, "scaffold/keep.html", context, status=status)

"""Channels in the admin: the board that shows what has not arrived, setting a channel up, and the channels of one article."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from wagtail.admin.menu import MenuItem
from wagtail.admin.viewsets.base import ViewSet

from civicnet.access.actors import actor_of
from civicnet.access.clients import visible_clients
from civicnet.contract import CivicNetError
from civicnet_publicity.channels.files import KIND as FILES
from civicnet_publicity.channels.files import archive
from civicnet_publicity.channels.told import lines
from civicnet_publicity.forms import ChannelForm
from civicnet_publicity.models import Channel, ChannelDelivery
from civicnet_publicity.page_work import works_with_pages
from civicnet_publicity.permissions import can_manage_channels, can_place
from civicnet_publicity.selectors.channels import (
    channel_figures,
    known_kinds,
    not_arrived,
    placement_lines,
    visible_channels,
    visible_deliveries,
)
from civicnet_publicity.selectors.checking import editable_article
from civicnet_publicity.selectors.viewing import views_in_channels, views_of_channels
from civicnet_publicity.services import keep_channel, keep_out, let_in, note_gone, retry_delivery, take_down

PER_PAGE = 50
VIEW_DAYS = 30


def lines_of(page_id: int, request: HttpRequest) -> dict[str, Any]:
    """Where an article stands: on our sites, and in each channel, as screens show it."""
    actor = actor_of(request)
    rows = visible_deliveries(actor).filter(article=page_id).order_by("channel__name")
    read = views_in_channels(page_id)
    return {
        "page_id": page_id,
        "placements": placement_lines(page_id),
        "lines": [line | {"views": read.get(line["delivery"].channel_id)} for line in lines(rows)],
        "can_place": can_place(actor),
    }


@never_cache
@require_safe
def board(request: HttpRequest) -> HttpResponse:
    """All channels with how many articles stand there, and below them what has not arrived, the newest first."""
    actor = actor_of(request)
    if not _has_to_do_with_channels(request):
        raise PermissionDenied
    sees = works_with_pages(request.user) or can_place(actor)
    deliveries, kinds = visible_deliveries(actor), known_kinds()
    read = views_of_channels(days=VIEW_DAYS)
    figures = channel_figures(deliveries)
    page = Paginator(not_arrived(deliveries), PER_PAGE).get_page(request.GET.get("p"))
    manages = can_manage_channels(actor)
    context = {
        "page_title": _("Channels"),
        "header_title": _("Channels"),
        "header_icon": "site",
        "breadcrumbs_items": [{"url": "", "label": _("Channels")}],
        "channels": [
            {
                "channel": channel,
                "kind": kinds[channel.kind].kind.label if channel.kind in kinds else _("unknown: its plugin is off"),
                "figures": figures.get(channel.pk, {}),
                "way": sum(figures.get(channel.pk, {}).get(state, 0) for state in ("WAITING", "SENDING")),
                "has_archive": channel.kind == FILES.key,
                "views": read.get(channel.pk),
            }
            for channel in visible_channels(actor)
        ],
        "kinds": [one.kind for one in kinds.values()] if manages else [],
        "manages": manages,
        # Whoever only sets channels up sees no article, and is not told that all have arrived.
        "sees": sees,
        "page": page,
        "lines": lines(page.object_list),
    }
    return render(request, "publicity/admin/channels.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def channel(request: HttpRequest, pk: int | None = None, kind: str = "") -> HttpResponse:
    """One channel, or a new one of a kind."""
    actor = actor_of(request)
    if not can_manage_channels(actor):
        raise Http404
    held: Channel | None = get_object_or_404(visible_channels(actor), pk=pk) if pk else None
    known = known_kinds().get(held.kind if held else kind)
    if known is None:
        if held is None:
            raise Http404
        messages.error(request, _("The plugin that serves this kind of channel is off or gone. Switch it on first."))
        return HttpResponseRedirect(reverse("publicity_channels:index"))
    form = ChannelForm(known.kind, visible_clients(actor), request.POST or None, initial=_initial(held))
    status = 400 if form.is_bound else 200
    if form.is_bound and form.is_valid():
        try:
            kept = keep_channel(actor=actor, kind=known.kind.key, pk=pk, **form.given())
        except CivicNetError as error:
            field = error.field if error.field in form.fields else f"value_{error.field}"
            form.add_error(field if field in form.fields else None, str(error))
            status = error.status
        else:
            messages.success(request, _("The channel “%(channel)s” is kept.") % {"channel": kept})
            return HttpResponseRedirect(reverse("publicity_channels:index"))
    title = str(held) if held else _("Add a channel: %(kind)s") % {"kind": known.kind.label}
    context = {
        "form": form,
        "page_title": title,
        "header_title": title,
        "index_url": reverse("publicity_channels:index"),
    }
    return render(request, "publicity/admin/entry.html", context, status=status)


@never_cache
@require_safe
def download(request: HttpRequest, pk: int) -> HttpResponseBase:
    """A channel's folder as a ZIP archive: published articles, and which were withdrawn."""
    held = get_object_or_404(visible_channels(actor_of(request)), pk=pk, kind=FILES.key)
    name = f"{held.name}-{timezone.localdate():%Y%m%d}.zip"
    return FileResponse(archive(held.pk), as_attachment=True, filename=name, content_type="application/zip")


@never_cache
@require_safe
def article_channels(request: HttpRequest, page_id: int) -> HttpResponse:
    """The channels of one article, with what may be done about each; also of a deleted one, for whoever places articles."""
    article = editable_article(page_id).first()
    edits = article is not None and article.permissions_for_user(request.user).can_edit()
    context = lines_of(page_id, request)
    stands = article is not None and article.live and context["can_place"]
    if not edits and not stands and not (context["can_place"] and context["lines"]):
        raise Http404
    known = article is not None and (edits or stands)
    title = article.title if known and article is not None else context["lines"][0]["delivery"].title
    said = _("Channels of “%(title)s”") % {"title": title}
    context |= {"page_title": said, "header_title": said, "edits": edits, "stands": stands}
    return render(request, "publicity/admin/article_channels.html", context)


@never_cache
@require_POST
def act(request: HttpRequest, pk: int, *, deed: Callable[..., ChannelDelivery], said: Any) -> HttpResponse:
    """Do something about one delivery, and go back to where it was asked for."""
    given = {"reason": request.POST.get("reason", "")} if deed in (keep_out, note_gone) else {}
    try:
        row = deed(delivery=pk, actor=actor_of(request), **given)
    except CivicNetError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, said % {"title": row.title, "channel": row.channel})
    back = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(back, allowed_hosts=None):
        back = reverse("publicity_channels:index")
    return HttpResponseRedirect(back)


@never_cache
@require_POST
def take_down_everywhere(request: HttpRequest, page_id: int) -> HttpResponse:
    """Take an article down from all sites and channels, and show how far that has come."""
    try:
        article = take_down(article=page_id, actor=actor_of(request), reason=request.POST.get("reason", ""))
    except CivicNetError as error:
        messages.error(request, str(error))
    else:
        said = _("“%(title)s” is gone from our sites, and is being withdrawn from its channels.")
        messages.success(request, said % {"title": article.title})
    return HttpResponseRedirect(reverse("publicity_articles:channels", args=[page_id]))


def _has_to_do_with_channels(request: HttpRequest) -> bool:
    actor = actor_of(request)
    return works_with_pages(request.user) or can_manage_channels(actor) or can_place(actor)


def _initial(held: Channel | None) -> dict[str, Any]:
    if held is None:
        return {}
    values = {f"value_{name}": value for name, value in held.settings.items()}
    return {"name": held.name, "is_on": held.is_on} | values


class ChannelMenuItem(MenuItem):
    """Shown to those who work with pages, place articles, or set channels up."""

    def is_shown(self, request: HttpRequest) -> bool:
        """Nobody else has anything to do there."""
        return _has_to_do_with_channels(request)


class ChannelViewSet(ViewSet):
    """The board of channels."""

    name = "publicity_channels"
    url_prefix = "publicity/channels"
    url_namespace = "publicity_channels"
    icon = "site"
    menu_label = gettext_lazy("Channels")
    menu_item_class = ChannelMenuItem

    def get_urlpatterns(self) -> list[Any]:
        """The board first: the menu leads there."""
        retried = {"deed": retry_delivery, "said": gettext_lazy("“%(title)s” is sent to “%(channel)s” again.")}
        out = {"deed": keep_out, "said": gettext_lazy("“%(title)s” is being taken out of “%(channel)s”.")}
        gone = {"deed": note_gone, "said": gettext_lazy("“%(title)s” counts as withdrawn from “%(channel)s”.")}
        again = {"deed": let_in, "said": gettext_lazy("“%(title)s” may go to “%(channel)s” again.")}
        return [
            path("", board, name="index"),
            path("new/<str:kind>/", channel, name="new"),
            path("<int:pk>/", channel, name="channel"),
            path("<int:pk>/archive/", download, name="archive"),
            path("articles/<int:page_id>/take-down/", take_down_everywhere, name="take_down"),
            path("deliveries/<int:pk>/retry/", act, retried, name="retry"),
            path("deliveries/<int:pk>/keep-out/", act, out, name="keep_out"),
            path("deliveries/<int:pk>/let-in/", act, again, name="let_in"),
            path("deliveries/<int:pk>/gone/", act, gone, name="note_gone"),
        ]


article_urls = [path("channels/<int:page_id>/", article_channels, name="channels")]

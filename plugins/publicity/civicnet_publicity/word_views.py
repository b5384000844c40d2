"""The dictionary and the list of leaders in the admin, for whoever keeps them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import path, reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.admin.viewsets.base import ViewSet
from wagtail.admin.widgets.button import Button, HeaderButton

from civicnet.access.actors import actor_of
from civicnet.console.doors import PostMenuItem
from civicnet.console.lists import DayColumn, ListView, LookingPolicy
from civicnet.contract import CivicNetError
from civicnet_publicity.forms import LeaderForm, WordForm
from civicnet_publicity.models import Leader, ListedWord
from civicnet_publicity.permissions import KEEP_WORDS, can_keep_words
from civicnet_publicity.selectors.checking import listed_leaders, listed_words
from civicnet_publicity.services import drop_leader, drop_word, keep_leader, keep_start_set, keep_word


class WordFilters(WagtailFilterSet):
    """By kind and by how bad it is."""

    class Meta:
        model = ListedWord
        fields = ["kind", "severity"]


class WordListView(ListView):
    """The dictionary, what was changed last on top."""

    model = ListedWord
    permission_policy = LookingPolicy(KEEP_WORDS)
    page_title = gettext_lazy("Dictionary of words")
    header_icon = "list-ul"
    index_url_name = "publicity_words:index"
    index_results_url_name = "publicity_words:index_results"
    export_resource = "publicity.words"
    filterset_class = WordFilters
    search_fields = ["wrong", "right", "reason", "source"]
    default_ordering = "-changed_at"
    empty = gettext_lazy("The dictionary is empty. Load the start set, add a word, or import a sheet.")
    columns = [
        TitleColumn(
            "wrong",
            label=pgettext_lazy("dictionary", "Word"),
            sort_key="wrong",
            get_url=lambda word: reverse("publicity_words:word", args=[word.pk]),
        ),
        Column("right", label=gettext_lazy("Write instead")),
        Column("kind", label=gettext_lazy("Kind of word"), accessor="get_kind_display", sort_key="kind"),
        Column("severity", label=gettext_lazy("How bad"), accessor="get_severity_display", sort_key="severity"),
        Column("source", label=pgettext_lazy("dictionary", "Source"), classname="cn-wide"),
        DayColumn("changed_at", label=gettext_lazy("Last changed"), sort_key="changed_at", classname="cn-wide"),
    ]

    @cached_property
    def header_buttons(self) -> list[HeaderButton]:
        """Adding a word."""
        return [HeaderButton(_("Add a word"), url=reverse("publicity_words:new"), icon_name="plus")]

    @cached_property
    def header_more_buttons(self) -> list[Button]:
        """The start set, which adds what is not there yet."""
        more: list[Button] = super().header_more_buttons
        url = reverse("publicity_words:start_set")
        more.append(Button(_("Load the start set"), url=url, icon_name="download", priority=120))
        return more

    def get_base_queryset(self) -> QuerySet[ListedWord]:
        """Through the one door."""
        return listed_words(actor_of(self.request))


class LeaderListView(ListView):
    """The list of leaders in its order."""

    model = Leader
    permission_policy = LookingPolicy(KEEP_WORDS)
    page_title = gettext_lazy("List of leaders")
    header_icon = "group"
    index_url_name = "publicity_leaders:index"
    index_results_url_name = "publicity_leaders:index_results"
    export_resource = "publicity.leaders"
    search_fields = ["name", "title"]
    default_ordering = "order"
    empty = gettext_lazy(
        "Nobody is listed. Add the leaders whose names and titles have to stand right, in their order."
    )
    columns = [
        Column("order", label=pgettext_lazy("leader", "Order"), sort_key="order"),
        TitleColumn(
            "name",
            label=pgettext_lazy("leader", "Name"),
            get_url=lambda leader: reverse("publicity_leaders:leader", args=[leader.pk]),
        ),
        Column("title", label=pgettext_lazy("leader", "Title")),
        DayColumn("since", label=pgettext_lazy("leader", "From"), classname="cn-wide"),
        DayColumn("until", label=pgettext_lazy("leader", "To"), classname="cn-wide"),
    ]

    @cached_property
    def header_buttons(self) -> list[HeaderButton]:
        """Adding somebody."""
        return [HeaderButton(_("Add a leader"), url=reverse("publicity_leaders:new"), icon_name="plus")]

    def get_base_queryset(self) -> QuerySet[Leader]:
        """Through the one door."""
        return listed_leaders(actor_of(self.request))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def word(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """One word of the dictionary, or a new one. The word itself stays: another word is another entry."""
    held = _held(request, listed_words, pk)
    form = WordForm(request.POST or None, initial=_facts(held, WordForm))
    if held:
        form.fields["wrong"].disabled = True
    title = str(held) if held else _("Add a word")
    return _kept(request, form, held, title, "publicity_words", keep_word)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def leader(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """One entry of the list of leaders, or a new one."""
    held = _held(request, listed_leaders, pk)
    form = LeaderForm(request.POST or None, initial=_facts(held, LeaderForm))
    title = str(held) if held else _("Add a leader")
    return _kept(request, form, held, title, "publicity_leaders", lambda **facts: keep_leader(pk=pk, **facts))


@never_cache
@require_POST
def drop(request: HttpRequest, pk: int, *, names: str, dropped: Callable[..., None]) -> HttpResponse:
    """Take an entry out."""
    try:
        dropped(actor=actor_of(request), pk=pk)
    except CivicNetError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("The entry is taken out."))
    return HttpResponseRedirect(reverse(f"{names}:index"))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def start_set(request: HttpRequest) -> HttpResponse:
    """What the start set is, and loading it."""
    if not can_keep_words(actor_of(request)):
        raise Http404
    if request.method == "POST":
        count = keep_start_set(actor=actor_of(request))
        said = ngettext("%(count)d word was added.", "%(count)d words were added.", count)
        messages.success(request, said % {"count": count})
        return HttpResponseRedirect(reverse("publicity_words:index"))
    return render(request, "publicity/admin/start_set.html", {"page_title": _("Load the start set")})


def _held(request: HttpRequest, listed: Callable[..., QuerySet[Any]], pk: int | None) -> Any:
    actor = actor_of(request)
    if not can_keep_words(actor):
        raise Http404
    return get_object_or_404(listed(actor), pk=pk) if pk else None


def _facts(held: Any, form: type[Form]) -> dict[str, Any]:
    return {name: getattr(held, name) for name in form.base_fields} if held else {}


def _kept(
    request: HttpRequest, form: Form, held: Any, title: str, names: str, keep: Callable[..., Any]
) -> HttpResponse:
    status = 400 if form.is_bound else 200
    if form.is_bound and form.is_valid():
        try:
            kept = keep(actor=actor_of(request), **form.cleaned_data)
        except CivicNetError as error:
            form.add_error(error.field if error.field in form.fields else None, str(error))
            status = error.status
        else:
            messages.success(request, _("“%(entry)s” is kept; texts are checked by it from now on.") % {"entry": kept})
            return HttpResponseRedirect(reverse(f"{names}:index"))
    drop_url = reverse(f"{names}:drop", args=[held.pk]) if held else ""
    context = {"form": form, "page_title": title, "drop_url": drop_url, "index_url": reverse(f"{names}:index")}
    return render(request, "publicity/admin/entry.html", context, status=status)


class KeeperMenuItem(PostMenuItem):
    """Shown to those who keep the dictionary."""

    permissions = (KEEP_WORDS,)


class WordViewSet(ViewSet):
    """The dictionary."""

    name = "publicity_words"
    url_prefix = "publicity/words"
    url_namespace = "publicity_words"
    icon = "list-ul"
    menu_label = gettext_lazy("Dictionary of words")
    menu_item_class = KeeperMenuItem

    def get_urlpatterns(self) -> list[Any]:
        """List first: the menu leads there."""
        return [
            path("", WordListView.as_view(), name="index"),
            path("results/", WordListView.as_view(results_only=True), name="index_results"),
            path("new/", word, name="new"),
            path("start-set/", start_set, name="start_set"),
            path("<int:pk>/", word, name="word"),
            path("<int:pk>/drop/", drop, {"names": self.name, "dropped": drop_word}, name="drop"),
        ]


class LeaderViewSet(ViewSet):
    """The list of leaders."""

    name = "publicity_leaders"
    url_prefix = "publicity/leaders"
    url_namespace = "publicity_leaders"
    icon = "group"
    menu_label = gettext_lazy("List of leaders")
    menu_item_class = KeeperMenuItem

    def get_urlpatterns(self) -> list[Any]:
        """List first: the menu leads there."""
        return [
            path("", LeaderListView.as_view(), name="index"),
            path("results/", LeaderListView.as_view(results_only=True), name="index_results"),
            path("new/", leader, name="new"),
            path("<int:pk>/", leader, name="leader"),
            path("<int:pk>/drop/", drop, {"names": self.name, "dropped": drop_leader}, name="drop"),
        ]

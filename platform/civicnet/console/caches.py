"""Purging kept answers by hand: of some types, of some nodes, or everything, with a reason."""

from __future__ import annotations

from functools import partial
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.viewsets.base import ViewSet

from civicnet.access.actors import actor_of
from civicnet.console.acts import act_view, ask, attempt, done
from civicnet.console.client_forms import ReasonForm
from civicnet.console.doors import PostMenuItem, open_to
from civicnet.contract import Refused
from civicnet.gateway.cache.purging import PERMISSION, purge
from civicnet.gateway.feed.followed import feeds, plugin_of_type
from civicnet.lifecycle.labels import plugin_label

_try = partial(attempt, closes=lambda error: isinstance(error, Refused), called={"keys": "ids"})


class PurgeForm(ReasonForm):
    """What shall go."""

    types = forms.MultipleChoiceField(
        label=gettext_lazy("Answers with these types"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        choices=(),
    )
    ids = forms.CharField(
        label=gettext_lazy("Answers with these nodes"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "spellcheck": "false", "class": "cn-code"}),
        help_text=gettext_lazy("One id a line, as the open interface gives them."),
    )
    everything = forms.BooleanField(
        label=gettext_lazy("Everything"),
        required=False,
        help_text=gettext_lazy("Until the caches are filled again, answers take longer."),
    )
    field_order = ["types", "ids", "everything", "reason"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        labels = {name: f"{plugin_label(plugin_of_type(name))} · {name}" for name in sorted(feeds())}
        self.fields["types"].choices = list(labels.items())  # type: ignore[attr-defined]

    def given(self) -> dict[str, Any]:
        """What the service takes."""
        data = self.cleaned_data
        keys = [*data["types"], *data["ids"].split()]
        return {"keys": keys, "everything": data["everything"], "reason": data["reason"]}


@act_view
@open_to(PERMISSION)
def purge_page(request: HttpRequest) -> HttpResponse:
    """Choose, say why, and purge."""
    form = PurgeForm(request.POST or None)
    if _try(form, lambda: purge(**form.given(), actor=actor_of(request))):
        sentence = _("Purged. Caches in front of the platform are told within half a minute.")
        return done(request, reverse("caches:index"), sentence)
    return ask(
        request,
        form,
        title=_("Purge kept answers"),
        note=_(
            "Our own answers follow every change by themselves. Purge when a cache in front shows what is out of date, or "
            "when data was changed behind the platform's back."
        ),
        back=reverse("wagtailadmin_home"),
        button=_("Purge"),
        icon="bin",
        sheet="console/clients.css",
        look="cn-clients cn-clients--act",
    )


class CacheMenuItem(PostMenuItem):
    """For whoever may purge."""

    permissions = (PERMISSION,)


class CacheViewSet(ViewSet):
    """Kept answers as part of Wagtail's admin."""

    name = "caches"
    url_prefix = "caches"
    icon = "bin"
    menu_label = gettext_lazy("Purge caches")
    menu_name = "caches"
    menu_order = 717
    menu_item_class = CacheMenuItem
    add_to_admin_menu = True

    def get_urlpatterns(self) -> list[Any]:
        """The one page."""
        return [path("", purge_page, name="index")]

"""Acts on GraphQL documents: registering a text, and ending one."""

from __future__ import annotations

from functools import partial
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from civicnet.access.actors import actor_of
from civicnet.access.clients import visible_clients
from civicnet.access.models import ApiClient
from civicnet.console.acts import act_view, ask, attempt, done
from civicnet.console.client_forms import ReasonForm
from civicnet.console.doors import open_to
from civicnet.contract import Actor, CivicNetError, NotFound, Refused
from civicnet.gateway.limits import MOST_CHARACTERS
from civicnet.gateway.models import TrustedDocument
from civicnet.gateway.trusted.selectors import CHANGE, visible_documents
from civicnet.gateway.trusted.services import end_document, register_document


def _closes(error: CivicNetError) -> bool:
    return isinstance(error, NotFound | Refused)


def _says(error: CivicNetError) -> list[str]:
    # A text may be wrong in many places, each of which has a line of its own.
    return str(error).splitlines()


_try = partial(attempt, closes=_closes, says=_says)
_ask = partial(ask, icon="doc-full", sheet="console/clients.css", look="cn-clients cn-clients--act")


class TextField(forms.CharField):
    """A text to the letter: a browser's line ends become the one sign that files have, and nothing is cut off."""

    def to_python(self, value: Any) -> Any:
        """As a file of the same text would hold it."""
        return super().to_python(value.replace("\r\n", "\n") if isinstance(value, str) else value)


class DocumentForm(ReasonForm):
    """A document, what it is called, and for whom it is."""

    name = forms.CharField(
        label=pgettext_lazy("GraphQL document", "Name"),
        max_length=100,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text=gettext_lazy("For people only, such as “Home page of the portal”. Callers name it by its hash."),
    )
    text = TextField(
        label=gettext_lazy("Text"),
        strip=False,
        max_length=MOST_CHARACTERS,
        widget=forms.Textarea(attrs={"rows": 16, "spellcheck": "false", "class": "cn-code"}),
        help_text=gettext_lazy("Paste it exactly as the portal has it: every space and line end counts for the hash."),
    )
    client = forms.ModelChoiceField(
        label=pgettext_lazy("GraphQL document", "For"),
        queryset=ApiClient.objects.none(),
        required=False,
        empty_label=gettext_lazy("everybody"),
        help_text=gettext_lazy("A client's own document is answered to nobody else."),
    )
    field_order = ["name", "text", "client", "reason"]

    def __init__(self, actor: Actor, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["client"].queryset = visible_clients(actor).filter(revoked_at=None)  # type: ignore[attr-defined]


def document_for(request: HttpRequest, pk: int) -> TrustedDocument:
    """The document as far as the reader may see it.

    Raises:
        NotFound: there is none, or the reader may not know of it.
    """
    found = visible_documents(actor_of(request)).filter(pk=pk).first()
    if found is None:
        raise NotFound()
    return found


@act_view
@open_to(CHANGE)
def new(request: HttpRequest) -> HttpResponse:
    """Register a document."""
    actor = actor_of(request)
    form = DocumentForm(actor, request.POST or None)
    if made := _try(form, lambda: register_document(**form.cleaned_data, actor=actor)):
        sentence = _("Registered. Callers ask for it from now on by the hash below.")
        return done(request, reverse("graphql_documents:document", args=[made.pk]), sentence)
    return _ask(
        request,
        form,
        title=_("Register a document"),
        note=_("It is checked against the schema of the plugins that are on now."),
        back=reverse("graphql_documents:index"),
        button=_("Check and register it"),
    )


@act_view
@open_to(CHANGE)
def end(request: HttpRequest, pk: int) -> HttpResponse:
    """End a document."""
    document = document_for(request, pk)
    form = ReasonForm(request.POST or None)
    back = reverse("graphql_documents:document", args=[pk])
    if _try(form, lambda: end_document(document=document, **form.cleaned_data, actor=actor_of(request))):
        return done(request, back, _("The document has ended. Its record stays."))
    return _ask(
        request,
        form,
        title=_("End the document %(name)s") % {"name": document},
        note=_("Whoever asks for it by its hash is refused within seconds. The same text can be registered again."),
        back=back,
        button=_("End the document"),
        serious=True,
    )

"""Kept blocks: what stands in a page for a part that is off, quarantined or gone. Their values are carried, never touched."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.signing import BadSignature, Signer
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail import blocks

from civicnet.lifecycle.contributed import contributed
from civicnet.lifecycle.isolation import Isolation

# In a form all of them are of one type; no plugin's block has this name, for there is no such slug.
FORM_NAME = "civicnet_kept"
# Not a value that any block has.
SPOILT = object()


class KeptBlock(blocks.Block):
    """A block of a type that is not in use now. Its value is the JSON that lies in the database."""

    def render(self, value: Any, context: Any = None) -> SafeString:
        """Nothing: readers see what is in use."""
        return SafeString("")

    def render_basic(self, value: Any, context: Any = None) -> SafeString:
        """Nothing either where two versions are compared."""
        return SafeString("")

    def get_searchable_content(self, value: Any) -> list[str]:
        """What its real block would say, so that the index is the same when the part is on again."""
        return list(self._real(value, "get_searchable_content"))

    def extract_references(self, value: Any) -> Iterator[tuple[Any, ...]]:
        """What its real block would say, so that nobody deletes a picture unwarned that will be shown again."""
        yield from self._real(value, "extract_references")

    def _real(self, value: Any, question: str) -> list[Any]:
        known = contributed().get(self.name)
        if known is None:
            return []
        place = Isolation(known.plugin, f"block {self.name}"[:64])
        return place.call(lambda: list(getattr(known.block, question)(known.block.to_python(value))), otherwise=[])


@lru_cache(maxsize=256)
def kept_block(name: str) -> KeptBlock:
    """The block that keeps values of a type."""
    block = KeptBlock()
    block.set_name(name)
    return block


class KeptWidget(forms.HiddenInput):
    """A sentence, and the value sealed."""

    template_name = "lifecycle/kept_block.html"


class KeptFormBlock(blocks.FieldBlock):
    """How kept blocks stand in the editor: to be read, moved and deleted, not to be changed."""

    def __init__(self, **kwargs: Any) -> None:
        self.field = forms.CharField(required=False, widget=KeptWidget())
        super().__init__(**kwargs)
        self.set_name(FORM_NAME)

    def clean(self, value: Any) -> Any:
        """Refuse what did not come back as it was given out."""
        raise ValidationError(
            _("This block was switched off or changed while the page was open. Open the page anew; nothing was saved.")
        )

    class Meta:
        icon = "lock"
        label = gettext_lazy("Kept block")


def sealed(name: str, value: Any) -> str:
    """A kept block for a form. The seal keeps people from writing into a page what no block has checked."""
    return _signer().sign_object([name, value], compress=True)


def unsealed(token: str) -> tuple[str, Any]:
    """The block's type and value.

    Raises:
        BadSignature: the token is not what ``sealed`` made.
    """
    try:
        name, value = _signer().unsign_object(token)
    except BadSignature:
        raise
    # What is signed was made here; anything else about it is as bad as a wrong signature.
    except (ValueError, TypeError) as error:
        raise BadSignature(str(error)) from error
    return str(name), value


def _signer() -> Signer:
    return Signer(salt="civicnet.lifecycle.kept")

"""Making pictures: a size of one that nobody has asked for yet is made at its address, never by a query."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.views.decorators.http import require_safe
from wagtail.images import get_image_model
from wagtail.images.models import SourceImageIOError
from wagtail.images.utils import generate_signature, verify_signature

from civicnet.gateway.content.sizes import allowed
from civicnet.gateway.content.visible import in_open_collection

_MINUTE = 60


def making_url(image: int, filter_spec: str) -> str:
    """The address that makes a picture in a size. It is signed: only who was told of the picture can have it made."""
    return reverse("make_picture", args=[generate_signature(image, filter_spec), image, filter_spec])


@require_safe
def make_picture(request: HttpRequest, signature: str, image: int, filter_spec: str) -> HttpResponse:
    """Make the picture if it is not there, and lead to it.

    Raises:
        Http404: the signature is wrong, the size is not had here, the picture is gone, or its collection is restricted now.
    """
    if not verify_signature(signature, image, filter_spec) or not allowed(filter_spec):
        raise Http404
    found = get_object_or_404(get_image_model(), in_open_collection(), pk=image)
    try:
        made = found.get_rendition(filter_spec)
    except SourceImageIOError as error:
        raise Http404 from error
    answer = HttpResponseRedirect(made.url)
    answer.headers["Cache-Control"] = f"public, max-age={_MINUTE}"
    return answer


urlpatterns = [path("<str:signature>/<int:image>/<str:filter_spec>/", make_picture, name="make_picture")]

"""Answers: one plain structure, written as XML or as its Spark mapping in JSON."""

from __future__ import annotations

from typing import Any
from xml.etree.ElementTree import Element, SubElement, tostring

import orjson
from django.http import HttpResponse

from civicnet_hotline.wording import plain_text

CONTENT_TYPES = {"json": "application/json; charset=utf-8", "xml": "text/xml; charset=utf-8"}
# What one entry of a list is called in XML; JSON has bare arrays.
_ENTRY = {
    "attributes": "attribute",
    "endpoints": "endpoint",
    "errors": "error",
    "formats": "format",
    "service_requests": "request",
    "services": "service",
}


def respond(root: str, value: Any, fmt: str, *, status: int = 200) -> HttpResponse:
    """The structure under its root element; JSON drops the root, as the Spark convention has it."""
    body = orjson.dumps(value) if fmt == "json" else _xml(root, value)
    return HttpResponse(body, content_type=CONTENT_TYPES[fmt], status=status)


def _xml(root: str, value: Any) -> bytes:
    element = Element(root)
    _fill(element, value)
    written: bytes = tostring(element, encoding="utf-8", xml_declaration=True)
    return written


def _fill(element: Element, value: Any) -> None:
    if isinstance(value, dict):
        for name, inner in value.items():
            _fill(SubElement(element, name), inner)
    elif isinstance(value, list):
        for inner in value:
            _fill(SubElement(element, _ENTRY[element.tag]), inner)
    elif isinstance(value, bool):
        element.text = "true" if value else "false"
    elif value is not None:
        element.text = plain_text(str(value))

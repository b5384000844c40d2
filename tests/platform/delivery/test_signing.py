"""Signatures: whoever does as the docs say knows our messages, and takes no others for ours."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from civicnet.delivery.models import Delivery
from civicnet.delivery.signing import body_of, headers_of

PAGE = Path(__file__).resolve().parents[3] / "docs/howto/webhooks.md"
KIND = "test.happened"


def verify_of_the_docs() -> Any:
    """The function of the page's example."""
    (code,) = re.findall(r"^```python\n(.*?)^```$", PAGE.read_text(encoding="utf-8"), re.M | re.S)
    names: dict[str, Any] = {"__name__": "receiver"}
    exec(code, names)
    return names["verify"]


@pytest.mark.parametrize(
    "spoiled",
    [
        lambda header, body: (header, body + b" "),
        lambda header, body: (header.replace("v1=", "v1=0"), body),
        lambda header, body: (re.sub(r"t=\d+", "t=1000000000", header), body),
        lambda header, body: ("", body),
    ],
    ids=["body", "signature", "time", "none"],
)
def test_the_receiver_of_the_docs_refuses_what_is_not_ours(spoiled) -> None:
    delivery = Delivery(event="0" * 32, kind=KIND, payload={})
    body = body_of(delivery)
    verify = verify_of_the_docs()
    header = headers_of(delivery, body, secret="known to both", now=timezone.now())["X-CivicNet-Signature"]

    assert verify(header, body, "known to both")
    assert not verify(header, body, "another")
    assert not verify(*spoiled(header, body), "known to both")


def test_an_old_message_is_refused_though_its_signature_is_right() -> None:
    delivery = Delivery(event="0" * 32, kind=KIND, payload={})
    body = body_of(delivery)
    header = headers_of(delivery, body, secret="s", now=timezone.now() - timedelta(minutes=6))["X-CivicNet-Signature"]

    assert not verify_of_the_docs()(header, body, "s")

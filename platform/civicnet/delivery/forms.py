"""Forms of a message: our own, which is signed, and those in which caches of other makers take keys to purge."""

from __future__ import annotations

from datetime import datetime

import orjson

from civicnet.delivery.models import Delivery, Form
from civicnet.delivery.signing import body_of, headers_of

# In which member of a JSON object each form names the keys.
_MEMBERS = {Form.SURROGATE_KEYS: "surrogate_keys", Form.TAGS: "tags"}


def written(delivery: Delivery, *, now: datetime) -> tuple[bytes, dict[str, str]]:
    """The body and the headers of a delivery, in the form of its webhook and with the secret of its receiver.

    Whatever the form, the headers of our own go along, with a signature over the very body that is sent.
    """
    webhook = delivery.webhook
    body = _body(delivery, Form(webhook.form))
    headers = headers_of(delivery, body, secret=webhook.secret, now=now)
    if webhook.form == Form.HEADER:
        headers["Surrogate-Key"] = " ".join(delivery.payload["keys"])
        del headers["Content-Type"]
    if webhook.header_name:
        headers[webhook.header_name] = webhook.header_value
    return body, headers


def _body(delivery: Delivery, form: Form) -> bytes:
    if form == Form.MESSAGE:
        return body_of(delivery)
    return b"" if form == Form.HEADER else orjson.dumps({_MEMBERS[form]: delivery.payload["keys"]})

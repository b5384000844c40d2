"""What a receiver gets: the body, and the headers by which it knows that it is ours, whole and new."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from datetime import datetime

import orjson

import civicnet
from civicnet.delivery.models import Delivery


def new_secret() -> str:
    """A signing secret from the system's generator."""
    return f"cvw_{secrets.token_hex(32)}"


def body_of(delivery: Delivery) -> bytes:
    """The message, the same to the byte at every attempt."""
    told = {
        "id": str(delivery.event),
        "kind": delivery.kind,
        "at": delivery.created_at.isoformat(timespec="seconds"),
        "data": delivery.payload,
    }
    return orjson.dumps(told, option=orjson.OPT_SORT_KEYS)


def headers_of(delivery: Delivery, body: bytes, *, secret: str, now: datetime) -> dict[str, str]:
    """The headers that go with it. The signature covers the time of sending, so that an old one cannot be shown again."""
    sent = int(now.timestamp())
    signature = hmac.new(secret.encode(), f"{sent}.".encode() + body, hashlib.sha256).hexdigest()
    return {
        "Content-Type": "application/json",
        "User-Agent": f"CivicNet/{civicnet.__version__}",
        "X-CivicNet-Event": delivery.kind,
        "X-CivicNet-Delivery": str(delivery.id),
        "X-CivicNet-Signature": f"t={sent},v1={signature}",
    }

"""The kinds of channels that publicity brings itself: portals, WeChat's draft box, and folders of files."""

from __future__ import annotations

from civicnet_publicity.channels import files, portal, wechat
from civicnet_publicity.hookspecs import ChannelKind, Parcel

_SERVED = {module.KIND.key: module for module in (portal, wechat, files)}


def kinds() -> list[ChannelKind]:
    """All of them."""
    return [module.KIND for module in _SERVED.values()]


def deliver(parcel: Parcel) -> str:
    """Bring an article to a channel of one of these kinds."""
    return str(_SERVED[parcel.kind].deliver(parcel))


def withdraw(parcel: Parcel) -> str:
    """Take it out again."""
    return str(_SERVED[parcel.kind].withdraw(parcel))

"""Receivers: how a plugin listens to a signal, so that it hears nothing while it is off and harms nobody when it fails."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial, wraps
from typing import Any, TypeVar

from django.dispatch import Signal

from civicnet.lifecycle.isolation import Isolation
from civicnet.lifecycle.snapshot import current

R = TypeVar("R", bound=Callable[..., Any])


def plugin_receiver(
    signal: Signal | list[Signal] | tuple[Signal, ...],
    *,
    plugin: str,
    name: str,
    sender: Any = None,
    while_off: bool = False,
    strict: bool = False,
) -> Callable[[R], R]:
    """Connect a function to a signal on behalf of a plugin. ``Signal.connect`` is for the host alone.

    Args:
        signal: one signal, or several.
        plugin: the slug of the plugin.
        name: what the plugin screen calls the place where it listens, e.g. ``post_save``.
        sender: whose signals; None for everybody's.
        while_off: hear them also while the plugin is off, where its own rows would become untrue otherwise. What readers
            see stays shut all the same.
        strict: an error stops whoever sent the signal, where the deed must not happen without what is done here.
    """
    place = Isolation(plugin, f"signal {name}"[:64], strict=strict)

    def connect(function: R) -> R:
        @wraps(function)
        def hear(sender: Any, **given: Any) -> Any:
            # Rows that a migration makes are nobody's deed, and the switches may have no table yet.
            if getattr(sender, "__module__", "") == "__fake__" or not (while_off or current().is_on(plugin)):
                return None
            return place.call(partial(function, sender, **given), otherwise=None)

        hear.civicnet_plugin = plugin  # type: ignore[attr-defined]
        for one in signal if isinstance(signal, list | tuple) else (signal,):
            # Nothing else holds on to the wrapper.
            one.connect(hear, sender=sender, weak=False, dispatch_uid=f"{function.__module__}.{function.__qualname__}")
        return function

    return connect

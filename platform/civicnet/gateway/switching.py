"""Moving switches and settings over GraphQL: the services of the life cycle, for staff and portals with the permission."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import graphene
import orjson
from django.utils.translation import gettext as _
from graphql import GraphQLResolveInfo

from civicnet.contract import Actor, InvalidInput, NotFound, require
from civicnet.gateway.idempotency import idempotency_key, idempotent
from civicnet.gateway.plugin_file import SWITCH
from civicnet.gateway.sites import site_named
from civicnet.lifecycle.activation import (
    LONGEST_SUNSET,
    change_settings,
    disable_plugin,
    enable_plugin,
    set_site_mode,
    undo_change,
)
from civicnet.lifecycle.models import PluginChange, SiteMode
from civicnet.lifecycle.snapshot import read

_NOTHING_MOVED: dict[str, Any] = {"change_id": None, "plugins": []}
_MODES = {True: SiteMode.ON, False: SiteMode.OFF, None: SiteMode.INHERIT}


class PlatformSettingInput(graphene.InputObjectType):
    """A new value for a setting."""

    name = graphene.String(required=True)
    value = graphene.String(description="In JSON; left out or null: back to the default.")


class PlatformPluginChangePayload(graphene.ObjectType):
    """What an act has moved, and the schema of this site after it."""

    change_id = graphene.ID(description="By which it can be undone; null where all stood so already.")
    plugins = graphene.List(graphene.NonNull(graphene.String), required=True, description="Slugs of what was moved.")
    schema_hash = graphene.String(required=True)
    generation = graphene.Int(required=True)


class CoreMutation:
    """Root fields for writing that are there whatever is switched on."""

    platform_switch_plugin = graphene.Field(
        PlatformPluginChangePayload,
        slug=graphene.String(required=True),
        enabled=graphene.Boolean(description="Null, for one site: as everywhere."),
        site_host=graphene.String(description="For this site only."),
        sunset_days=graphene.Int(description="For so long its fields stay, answering null with PLUGIN_DISABLED."),
        with_dependants=graphene.Boolean(default_value=False, description="Also switch off what needs it."),
        with_needed=graphene.Boolean(default_value=False, description="Also switch on what it needs."),
        reason=graphene.String(required=True),
        idempotency_key=idempotency_key(),
        description="Switch a plugin on or off, for everyone or for one site. Nothing is deleted.",
    )
    platform_change_plugin_settings = graphene.Field(
        PlatformPluginChangePayload,
        slug=graphene.String(required=True),
        values=graphene.List(graphene.NonNull(PlatformSettingInput), required=True),
        site_host=graphene.String(description="For this site only."),
        reason=graphene.String(required=True),
        idempotency_key=idempotency_key(),
        description="Set settings of a plugin; those not named stay as they are.",
    )
    platform_undo_plugin_change = graphene.Field(
        PlatformPluginChangePayload,
        change_id=graphene.ID(required=True),
        reason=graphene.String(required=True),
        idempotency_key=idempotency_key(),
        description="Let the plugins that a change moved stand as they stood before it.",
    )

    @staticmethod
    def resolve_platform_switch_plugin(
        root: Any,
        info: GraphQLResolveInfo,
        slug: str,
        reason: str,
        enabled: bool | None = None,
        site_host: str | None = None,
        sunset_days: int | None = None,
        with_dependants: bool | None = False,
        with_needed: bool | None = False,
        **_key: Any,
    ) -> dict[str, Any]:
        """Call the service that fits."""
        actor = _allowed(info)

        def switch() -> PluginChange | None:
            site_id = site_named(site_host)
            if sunset_days is not None and (enabled is not False or site_id is not None):
                raise InvalidInput(_("A sunset is for switching a plugin off for everyone."), field="sunsetDays")
            if site_id is not None:
                return set_site_mode(slug=slug, site_id=site_id, mode=_MODES[enabled], actor=actor, reason=reason)
            if enabled is None:
                raise InvalidInput(_("Say whether the plugin shall be on or off."), field="enabled")
            if enabled:
                return enable_plugin(slug=slug, actor=actor, reason=reason, with_needed=bool(with_needed))
            too, sunset = bool(with_dependants), _sunset(sunset_days)
            return disable_plugin(slug=slug, actor=actor, reason=reason, with_dependants=too, sunset=sunset)

        return _moved(info, switch)

    @staticmethod
    def resolve_platform_change_plugin_settings(
        root: Any,
        info: GraphQLResolveInfo,
        slug: str,
        values: list[dict[str, Any]],
        reason: str,
        site_host: str | None = None,
        **_key: Any,
    ) -> dict[str, Any]:
        """Read the values, then call the service."""
        actor = _allowed(info)
        given = {one["name"]: _value(one["name"], one.get("value")) for one in values}
        site_id = site_named(site_host)
        return _moved(
            info, lambda: change_settings(slug=slug, values=given, actor=actor, reason=reason, site_id=site_id)
        )

    @staticmethod
    def resolve_platform_undo_plugin_change(
        root: Any, info: GraphQLResolveInfo, change_id: str, reason: str, **_key: Any
    ) -> dict[str, Any]:
        """Call the service."""
        actor = _allowed(info)
        if not (change_id.isascii() and change_id.isdigit() and len(change_id) <= 18):
            raise NotFound()
        return _moved(info, lambda: undo_change(change_id=int(change_id), actor=actor, reason=reason))


def _allowed(info: GraphQLResolveInfo) -> Actor:
    actor: Actor = info.context.actor
    require(actor.may(SWITCH))
    return actor


def _sunset(days: int | None) -> timedelta | None:
    if days is None:
        return None
    if not 1 <= days <= LONGEST_SUNSET.days:
        raise InvalidInput(_("A sunset takes a day at least and a year at most."), field="sunsetDays")
    return timedelta(days=days)


def _value(name: str, text: str | None) -> Any:
    try:
        return None if text is None else orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise InvalidInput(_("This is not valid JSON."), field=name) from error


def _moved(info: GraphQLResolveInfo, act: Callable[[], PluginChange | None]) -> dict[str, Any]:
    # The composer makes this very class a part of every schema.
    from civicnet.gateway.composer import compose

    def ids() -> dict[str, Any]:
        change = act()
        return {"change_id": change.pk, "plugins": sorted(change.after)} if change else _NOTHING_MOVED

    moved = idempotent(info, ids)
    # After the commit, for the picture is kept. The request itself goes on with the one that it began with.
    snapshot = read(info.context.snapshot.site_id)
    return moved | {
        "schema_hash": compose(snapshot.enabled, snapshot.sunset).digest,
        "generation": snapshot.generation,
    }

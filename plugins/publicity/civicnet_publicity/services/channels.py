"""Acts on channels and on what goes to them: setting one up, sending again, and a portal's word."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from civicnet.access.clients import visible_clients
from civicnet.contract import Actor, InvalidInput, NotFound, require
from civicnet.delivery.targets import read_target
from civicnet.ledger.services import record
from civicnet_publicity.errors import ChannelKindGone, NotThere
from civicnet_publicity.models import Channel, ChannelDelivery, ChannelState, ChannelWish
from civicnet_publicity.permissions import can_confirm, can_manage_channels
from civicnet_publicity.selectors.channels import client_channels, known_kinds
from civicnet_publicity.services.by_hand import locked_delivery
from civicnet_publicity.services.following import renew, send_soon

LONGEST = 500


@transaction.atomic
def keep_channel(
    *, actor: Actor, name: str, kind: str, values: Mapping[str, str], is_on: bool = True, pk: int | None = None
) -> Channel:
    """Set up a channel, or change the one that has the number ``pk``; its kind stays.

    ``values`` are those of the fields of its kind; an empty secret keeps the one that is there, unless an address changes:
    then secrets are given anew, so that nobody has one sent to themselves. What was stuck is sent again. Where a channel leads
    stays while articles stand there: nobody else could be told to take them down.

    Raises:
        Refused: the actor does not set up channels.
        NotFound: there is no such channel.
        ChannelKindGone: no plugin that is on brings this kind.
        InvalidInput: the name is taken, a value is missing or too long, an address may not be called, the client is none
            that the actor looks after, or articles stand where the channel led before.
    """
    require(can_manage_channels(actor))
    channel = Channel(kind=kind) if pk is None else Channel.objects.select_for_update().filter(pk=pk).first()
    if channel is None:
        raise NotFound()
    known = known_kinds().get(channel.kind)
    if known is None:
        raise ChannelKindGone()
    before = _facts(channel) if channel.pk else {}
    _name(channel, name)
    _put_on(channel, known.kind.fields, values, actor)
    _check_place(channel, known.kind.fields, before.get("settings", {}))
    channel.is_on = is_on
    channel.save()
    record(actor=actor, action="publicity.keep_channel", subject=channel, before=before, after=_facts(channel))
    stuck = channel.deliveries.select_for_update().filter(state=ChannelState.STUCK)
    numbers = list(stuck.values_list("pk", flat=True))
    again = {"state": ChannelState.WAITING, "next_at": timezone.now(), "attempts": 0, "edition": F("edition") + 1}
    ChannelDelivery.objects.filter(pk__in=numbers).update(**again)
    # Also of one that is off: what is withdrawn goes out.
    send_soon(numbers)
    return channel


@transaction.atomic
def retry_delivery(*, delivery: int, actor: Actor) -> ChannelDelivery:
    """Send an article to a channel again, from the beginning and soon; for whoever may change the article or place any.

    Raises:
        NotFound: the actor sees no such delivery.
        NotThere: it is on its way, or has come to its end.
    """
    row = locked_delivery(delivery, actor)
    if row.state not in (ChannelState.FAILED, ChannelState.STUCK, ChannelState.SENT):
        raise NotThere(_("There is nothing to send again: it is on its way, or has arrived."))
    # Another edition, so that nobody takes it for the message that they have had.
    row.edition += 1
    renew(row)
    row.save()
    record(actor=actor, action="publicity.retry_delivery", subject=row)
    send_soon([row.pk])
    return row


@transaction.atomic
def confirm_delivery(*, actor: Actor, article: int, edition: int, channel: int | None = None) -> ChannelDelivery:
    """Note, as the portal of a channel, that this edition of an article stands there, or that it is gone by this edition.

    Saying it twice changes nothing. An older edition than the newest is noted, and the newest goes on waiting. A portal with
    several channels names the one that it means; unnamed, it is the first in which this edition is not confirmed.

    Raises:
        Refused: the actor may not confirm.
        NotFound: no such edition of this article was sent to a channel of this client.
    """
    require(can_confirm(actor))
    mine = client_channels(actor.id) if actor.kind == "client" else []
    if channel is not None:
        mine = [channel] if channel in mine else []
    rows = ChannelDelivery.objects.select_for_update().filter(article=article, edition__gte=edition, channel__in=mine)
    # What was never sent, or not in this edition yet, the portal cannot mean.
    rows = rows.filter(tried_at__isnull=False).exclude(edition=edition, state=ChannelState.WAITING)
    found = sorted(rows.order_by("pk"), key=lambda row: (row.confirmed >= edition, row.pk))
    if not found or edition < 1:
        raise NotFound()
    row = found[0]
    if row.confirmed >= edition:
        return row
    row.confirmed = edition
    if edition == row.edition and row.state != ChannelState.SENDING:
        row.state, row.next_at, row.arrived_at = ChannelState.ARRIVED, None, timezone.now()
        row.there = edition if row.wish == ChannelWish.PUBLISH else None
        row.error, row.error_code = "", ""
    row.save()
    record(actor=actor, action="publicity.confirm_delivery", subject=row, after={"edition": edition})
    return row


def _name(channel: Channel, name: str) -> None:
    name = name.strip()
    if not name or len(name) > 60:
        raise InvalidInput(_("Give the channel a name of at most 60 signs."), field="name")
    if Channel.objects.filter(name=name).exclude(pk=channel.pk).exists():
        raise InvalidInput(_("Another channel has this name."), field="name")
    channel.name = name


def _put_on(channel: Channel, fields: Any, values: Mapping[str, str], actor: Actor) -> None:
    held: dict[str, str] = orjson.loads(channel.secrets) if channel.secrets else {}
    given = {field.name: str(values.get(field.name, "")).strip() for field in fields}
    plain = {field.name: given[field.name] for field in fields if field.form != "secret"}
    if any(channel.settings.get(field.name) != given[field.name] for field in fields if field.form == "address"):
        held = {}
    secrets = {field.name: given[field.name] or held.get(field.name, "") for field in fields if field.form == "secret"}
    for field in fields:
        _check(field, plain.get(field.name) or secrets.get(field.name, ""), channel, actor)
    channel.settings = plain
    channel.secrets = orjson.dumps(secrets).decode() if secrets else ""


def _check(field: Any, value: str, channel: Channel, actor: Actor) -> None:
    if field.required and not value:
        raise InvalidInput(_("“%(field)s” must be filled in.") % {"field": field.label}, field=field.name)
    if len(value) > LONGEST:
        raise InvalidInput(_("Say it in %(most)d signs.") % {"most": LONGEST}, field=field.name)
    if field.form == "address" and value:
        try:
            read_target(value)
        except InvalidInput as error:
            raise InvalidInput(str(error), field=field.name) from error
    if field.form == "client" and value != channel.settings.get(field.name) and not _is_client(value, actor):
        raise InvalidInput(_("Choose an API client that you look after."), field=field.name)


def _check_place(channel: Channel, fields: Any, before: Mapping[str, str]) -> None:
    moved = [
        field.name
        for field in fields
        if getattr(field, "is_place", False) and before.get(field.name, "") not in ("", channel.settings[field.name])
    ]
    if not moved:
        return
    gone = Q(wish=ChannelWish.WITHDRAW, state=ChannelState.ARRIVED)
    reached = Q(there__isnull=False) | ~Q(remote="") | Q(state=ChannelState.SENDING)
    if channel.deliveries.filter(reached, ~gone).exists():
        said = _("Articles still stand there. Take the channel off its columns first, or set up another channel.")
        raise InvalidInput(said, field=moved[0])


def _is_client(value: str, actor: Actor) -> bool:
    chosen = visible_clients(actor).filter(pk=value if value.isascii() and value.isdigit() else 0, revoked_at=None)
    return bool(chosen.exists())


def _facts(channel: Channel) -> dict[str, Any]:
    # Secrets are in no record.
    return {"name": channel.name, "kind": channel.kind, "on": channel.is_on, "settings": dict(channel.settings)}

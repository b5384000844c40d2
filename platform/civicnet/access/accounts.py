"""Staff accounts as people: what an account holds, erasing who it was, and forgetting accounts closed long ago."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.db import models, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _
from django_tasks_db.models import DBTaskResult

from civicnet.access.holding import lasting
from civicnet.access.keepers import Keeper
from civicnet.access.models import Position, User
from civicnet.contract import Actor, Conflict, Obstacle, PersonalQuery, PersonalRecord, require
from civicnet.ledger.services import record
from civicnet.lifecycle.manifest import PersonalField

YEARS_3 = timedelta(days=1095)
TASKS_KEPT = timedelta(days=30)
FIELDS = ("username", "full_name", "first_name", "last_name", "email")
CHUNK = 200
GONE = "erased-"
# Rows of other packages that name an account: app, model, and the field that names it by account or by username.
_BESIDE = [
    ("wagtailusers", "UserProfile", "user"),
    ("otp_totp", "TOTPDevice", "user"),
    ("otp_static", "StaticDevice", "user"),
    ("account", "EmailAddress", "user"),
    ("socialaccount", "SocialAccount", "user"),
    ("axes", "AccessAttempt", "username"),
    ("axes", "AccessFailureLog", "username"),
    ("axes", "AccessLog", "username"),
]


def records_about(query: PersonalQuery) -> list[PersonalRecord]:
    """The person's account and the positions they held."""
    found: list[PersonalRecord] = []
    for user in _accounts(query):
        found.append(
            PersonalRecord(
                model="User",
                key=str(user.pk),
                label=_("account %(number)d") % {"number": user.pk},
                values={name: str(getattr(user, name)) for name in FIELDS if getattr(user, name)},
                since=user.date_joined.date(),
                person=f"access.user:{user.pk}",
                account=user.pk,
                name=user.full_name,
                obstacle=_obstacle(user),
            )
        )
        found += [
            PersonalRecord(
                model="Position",
                key=str(one.pk),
                label=f"{one.role} · {one.organisation}",
                values={"person": f"{one.role} · {one.organisation} {one.valid_from} – {one.valid_to or ''}".strip()},
                since=one.valid_from,
            )
            for one in user.positions.select_related("role", "organisation").order_by("pk")
        ]
    return found


@transaction.atomic
def erase(*, query: PersonalQuery, actor: Actor, reason: str) -> int:
    """Leave a number where the account's person was; what the account did stays its deed.

    Raises:
        Refused: not by a person; the host's command asks.
        Conflict: positions or the machine's rights are still theirs (STILL_IN_POSITION, RUNS_THE_MACHINE).
    """
    require(actor.kind == "system")
    users = list(_accounts(query).exclude(username__startswith=GONE).select_for_update())
    for user in users:
        if obstacle := _obstacle(user):
            raise Conflict(obstacle.message, code=obstacle.code)
        _clear(user)
        record(actor=actor, action="access.erase_account", subject=user, reason=reason)
    return len(users)


def forget_expired(*, now: datetime, actor: Actor) -> int:
    """Forget accounts that are closed and were last used, or last appointed, longer ago than declared; and stale traces."""
    require(actor.kind == "system")
    done = 0
    while chunk := _forget_some(now - YEARS_3, actor):
        done += chunk
    Session.objects.filter(expire_date__lt=now).delete()
    DBTaskResult.objects.filter(finished_at__lt=now - TASKS_KEPT).delete()
    return done


@transaction.atomic
def _forget_some(before: datetime, actor: Actor) -> int:
    recent = Position.objects.filter(person=OuterRef("pk")).filter(
        Q(valid_to__isnull=True) | Q(valid_to__gte=before.date())
    )
    unused = Q(last_login__isnull=True, date_joined__lt=before) | Q(last_login__lt=before)
    closed = User.objects.filter(unused, ~Exists(recent), is_active=False, is_superuser=False)
    users = list(closed.exclude(username__startswith=GONE).order_by("pk").select_for_update()[:CHUNK])
    for user in users:
        _clear(user)
        record(actor=actor, action="access.forget_account", subject=user)
    return len(users)


def _clear(user: User) -> None:
    for app, model, name in _BESIDE:
        if app in apps.app_configs:
            rows: models.Manager[Any] = apps.get_model(app, model)._default_manager
            rows.filter(**{name: user.username if name == "username" else user}).delete()
    user.username = f"{GONE}{user.pk}"
    user.full_name = user.first_name = user.last_name = user.email = ""
    user.set_unusable_password()
    user.is_active = user.is_staff = False
    user.session_round += 1
    user.save()
    user.groups.clear()
    # Wagtail's own history shows the name it knew the account by.
    log = apps.get_model("wagtailcore", "ModelLogEntry")._default_manager
    log.filter(content_type=ContentType.objects.get_for_model(User), object_id=str(user.pk)).update(label=user.username)


def _accounts(query: PersonalQuery) -> QuerySet[User]:
    keys = [int(one.rpartition(":")[2]) for one in query.people if one.startswith("access.user:")]
    return User.objects.filter(Q(pk__in=query.accounts) | Q(pk__in=keys)).order_by("pk")


def _obstacle(user: User) -> Obstacle | None:
    if user.is_superuser:
        sentence = _("This account runs the machine. Give that to another account first.")
        return Obstacle("RUNS_THE_MACHINE", sentence)
    held = user.positions.filter(lasting()).select_related("role", "organisation").first()
    if held is None:
        return None
    sentence = _("This person still holds a position: %(role)s, %(organisation)s. End it first, under People.")
    return Obstacle("STILL_IN_POSITION", sentence % {"role": held.role, "organisation": held.organisation})


_SIGN_IN = {"zh-hans": "登录，并写明谁做了什么。", "en": "Signing in, and saying who did what."}
_NAMED = {"zh-hans": "让同事知道在和谁共事。", "en": "Letting colleagues know whom they work with."}
_CLOSED = {
    "zh-hans": "账号停用后，最后一次登录或任职之日",
    "en": "the last sign-in or the last position of a closed account",
}
KEEPER = Keeper(
    name="access",
    fields=(
        PersonalField("User", "username", _SIGN_IN, _CLOSED, YEARS_3.days),
        *(PersonalField("User", name, _NAMED, _CLOSED, YEARS_3.days) for name in FIELDS[1:]),
        PersonalField(
            "Position",
            "person",
            {"zh-hans": "任职记录：谁在什么时候有什么权限。", "en": "The record of who might do what, and when."},
            _CLOSED,
            YEARS_3.days,
        ),
    ),
    records=records_about,
    erase=erase,
    forget=forget_expired,
)

"""The gate: what is found on exactly this version stops it on its way to review and to readers, unless somebody let it pass.

Every way to publish ends in ``ArticlePage.publish``, which asks here; copies, which Wagtail publishes past it, are asked
about afterwards and made drafts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from wagtail.models import Revision

from civicnet.access.actors import SYSTEM
from civicnet.contract import Actor, require
from civicnet.ledger.services import record
from civicnet.records.shapes import RecordShape, look_up
from civicnet_publicity.checks import Finding, findings_of
from civicnet_publicity.checks.parts import Parts
from civicnet_publicity.checks.reading import FIELDS, parts_of
from civicnet_publicity.checks.typed import TypedParts, typed_parts
from civicnet_publicity.errors import ChecksNotPassed, NothingToOverride
from civicnet_publicity.models import ArticlePage, CheckDecision, CheckDecisionKind
from civicnet_publicity.permissions import can_override_checks
from civicnet_publicity.selectors.checking import addresses_unknown, is_disclosed, known_for, overridden
from civicnet_publicity.services.reasons import require_reason

# What Wagtail's command names its own deeds.
SCHEDULED = "wagtail.publish.scheduled"
LONGEST_REASON = 300
_PASSED = "civicnet_passed_checks"


def parts_of_article(article: ArticlePage) -> Parts:
    """The parts of an article as it is in memory, mostly one of its versions."""
    parent = article.get_parent() if article.path else None
    kept = article.column_type
    return parts_of(
        {name: getattr(article, name) for name in FIELDS},
        disclosed=is_disclosed(parent and parent.pk),
        typed=found_parts(kept.shape, article.field_values) if kept else None,
    )


def found_parts(shape: RecordShape, stored: Any) -> TypedParts:
    """What checks look at of the values of fields, with the pictures that these name."""
    return typed_parts(shape, stored, look_up([(shape, stored)], for_all=False))


def findings_on(article: ArticlePage) -> list[Finding]:
    """Everything that is found on an article as it is in memory."""
    parts = parts_of_article(article)
    return findings_of(parts, known_for(parts))


def findings_in(values: Mapping[str, Any], *, disclosed: bool, typed: TypedParts | None = None) -> list[Finding]:
    """Everything that is found in the fields of a form."""
    parts = parts_of(values, disclosed=disclosed, typed=typed)
    return findings_of(parts, known_for(parts))


def checked(article: ArticlePage) -> tuple[list[Finding], list[Finding]]:
    """Everything that is found on an article as it is in memory, and what of it stops it."""
    parts = parts_of_article(article)
    found = findings_of(parts, known_for(parts))
    return found, _let_through(found, article.pk, parts)


def stopping(article: ArticlePage) -> list[Finding]:
    """The blockers that nobody let pass in this text."""
    return checked(article)[1]


def stopping_in(
    values: Mapping[str, Any], *, article: int | None, disclosed: bool, typed: TypedParts | None = None
) -> list[Finding]:
    """The same for what stands in the fields of a form."""
    parts = parts_of(values, disclosed=disclosed, typed=typed)
    return _let_through(findings_of(parts, known_for(parts)), article, parts)


def require_passed(revision: Revision) -> None:
    """Let a version on to review or to readers.

    Raises:
        ChecksNotPassed: findings stop it.
    """
    article: ArticlePage = revision.as_object()
    parts = parts_of_article(article)
    if findings := _stopping(article, parts):
        raise ChecksNotPassed(findings)
    _ask_addresses(parts)
    setattr(revision, _PASSED, True)


@transaction.atomic
def hold(revision: Revision, error: ChecksNotPassed) -> None:
    """Leave a version a draft that was to go out at its time, or with the file that brings it in: nobody sits before the screen
    then. It is recorded, and waits on somebody's desk.
    """
    article: ArticlePage = revision.as_object()
    Revision.objects.filter(pk=revision.pk).update(approved_go_live_at=None)
    _decide(article, revision, CheckDecisionKind.HELD, error.findings, SYSTEM, str(error)[:LONGEST_REASON])


@transaction.atomic
def take_back_copy(*, article: ArticlePage, revision: Revision | None, actor: Actor) -> bool:
    """Make a draft of what was published past the gate and does not pass it; returns whether it did."""
    if revision is None or getattr(revision, _PASSED, False):
        return False
    try:
        require_passed(revision)
    except ChecksNotPassed as error:
        draft = {"live": False, "has_unpublished_changes": True, "live_revision": None, "first_published_at": None}
        ArticlePage.objects.filter(pk=article.pk).update(**draft)
        record(actor=actor, action="publicity.hold_copy", subject=article, reason=str(error)[:LONGEST_REASON])
        return True
    return False


@transaction.atomic
def override_checks(*, article: ArticlePage, actor: Actor, reason: str) -> CheckDecision:
    """Let the latest version pass in spite of what stops it. It holds for this text alone: another one is checked anew.

    Raises:
        Refused: the actor may not let articles pass.
        InvalidInput: no reason was given, or one too long.
        NothingToOverride: nothing stops the latest version.
    """
    require(can_override_checks(actor))
    reason = reason.strip()
    require_reason(reason, most=LONGEST_REASON)
    revision = article.get_latest_revision()
    version: ArticlePage = revision.as_object() if revision else article
    findings = stopping(version)
    if not findings or revision is None:
        raise NothingToOverride()
    return _decide(version, revision, CheckDecisionKind.OVERRIDDEN, findings, actor, reason)


def _stopping(article: ArticlePage, parts: Parts) -> list[Finding]:
    return _let_through(findings_of(parts, known_for(parts)), article.pk, parts)


def _let_through(findings: Sequence[Finding], article: int | None, parts: Parts) -> list[Finding]:
    blockers = [one for one in findings if one.is_blocker]
    passed = overridden(article, parts.digest) if blockers and article else frozenset()
    return [one for one in blockers if one.key not in passed]


def _decide(
    article: ArticlePage,
    revision: Revision,
    kind: CheckDecisionKind,
    findings: Sequence[Finding],
    actor: Actor,
    reason: str,
) -> CheckDecision:
    kept = [one.kept() for one in findings]
    decision = CheckDecision.objects.create(
        article=ArticlePage.objects.get(pk=article.pk),
        revision=revision,
        kind=kind,
        digest=parts_of_article(article).digest,
        findings=kept,
        reason=reason,
        actor_label=actor.label[:150],
    )
    action = "publicity.override_checks" if kind == CheckDecisionKind.OVERRIDDEN else "publicity.hold_publication"
    record(
        actor=actor,
        action=action,
        subject=article,
        after={"revision": revision.pk, "findings": [f"{one['code']}: {one['excerpt']}" for one in kept]},
        reason=reason,
    )
    return decision


def _ask_addresses(parts: Parts) -> None:
    """Addresses that nobody has asked yet are asked in the background; what they answer is known at the next check."""
    urls: Any = {link.to for link in parts.links if link.kind == "external"}
    if urls and (unknown := addresses_unknown(urls)):
        # The task stands above the services that it calls.
        from civicnet_publicity.tasks import ask_links

        transaction.on_commit(lambda: ask_links.enqueue(urls=unknown), robust=True)

"""What checks know: the dictionary made ready once for each of its versions, leaders, links; and what was decided before."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from threading import Lock
from typing import Any

from django.db.models import Count, Max, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.documents import get_document_model
from wagtail.models import Page

from civicnet.contract import Actor
from civicnet.delivery.models import Failure
from civicnet.ledger.stamps import total
from civicnet_publicity.checks.dictionary import Dictionary, Entry
from civicnet_publicity.checks.findings import Severity
from civicnet_publicity.checks.known import Known, Office
from civicnet_publicity.checks.parts import Parts
from civicnet_publicity.models import (
    ArticlePage,
    CheckDecision,
    CheckDecisionKind,
    ColumnKind,
    ColumnPage,
    Leader,
    LinkAnswer,
    ListedWord,
)
from civicnet_publicity.permissions import can_keep_words, can_override_checks

_OFFICE = ("name", "title", "order", "since", "until")
_lock = Lock()
_ready: dict[str, tuple[Any, Dictionary]] = {}


def known_for(parts: Parts) -> Known:
    """What is known of this article's words and links now. At most six statements."""
    return Known(
        today=timezone.localdate(),
        dictionary=dictionary(),
        leaders=tuple(Office(**row) for row in all_leaders().order_by("order", "pk").values(*_OFFICE)),
        **_targets(parts),
        dead=_dead({link.to for link in parts.links if link.kind == "external"}),
    )


def dictionary() -> Dictionary:
    """The words, ready. Made once per version and process; a change by any process is seen once it is committed.

    Two statements where nothing changed, three where something did.
    """
    # The stamp moves with every commit, in whatever order; the rest sees changes within a transaction of our own.
    last = ListedWord.objects.aggregate(count=Count("pk"), last=Max("changed_at"))
    version = (total([ListedWord._meta.db_table]).version, last["count"], last["last"])
    with _lock:
        found = _ready.get("dictionary")
    if found is None or found[0] != version:
        found = version, Dictionary(_entry(row) for row in ListedWord.objects.order_by("pk").values())
        with _lock:
            _ready["dictionary"] = found
    return found[1]


def listed_words(actor: Actor) -> QuerySet[ListedWord]:
    """All words, for whoever keeps them."""
    return ListedWord.objects.all() if can_keep_words(actor) else ListedWord.objects.none()


def listed_leaders(actor: Actor) -> QuerySet[Leader]:
    """All leaders, for whoever keeps the list."""
    return Leader.objects.all() if can_keep_words(actor) else Leader.objects.none()


def all_words() -> QuerySet[ListedWord]:
    """All words, for the engine that compares a sheet with them."""
    return ListedWord.objects.all()


def all_leaders() -> QuerySet[Leader]:
    """All leaders, for the same."""
    return Leader.objects.all()


def editable_article(pk: int) -> QuerySet[ArticlePage]:
    """One article, for a screen that asks Wagtail's page permissions itself."""
    return ArticlePage.objects.filter(pk=pk)


def is_disclosed(column: int | None) -> bool:
    """Whether a column is one of disclosure."""
    return bool(ColumnPage.objects.filter(pk=column, kind=ColumnKind.DISCLOSURE).exists())


def overridden(article: int, digest: str) -> frozenset[str]:
    """Keys of the findings that were let pass in exactly this text of an article."""
    decided = CheckDecision.objects.filter(article=article, digest=digest, kind=CheckDecisionKind.OVERRIDDEN)
    return frozenset(one["key"] for findings in decided.values_list("findings", flat=True) for one in findings)


def decisions_on(article: ArticlePage) -> list[CheckDecision]:
    """What was decided about findings of this article since it was last published, oldest first."""
    since = Q(at__gt=article.last_published_at) if article.last_published_at else Q()
    return list(CheckDecision.objects.filter(since, article=article.pk).order_by("at", "pk"))


def held_articles(actor: Actor) -> QuerySet[ArticlePage]:
    """Articles whose publication was held and that nobody has changed since, for whoever may let them pass."""
    if not can_override_checks(actor):
        return ArticlePage.objects.none()
    held = CheckDecision.objects.filter(kind=CheckDecisionKind.HELD)
    return ArticlePage.objects.filter(latest_revision__in=held.values("revision"), has_unpublished_changes=True)


def addresses_due(before: Any, most: int) -> list[str]:
    """Addresses that were last asked before a moment, the oldest first."""
    return list(
        LinkAnswer.objects.filter(asked_at__lt=before).order_by("asked_at").values_list("url", flat=True)[:most]
    )


def addresses_unknown(urls: Collection[str]) -> list[str]:
    """Those of some addresses that were never asked."""
    known = set(LinkAnswer.objects.filter(url__in=urls).values_list("url", flat=True))
    return sorted(set(urls) - known)


def _entry(row: Mapping[str, Any]) -> Entry:
    longer = tuple(filter(None, (line.strip() for line in row["exceptions"].splitlines())))
    return Entry(row["wrong"], row["right"], row["kind"], Severity(row["severity"]), row["reason"], longer)


def _targets(parts: Parts) -> dict[str, frozenset[tuple[str, str]]]:
    wanted = {
        kind: {link.to for link in parts.links if link.kind == kind and link.to.isdigit()}
        for kind in ("page", "document")
    }
    live: dict[str, bool] = {}
    if wanted["page"]:
        rows = Page.objects.filter(pk__in=map(int, wanted["page"])).values_list("pk", "live")
        live = {str(pk): is_live for pk, is_live in rows}
    files: set[str] = set()
    if wanted["document"]:
        found = get_document_model().objects.filter(pk__in=map(int, wanted["document"]))
        files = {str(pk) for pk in found.values_list("pk", flat=True)}
    gone = {("page", pk) for pk in wanted["page"] - live.keys()} | {
        ("document", pk) for pk in wanted["document"] - files
    }
    return {
        "gone": frozenset(gone),
        "unpublished": frozenset(("page", pk) for pk, is_live in live.items() if not is_live),
    }


def _dead(urls: Collection[str]) -> dict[str, str]:
    if not urls:
        return {}
    failed = LinkAnswer.objects.filter(url__in=urls).exclude(failure="")
    return {one.url: _reason(one) for one in failed}


def _reason(answer: LinkAnswer) -> str:
    if answer.status:
        return _("it answered with status %(status)d.") % {"status": answer.status}
    if answer.failure == Failure.TIMEOUT:
        return _("it took too long.")
    if answer.failure == Failure.SECURITY:
        return _("its certificate is not valid.")
    if answer.failure == Failure.ADDRESS:
        return _("it leads to an address inside, or is written wrongly.")
    return _("nothing was reached there.")

"""The front door: what publicity contributes to the host."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from civicnet.contract import (
    Actor,
    Asking,
    DataElement,
    Fragment,
    PersonalQuery,
    PersonalRecord,
    Problem,
    Questionnaire,
    Route,
    Schedule,
    Waiting,
    hookimpl,
)

if TYPE_CHECKING:
    from import_export.resources import Resource
    from wagtail.admin.viewsets.base import ViewSet

    from civicnet_publicity.hookspecs import ChannelKind, Parcel, PublicMetric
    from civicnet_publicity.selectors.reported import ReportedPage


@hookimpl
def routes() -> list[Route]:
    """The search of the public sites, and the feeds to which readers subscribe."""
    from civicnet_publicity.urls import subscriptions, urlpatterns

    return [Route(prefix="search/", urlpatterns=urlpatterns), Route(prefix="feeds/", urlpatterns=subscriptions)]


@hookimpl
def admin_viewsets() -> list[ViewSet]:
    """栏目与文章: the articles, and the board of columns."""
    from civicnet_publicity.viewsets import PublicityGroup

    return [PublicityGroup()]


@hookimpl
def graphql() -> Fragment:
    """Columns and articles that readers can see."""
    from civicnet_publicity.schema import fragment

    return fragment()


@hookimpl
def resources() -> list[type[Resource]]:
    """Columns, the articles in them, the dictionary and the list of leaders, in and out."""
    from civicnet_publicity.article_sheet import ArticleResource
    from civicnet_publicity.column_sheet import ColumnResource
    from civicnet_publicity.word_sheets import RESOURCES

    return [ColumnResource, ArticleResource, *RESOURCES]


@hookimpl
def schedules() -> list[Schedule]:
    """Links are asked again, channels served, reviewers reminded, and the digest of columns goes out."""
    from civicnet_publicity.tasks import SCHEDULES

    return SCHEDULES


@hookimpl
def waiting(actor: Actor) -> list[Waiting]:
    """Articles to review, articles that came back, columns that go stale, and what is planned."""
    from civicnet_publicity.waiting import work_that_waits

    return work_that_waits(actor)


@hookimpl
def health() -> list[Problem]:
    """Empty columns, sites that would fail an inspection, and articles that are late."""
    from civicnet_publicity.health import problems

    return problems()


@hookimpl
def demo_data(actor: Actor) -> int:
    """The start set of the dictionary, and leaders who are plainly nobody."""
    from civicnet_publicity.demo import keep_demo_words

    return keep_demo_words(actor=actor)


@hookimpl
def personal_records(query: PersonalQuery) -> list[PersonalRecord]:
    """Articles that name the person as author."""
    from civicnet_publicity.personal import records_about

    return records_about(query)


@hookimpl
def erase_personal(query: PersonalQuery, actor: Actor, reason: str) -> int:
    """The author's name, in every version."""
    from civicnet_publicity.personal import erase

    return erase(query=query, actor=actor, reason=reason)


@hookimpl
def forget_expired(now: datetime, actor: Actor) -> int:
    """Authors of articles taken down long ago."""
    from civicnet_publicity import personal

    return personal.forget_expired(now=now, actor=actor)


@hookimpl
def data_elements() -> list[DataElement]:
    """What an article is made of."""
    from civicnet_publicity.elements import ELEMENTS

    return ELEMENTS


@hookimpl
def questionnaires() -> list[Questionnaire]:
    """The article's form."""
    from civicnet_publicity.elements import ARTICLE

    return [ARTICLE]


@hookimpl
def burden(since: datetime) -> list[Asking]:
    """Articles that were published."""
    from civicnet_publicity.elements import askings

    return askings(since=since)


@hookimpl(optionalhook=True)
def hotline_page(site_id: int | None, path: str) -> ReportedPage | None:
    """The page of ours on which somebody found an error, and its editor."""
    from civicnet_publicity.selectors.reported import page_at

    return page_at(site_id=site_id, path=path)


@hookimpl
def publicity_metrics() -> list[PublicMetric]:
    """Articles by month."""
    from civicnet_publicity.numbers import METRICS

    return METRICS


@hookimpl
def publicity_channel_kinds() -> list[ChannelKind]:
    """Portals, WeChat's draft box, and folders of files."""
    from civicnet_publicity.channels import kinds

    return kinds()


@hookimpl
def publicity_deliver(parcel: Parcel) -> str:
    """To a channel of one of these kinds."""
    from civicnet_publicity import channels

    return channels.deliver(parcel)


@hookimpl
def publicity_withdraw(parcel: Parcel) -> str:
    """Out of it again."""
    from civicnet_publicity import channels

    return channels.withdraw(parcel)

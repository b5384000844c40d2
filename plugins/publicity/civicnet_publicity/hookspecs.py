"""Hooks that publicity publishes: other plugins bring kinds of channels to which articles go, and numbers for articles.

Whoever brings one needs none of these classes: a dataclass with the same names will do.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

from civicnet.contract import Failure, hookspec


class ChannelField(Protocol):
    """One thing that an administrator fills in for a channel.

    ``form`` is ``"text"``, ``"address"`` (checked as every address that is called outward), ``"secret"`` (lies sealed and is
    never shown) or ``"client"`` (the number of an API client).

    A field may have ``is_place``: True where its value says whose the other side is. Such a value stays while articles stand
    there.
    """

    @property
    def name(self) -> str:
        """Under which the value is found in the settings."""

    @property
    def label(self) -> Any:
        """What it is called on the screen."""

    @property
    def help(self) -> Any:
        """Where to find it, in a sentence; may be empty."""

    @property
    def form(self) -> str:
        """One of the four above."""

    @property
    def required(self) -> bool:
        """Whether the channel cannot be without it."""


class ChannelKind(Protocol):
    """A kind of channels. ``key`` begins with the plugin's slug and a dot, and stays for good."""

    @property
    def key(self) -> str:
        """Its name among machines."""

    @property
    def label(self) -> Any:
        """Its name among people."""

    @property
    def fields(self) -> Sequence[ChannelField]:
        """What a channel of this kind is set up with."""

    @property
    def confirms(self) -> bool:
        """Whether the other side says itself when the article stands there; else it does once it was delivered."""


class ChannelPicture(Protocol):
    """A picture of an article: ``src`` as the HTML names it."""

    @property
    def src(self) -> str:
        """Its whole address on our site."""

    @property
    def alt(self) -> str:
        """For those who do not see it."""

    def read(self) -> bytes:
        """The file as our site shows it."""

    def jpeg(self, most: int) -> bytes:
        """A JPEG of at most so many bytes. Raises ``InvalidInput`` where none can be made."""


class ChannelArticle(Protocol):
    """What readers can see of an article now."""

    id: str
    title: str
    summary: str
    author: str
    source: str
    column: str
    keywords: Sequence[str]
    index_number: str
    url: str
    published_at: datetime
    updated_at: datetime
    html: str
    pictures: Sequence[ChannelPicture]
    cover: ChannelPicture | None


class Parcel(Protocol):
    """One article on its way to one channel.

    ``edition`` counts what was wished of this article in this channel: a correction and a withdrawal are told by a higher one.
    ``remote`` is what the last delivery returned. ``unsure``: an earlier attempt may have arrived without anybody knowing, so
    that whoever cannot repeat without doubling looks first. ``article`` is None when it is withdrawn.
    """

    kind: str
    channel: int
    settings: Mapping[str, str]
    article_id: str
    article_url: str
    title: str
    edition: int
    remote: str
    unsure: bool
    article: ChannelArticle | None


class OpenReport(Protocol):
    """An error that a reader found on one of our pages, and that waits for its answer. Nothing in it says who found it.

    ``page`` is the key of the page: ``"publicity.article:17"``, ``"publicity.column:4"`` or ``"publicity.site:1"``.
    ``assignee`` is the account on whose desk it lies, which alone opens ``url``.
    """

    page: str
    number: str
    words: str
    state: str
    due_at: datetime
    url: str
    assignee: int | None


@hookspec(failure=Failure.ISOLATE)
def publicity_open_reports() -> list[OpenReport]:  # type: ignore[empty-body]
    """Asked when editors look at their board: reports of errors that wait for an answer, numbers of people masked.

    An error hides that plugin's. Each person is shown those about pages that they find in the editor.
    """


class PublicMetric(Protocol):
    """Numbers that everybody may read, such as cases closed by month: sums, by which nobody is known.

    ``key`` begins with the plugin's slug and a dot, and stays for good.
    """

    @property
    def key(self) -> str:
        """Its name among machines."""

    @property
    def label(self) -> Any:
        """Its name among people."""

    @property
    def unit(self) -> Any:
        """What one of them is, as it stands over a column of numbers."""

    @property
    def note(self) -> Any:
        """What is counted and what is not, in a sentence."""

    def read(self) -> Sequence[tuple[str, int]]:
        """Names and numbers in their order, 60 at most, with one statement at most: it is asked whenever a page is read."""


@hookspec(failure=Failure.ISOLATE)
def publicity_metrics() -> list[PublicMetric]:  # type: ignore[empty-body]
    """Asked when a chart is chosen, shown or told over GraphQL: numbers that everybody may read. An error hides that plugin's.

    What it returns is public as a whole: it is shown to readers and portals without asking who they are.
    """


@hookspec(failure=Failure.ISOLATE)
def publicity_channel_kinds() -> list[ChannelKind]:  # type: ignore[empty-body]
    """Asked whenever channels are shown or served: the kinds that this plugin brings. An error hides that plugin's."""


@hookspec(failure=Failure.VETO, seconds=300)
def publicity_deliver(parcel: Parcel) -> str:  # type: ignore[empty-body]
    """Bring an article, or a newer version of it, to a channel of one's own kind; asked in the background.

    Returns what the other side calls it, to be handed in as ``remote`` next time; "" where that does not matter. The same
    edition may be asked for again after a crash, and must then not stand there twice. No transaction is open, for nobody
    holds one while talking to another machine. ``InvalidInput``, ``NotFound`` and ``Refused`` say what a person has to change
    first; any other error is tried again, after ``retry_after`` (a timedelta) if the error has one. An error with
    ``unsure = True`` says that it may have arrived all the same, one with ``forget_remote = True`` that what ``remote``
    named is gone.
    """


@hookspec(failure=Failure.VETO, seconds=300)
def publicity_withdraw(parcel: Parcel) -> str:  # type: ignore[empty-body]
    """Take an article out of a channel of one's own kind; asked in the background, on the same terms as delivering.

    Returns what the other side calls the withdrawal, mostly ""; also when the article was not there. The article itself may be
    deleted by now.
    """

"""What a kind of channels is made of, and how it says that something is not its fault."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from civicnet.contract import Conflict, NotFound
from civicnet_publicity.hookspecs import ChannelArticle, Parcel


@dataclass(frozen=True, slots=True)
class Field:
    """One thing to fill in; as ``ChannelField`` of the hooks."""

    name: str
    label: Any
    form: str = "text"
    help: Any = ""
    required: bool = True
    is_place: bool = False


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of channels; as ``ChannelKind`` of the hooks."""

    key: str
    label: Any
    fields: Sequence[Field] = ()
    confirms: bool = False


def whole(parcel: Parcel) -> ChannelArticle:
    """The article that a parcel brings.

    Raises:
        NotFound: it brings none.
    """
    if parcel.article is None:
        raise NotFound()
    return parcel.article


class TryLater(Conflict):
    """It cannot be done now; it is tried again, after ``retry_after`` if that is given, and then as often as it takes.

    ``unsure``: it broke off, and may have arrived all the same.
    """

    code = "TRY_LATER"

    def __init__(
        self,
        message: Any = None,
        *,
        code: str | None = None,
        retry_after: timedelta | None = None,
        unsure: bool = False,
    ) -> None:
        super().__init__(message, code=code)
        self.retry_after, self.unsure = retry_after, unsure

"""Made values: blind indexes and seals that are made once for many rows, also before anybody asks for them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar


class Made:
    """What was made for some rows. An index serves whoever asks; a seal is given out once, so that no two rows share one."""

    def __init__(self) -> None:
        self._indexes: dict[str, list[str]] = {}
        self._seals: dict[str, dict[str, str]] = {}

    def indexes(self, texts: Sequence[str], make: Callable[[list[str]], list[list[str]]]) -> list[list[str]]:
        """The digests of each text, newest key first; ``make`` makes those that are missing."""
        known = self._indexes
        missing = [text for text in dict.fromkeys(texts) if text not in known]
        if missing:
            known.update(zip(missing, make(missing), strict=True))
        return [known[text] for text in texts]

    def index(self, text: str) -> list[str] | None:
        """The digests of a text, if they were made."""
        return self._indexes.get(text)

    def keep_seals(self, place: str, texts: Sequence[str], seals: Sequence[str]) -> None:
        """Keep a seal for each of these texts until it is asked for."""
        self._seals.setdefault(place, {}).update(zip(texts, seals, strict=True))

    def seals(self, place: str, texts: Sequence[str], make: Callable[[list[str]], list[str]]) -> list[str]:
        """A seal for each text; ``make`` makes those that were not made, and what is given out is made anew the next time."""
        kept = self._seals.get(place)
        if not kept:
            return make([*texts])
        found = [kept.pop(text, "") for text in texts]
        missing = iter(make([text for text, seal in zip(texts, found, strict=True) if not seal]))
        return [seal or next(missing) for seal in found]


@contextmanager
def remembering(made: Made | None = None) -> Iterator[None]:
    """Make each value's blind index only once inside the block, and use what was made before; all is forgotten at its end."""
    token = _remembered.set(Made() if made is None else made)
    try:
        yield
    finally:
        _remembered.reset(token)


def remembered() -> Made | None:
    """What was made for the rows of now, inside of ``remembering``."""
    return _remembered.get()


_remembered: ContextVar[Made | None] = ContextVar("civicnet_made", default=None)

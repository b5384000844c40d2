"""Whom somebody asks about: by ID number, phone or account, as people write them; plain values go no further than here."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.utils.translation import gettext_lazy as _

from civicnet.access.models import User
from civicnet.cipher import blind_index, blind_indexes
from civicnet.contract import InvalidInput, PersonalQuery

_SIGNS = re.compile(r"[\s()\-—–.]")
_COUNTRY = re.compile(r"(?:\+|00)?86(?=1[0-9]{10}$)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Whom somebody asks about: by one or several of these."""

    id_number: str = field(default="", repr=False)
    phone: str = field(default="", repr=False)
    account: str = ""

    def query(self) -> PersonalQuery:
        """The question without the values.

        Raises:
            InvalidInput: nothing was given, or no account has this name.
        """
        if not (self.id_number or self.phone or self.account):
            raise InvalidInput(_("Say whom: an ID number, a phone number or an account."))
        accounts = (
            set(User.objects.filter(username=self.account).values_list("pk", flat=True)) if self.account else set()
        )
        if self.account and not accounts:
            raise InvalidInput(_("There is no account of this name."), field="account")
        return PersonalQuery(
            id_indexes=_indexes([_bare(self.id_number).upper()]),
            phone_indexes=_indexes(_spellings(self.phone)),
            accounts=frozenset(accounts),
        )

    def digest(self) -> str:
        """Who was asked about, for registers that must not say it."""
        number = _bare(self.id_number).upper()
        return blind_index("\n".join(["person", number, *_spellings(self.phone)[:1], self.account]))


def _indexes(texts: Iterable[str]) -> frozenset[str]:
    return frozenset(index for text in texts if text for index in blind_indexes(text))


def _bare(number: str) -> str:
    # Full-width digits are what a Chinese keyboard gives.
    return _SIGNS.sub("", unicodedata.normalize("NFKC", number))


def _spellings(phone: str) -> list[str]:
    # A caller's number is held as it was given, a worker's without the country's prefix.
    bare = _bare(phone)
    short = _COUNTRY.sub("", bare)
    return list(dict.fromkeys([short, bare, f"+86{short}", f"86{short}", f"0086{short}"])) if short else []

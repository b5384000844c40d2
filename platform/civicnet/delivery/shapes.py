"""How a webhook's messages are written: the form, and the header by which its receiver knows us."""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.utils.translation import gettext as _

from civicnet.contract import InvalidInput
from civicnet.delivery.kinds import tells_keys
from civicnet.delivery.models import Form, Webhook

LONGEST_NAME, LONGEST_VALUE = 60, 500
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9-]*")
_VALUE = re.compile(r"[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?")
# What the connection and the message need themselves.
_TAKEN = re.compile(
    r"(?i)host|connection|content-.*|transfer-encoding|surrogate-key|x-civicnet-.*|expect|upgrade|te|trailer"
)


@dataclass(frozen=True, slots=True)
class Shape:
    """What somebody chose. An empty ``header_value`` keeps the one that is there under the same name."""

    form: str = Form.MESSAGE
    header_name: str = ""
    header_value: str = ""

    def put_on(self, webhook: Webhook) -> None:
        """Write it into the webhook, whose kinds are chosen already.

        Raises:
            InvalidInput: the form does not fit what the webhook is told of, or the header cannot be sent.
        """
        if self.form not in Form.values or (self.form != Form.MESSAGE and not all(map(tells_keys, webhook.kinds))):
            raise InvalidInput(
                _("Only keys to purge can be written in this form. Choose that event alone, or a signed message."),
                field="form",
            )
        name, value = self.header_name.strip(), self.header_value.strip()
        if not value and name and name == webhook.header_name:
            value = webhook.header_value
        _check(name, value)
        webhook.form, webhook.header_name, webhook.header_value = self.form, name, value


PLAIN = Shape()


def _check(name: str, value: str) -> None:
    if name and (len(name) > LONGEST_NAME or not _NAME.fullmatch(name) or _TAKEN.fullmatch(name)):
        raise InvalidInput(
            _("This header cannot be chosen. Take the one that the receiver names, such as Fastly-Key."),
            field="header_name",
        )
    if bool(name) != bool(value):
        raise InvalidInput(_("Give the header and its secret, or neither."), field="header_value")
    if value and (len(value) > LONGEST_VALUE or not _VALUE.fullmatch(value)):
        raise InvalidInput(_("A secret has letters, digits and signs on one line."), field="header_value")

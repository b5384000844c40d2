"""What the GraphQL library says in English, said to the reader: where, what is wrong, and what to do."""

from __future__ import annotations

import re
from typing import Any

from django.utils.translation import gettext_lazy as _
from graphql import GraphQLError

_SUGGESTION = re.compile(r" Did you mean .*\?$", re.DOTALL)
_SYNTAX = _("Syntax error near line %(line)s, column %(column)s. Compare what stands there with the GraphQL language.")
_ANY: dict[str, Any] = {
    "VALIDATION_FAILED": _("The document does not fit this schema. “detail” says where, in the library's words."),
    "REQUEST_FAILED": _("The request cannot be started. “detail” says why, in the library's words."),
    "FIELD_FAILED": _("This field could not be completed. “detail” says why, in the library's words."),
}
# Beginnings of the library's sentences, most specific first; what a group catches stands in ours under its name.
_SENTENCES: tuple[tuple[re.Pattern[str], Any], ...] = tuple(
    (re.compile(pattern, re.DOTALL), sentence)
    for pattern, sentence in (
        (
            r"Cannot query field '(?P<field>[^']*)' on type '(?P<type>[^']*)'",
            _("There is no field %(field)s: the type %(type)s does not have it here."),
        ),
        (r"Unknown type '(?P<type>[^']*)'", _("There is no type %(type)s in this schema.")),
        (
            r"Unknown argument '(?P<argument>[^']*)' on (?:field|directive) '(?P<field>[^']*)'",
            _("%(field)s takes no argument %(argument)s. Leave it out, or look up its name."),
        ),
        (r"Unknown directive '(?P<name>[^']*)'", _("There is no directive %(name)s. @skip and @include are known.")),
        (
            r"Directive '(?P<name>[^']*)' may not be used on",
            _("The directive %(name)s cannot stand in this place."),
        ),
        (r"Unknown fragment '(?P<name>[^']*)'", _("The fragment %(name)s is used, but nowhere defined. Add it.")),
        (r"Fragment '(?P<name>[^']*)' is never used", _("The fragment %(name)s is never used. Take it out.")),
        (
            r"Cannot spread fragment '(?P<name>[^']*)' within itself",
            _("The fragment %(name)s leads back into itself. Break the circle."),
        ),
        (
            r"Variable '(?P<name>[^']*)' is never used",
            _("The variable %(name)s is declared, but never used. Take it out."),
        ),
        (
            r"Variable '(?P<name>[^']*)' is not defined",
            _("The variable %(name)s is used, but not declared. Declare it behind the operation's name."),
        ),
        (
            r"Variable '(?P<name>[^']*)' of required type '(?P<type>[^']*)' was not provided",
            _("The variable %(name)s is missing. Send it: its type is %(type)s."),
        ),
        (
            r"Variable '(?P<name>[^']*)' of non-null type '(?P<type>[^']*)' must not be null",
            _("The variable %(name)s must not be null: its type is %(type)s."),
        ),
        (
            r"Variable '(?P<name>[^']*)' got invalid value",
            _("The variable %(name)s holds a value that its type does not take. “detail” says which."),
        ),
        (
            r"Variable '(?P<name>[^']*)' of type '(?P<type>[^']*)' used in position expecting type '(?P<wanted>[^']*)'",
            _("The variable %(name)s is declared as %(type)s, and %(wanted)s is needed here. Change its declaration."),
        ),
        (
            r"(?:Field|Directive) '(?P<field>[^']*)' argument '(?P<argument>[^']*)' of type '(?P<type>[^']*)' is required",
            _("%(field)s needs the argument %(argument)s of type %(type)s. Add it."),
        ),
        (
            r"Field '(?P<field>[^']*)' must not have a selection since type '(?P<type>[^']*)'",
            _("%(field)s is a plain value of type %(type)s: take the braces behind it out."),
        ),
        (
            r"Field '(?P<field>[^']*)' of type '(?P<type>[^']*)' must have a selection of subfields",
            _("%(field)s is an object of type %(type)s: say in braces behind it which of its fields you want."),
        ),
        (
            r"Fields '(?P<field>[^']*)' conflict because",
            _("%(field)s is asked for twice in different ways. Give one of the two an alias."),
        ),
        (
            r"(?:Field '(?P<field>[^']*)' is not defined by type '(?P<type>[^']*)')",
            _("The input %(type)s has no field %(field)s. Leave it out, or look up its name."),
        ),
        (
            r"Field '(?P<field>[^']*)' of required type '(?P<type>[^']*)' was not provided",
            _("The field %(field)s of the input is missing. Send it: its type is %(type)s."),
        ),
        (
            r"(?:Value|Enum) '(?P<value>[^']*)' (?:does not exist in|cannot represent)",
            _("%(value)s is none of the values that can be chosen here. Look them up in the schema."),
        ),
        (
            r"Expected value of type '(?P<type>[^']*)', found (?P<value>[^;]{1,100})(?:[.;]|$)",
            _("A value of type %(type)s is needed here, and %(value)s is none."),
        ),
        (
            r"(?P<type>\w+) cannot represent [^:]*: (?P<value>.{1,100})$",
            _("A value of type %(type)s is needed here, and %(value)s is none."),
        ),
        (
            r"Fragment(?: '[^']*')? cannot be spread here as objects of type '(?P<type>[^']*)' can never be of type "
            r"'(?P<other>[^']*)'",
            _("An object of type %(type)s is never a %(other)s: this fragment would always be empty. Take it out."),
        ),
        (
            r"There can be only one (?:operation|fragment|variable|argument|input field)\b.* named '(?P<name>[^']*)'",
            _("The name %(name)s is given twice. Rename one of the two."),
        ),
        (
            r"This anonymous operation must be the only defined operation",
            _("An operation without a name stands alone. Name all operations of the document."),
        ),
        (
            r"Maximum introspection depth exceeded",
            _("The schema may not be asked for that deep. Ask with the standard introspection query."),
        ),
        (
            r"Schema is not configured to execute subscription",
            _("There are no subscriptions here. Have a webhook told of what happens."),
        ),
        (r"Too many validation errors", _("There are more errors than are told at once. Mend these first.")),
    )
)


class OwnError(GraphQLError):
    """An error whose sentence is ours already, in the reader's language; ``detail`` is told beside it."""

    def __init__(self, message: str, *where: Any, detail: str = "", **given: Any) -> None:
        super().__init__(message, *where, **given)
        self.detail = detail


def said(error: GraphQLError, code: str) -> tuple[str, str] | None:
    """The sentence for the reader and the library's own as detail; None when the error is not the library's."""
    message = error.message
    if isinstance(error, OwnError):
        return (message, error.detail) if error.detail else None
    if message.startswith("Syntax Error: "):
        at = error.locations[0] if error.locations else None
        place = {"line": at.line if at else "?", "column": at.column if at else "?"}
        return str(_SYNTAX) % place, message
    for pattern, sentence in _SENTENCES:
        if found := pattern.match(message):
            return str(sentence) % found.groupdict(), message
    return (str(_ANY[code]), message) if code in _ANY else None


def without_suggestion(detail: str) -> str:
    """The library's sentence without the names it suggests, for those who may not look through the schema."""
    return _SUGGESTION.sub("", detail)

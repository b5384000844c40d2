"""Forms of the plugin screen: the reason every act asks for, what else a switch wants to know, and settings as declared."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from wagtail.models import Site

from civicnet.console.plugin_words import listed, site_name
from civicnet.lifecycle.labels import in_language, plugin_label
from civicnet.lifecycle.models import SiteMode
from civicnet.lifecycle.settings_schema import Setting
from civicnet.lifecycle.standing import Standing

_AS_EVERYWHERE = ""
_ADDRESS = r"^(https?://\S+|/\S*)$"
_TEXTS = ("text", "url", "email")


class ReasonForm(forms.Form):
    """Why; it comes last in every form here."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=200,
        widget=forms.TextInput(attrs={"autofocus": True, "autocomplete": "off"}),
        help_text=gettext_lazy("One sentence; it is kept with the change and shown to whoever asks later."),
    )

    def with_reason_last(self) -> None:
        """Ask for what was added before asking why."""
        self.order_fields([*(name for name in self.fields if name != "reason"), "reason"])


class SwitchForm(ReasonForm):
    """Moving the switch for everyone: what goes along with it, and for how long portals get null instead of an error."""

    def __init__(self, *given: Any, target: str, along: Sequence[str], answers: bool, **named: Any) -> None:
        super().__init__(*given, **named)
        if along:
            words = _("Switch on %(plugins)s too") if target == "on" else _("Switch off %(plugins)s too")
            names = listed(plugin_label(slug) for slug in along)
            self.fields["along"] = forms.BooleanField(
                label=words % {"plugins": names},
                help_text=_("This plugin needs them.") if target == "on" else _("They need this plugin."),
            )
        if target == "off" and answers:
            self.fields["sunset"] = forms.TypedChoiceField(
                label=_("Its GraphQL fields"),
                coerce=lambda days: timedelta(days=int(days)) if days else None,
                empty_value=None,
                required=False,
                choices=[
                    ("", _("go at once: portals that ask for them get an error")),
                    ("7", _("answer null for 7 days, then go")),
                    ("30", _("answer null for 30 days, then go")),
                    ("90", _("answer null for 90 days, then go")),
                ],
            )
        self.with_reason_last()


class SitesForm(ReasonForm):
    """What each site makes of the switch."""

    def __init__(self, *given: Any, standing: Standing, sites: Sequence[Site], **named: Any) -> None:
        super().__init__(*given, **named)
        self.fields["reason"].widget.attrs.pop("autofocus")
        as_everywhere = _("as everywhere: on") if standing.enabled else _("as everywhere: off")
        for site in sites:
            self.fields[f"site_{site.pk}"] = forms.ChoiceField(
                label=site_name(site),
                initial=standing.at(site.pk).mode,
                widget=forms.RadioSelect,
                choices=[
                    (SiteMode.INHERIT.value, as_everywhere),
                    (SiteMode.ON.value, SiteMode.ON.label),
                    (SiteMode.OFF.value, SiteMode.OFF.label),
                ],
            )
        self.with_reason_last()

    def modes(self) -> dict[int, SiteMode]:
        """The mode chosen for each site, by its id."""
        chosen = {name: value for name, value in self.cleaned_data.items() if name.startswith("site_")}
        return {int(name.removeprefix("site_")): SiteMode(value) for name, value in chosen.items()}


class SettingsForm(ReasonForm):
    """Settings of a plugin, generated from what it declares; for one site, a field left empty means: as everywhere."""

    def __init__(
        self, *given: Any, declared: Sequence[Setting], values: Mapping[str, Any], for_site: bool, **named: Any
    ) -> None:
        super().__init__(*given, **named)
        self.fields["reason"].widget.attrs.pop("autofocus")
        self._for_site = for_site
        self._declared = {one.name: one for one in declared}
        for one in declared:
            field = _field(one, for_site=for_site)
            field.label = in_language(one.label) or one.name
            field.help_text = _help(one, for_site=for_site)
            field.initial = values.get(one.name)
            self.fields[f"setting_{one.name}"] = field
        self.with_reason_last()

    def values(self) -> dict[str, Any]:
        """What was given, by name; None where the default, or what holds everywhere, shall hold."""
        return {name: self._given(one) for name, one in self._declared.items()}

    def _given(self, one: Setting) -> Any:
        given = self.cleaned_data[f"setting_{one.name}"]
        # A text may be empty for everyone; an empty field of another kind says nothing.
        return None if given == "" and (self._for_site or one.kind not in _TEXTS) else given


def _field(one: Setting, *, for_site: bool) -> forms.Field:
    required = not for_site and one.kind not in _TEXTS
    if one.kind == "integer":
        return forms.IntegerField(min_value=_int(one.lowest), max_value=_int(one.highest), required=required)
    if one.kind == "decimal":
        return forms.DecimalField(min_value=one.lowest, max_value=one.highest, required=required)
    if one.kind in ("boolean", "choice"):
        return _choice(one, for_site=for_site)
    if one.kind == "date":
        return forms.DateField(required=required, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    if one.kind == "time":
        return forms.TimeField(required=required, widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))
    if one.kind == "email":
        return forms.EmailField(required=required, max_length=one.longest)
    if one.kind == "url":
        wrong = {"invalid": _("Write an address that begins with https:// or with /.")}
        return forms.RegexField(_ADDRESS, required=required, max_length=one.longest, error_messages=wrong)
    return forms.CharField(required=required, max_length=one.longest)


def _choice(one: Setting, *, for_site: bool) -> forms.Field:
    everywhere = [(_AS_EVERYWHERE, _("as everywhere"))] if for_site else []
    if one.kind == "choice":
        named = [(key, in_language(texts) or key) for key, texts in one.choices.items()]
        return forms.ChoiceField(choices=[*everywhere, *named], required=not for_site)
    return forms.TypedChoiceField(
        choices=[*everywhere, ("True", pgettext_lazy("setting", "yes")), ("False", pgettext_lazy("setting", "no"))],
        coerce=lambda text: text == "True",
        empty_value=None,
        required=not for_site,
    )


def _int(bound: Any) -> int | None:
    return None if bound is None else int(bound)


def _help(one: Setting, *, for_site: bool) -> str:
    told = in_language(one.help)
    default = in_language(one.choices[one.default]) if one.kind == "choice" else one.default
    if one.kind == "boolean":
        default = pgettext_lazy("setting", "yes") if one.default else pgettext_lazy("setting", "no")
    if for_site:
        hint = _("Left empty: as everywhere.") if one.kind not in ("boolean", "choice") else ""
    else:
        hint = _("Default: %(value)s") % {"value": default} if default != "" else ""
    return " ".join(filter(None, [told, hint]))

"""Steps: the trail of a case, only ever added to."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from civicnet.ledger.models import AppendOnlyError, AppendOnlyQuerySet
from civicnet_hotline.models.case import Case
from civicnet_hotline.models.states import Action, CaseState, ReturnReason


class StepQuerySet(AppendOnlyQuerySet):
    """Steps, which nobody changes or deletes."""


class CaseStep(models.Model):
    """What was done, when, by whom. ``note`` is read by portals too and holds no names."""

    case = models.ForeignKey(
        Case, verbose_name=pgettext_lazy("hotline", "case"), on_delete=models.PROTECT, related_name="steps"
    )
    at = models.DateTimeField(_("time"))
    action = models.CharField(_("action"), max_length=16, choices=Action.choices)
    from_state = models.CharField(
        pgettext_lazy("hotline", "from"), max_length=16, choices=CaseState.choices, blank=True
    )
    to_state = models.CharField(pgettext_lazy("hotline", "to"), max_length=16, choices=CaseState.choices)
    actor_kind = models.CharField(_("kind of actor"), max_length=16)
    actor_id = models.CharField(_("actor's id"), max_length=64, blank=True)
    actor_label = models.CharField(_("actor"), max_length=200)
    reason = models.CharField(_("reason"), max_length=16, choices=ReturnReason.choices, blank=True)
    note = models.TextField(_("note"), blank=True)

    objects = StepQuerySet.as_manager()

    class Meta:
        verbose_name = pgettext_lazy("hotline", "step")
        verbose_name_plural = pgettext_lazy("hotline", "steps")
        ordering = ["id"]
        default_permissions = ()
        # Sums of what people did since a day: the burden page.
        indexes = [models.Index(fields=["actor_kind", "at"], name="casestep_kind_at")]

    def __str__(self) -> str:
        return f"{self.case_id} {self.action}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Add the step; one that exists is never saved again."""
        if not self._state.adding:
            raise AppendOnlyError("steps of a case are never changed")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Never allowed."""
        raise AppendOnlyError("steps of a case are never deleted")

"""Posts and absences: who serves at which level of a grid, and who is away when."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from civicnet_grid.models.grid import Grid
from civicnet_grid.models.worker import Worker

ROLES = {1: _("level 1 grid lead"), 2: _("level 2 grid worker"), 3: _("level 3 grid worker")}
LEVELS = [(1, _("level 1")), (2, _("level 2")), (3, _("level 3"))]


class PostKind(models.TextChoices):
    """A grid lead answers for the grid; grid workers serve its buildings and stairwell units."""

    GRID_LEAD = "GRID_LEAD", _("grid lead")
    GRID_WORKER = "GRID_WORKER", _("grid worker")


class Duty(models.TextChoices):
    """The two halves of a pair (AB岗): one of them is always on duty."""

    PRIMARY = "PRIMARY", _("primary")
    BACKUP = "BACKUP", _("backup")


class Post(models.Model):
    """A worker's post from a day to a day. ``seat`` counts the pairs of a level from 1; past holders stay as rows."""

    grid = models.ForeignKey(Grid, verbose_name=_("grid"), on_delete=models.PROTECT, related_name="posts")
    level = models.PositiveSmallIntegerField(_("level"), choices=LEVELS)
    kind = models.CharField(_("kind of post"), max_length=16, choices=PostKind.choices)
    seat = models.PositiveSmallIntegerField(_("pair"), default=1)
    duty = models.CharField(_("duty"), max_length=8, choices=Duty.choices, default=Duty.PRIMARY)
    worker = models.ForeignKey(Worker, verbose_name=_("worker"), on_delete=models.PROTECT, related_name="posts")
    valid_from = models.DateField(_("since"))
    valid_to = models.DateField(_("until"), null=True, blank=True)

    class Meta:
        verbose_name = _("post")
        verbose_name_plural = _("posts")
        ordering = ["grid", "level", "seat", "-duty", "-valid_from"]
        constraints = [
            models.UniqueConstraint(
                fields=["grid", "level", "seat", "duty"],
                condition=models.Q(valid_to__isnull=True),
                name="one_current_holder_per_post",
            ),
            models.CheckConstraint(name="post_level_is_1_to_3", condition=models.Q(level__gte=1, level__lte=3)),
            models.CheckConstraint(name="post_pairs_count_from_1", condition=models.Q(seat__gte=1)),
            models.CheckConstraint(name="post_duty_is_known", condition=models.Q(duty__in=Duty.values)),
            models.CheckConstraint(
                name="level_1_is_one_lead_without_backup",
                condition=models.Q(level=1, kind=PostKind.GRID_LEAD, duty=Duty.PRIMARY, seat=1)
                | models.Q(level__gt=1, kind=PostKind.GRID_WORKER),
            ),
            models.CheckConstraint(
                name="post_ends_after_it_begins",
                condition=models.Q(valid_to__isnull=True) | models.Q(valid_to__gte=models.F("valid_from")),
            ),
        ]

    def __str__(self) -> str:
        return post_label(grid_name=self.grid.name, level=self.level, duty=self.duty, seat=self.seat)

    @property
    def away(self) -> bool:
        """Whether the holder is away; known of posts that ``selectors.team`` read, for the day it was asked about."""
        return bool(vars(self)["absent_then"])


class Absence(models.Model):
    """Days on which the holder of a post is away. No reason is kept: that is nobody's business here."""

    post = models.ForeignKey(Post, verbose_name=_("post"), on_delete=models.CASCADE, related_name="absences")
    first_day = models.DateField(_("first day"), db_index=True)
    last_day = models.DateField(_("last day"))

    class Meta:
        verbose_name = _("absence")
        verbose_name_plural = _("absences")
        ordering = ["-first_day", "-id"]
        constraints = [
            models.CheckConstraint(
                name="absence_ends_after_it_begins", condition=models.Q(last_day__gte=models.F("first_day"))
            )
        ]

    def __str__(self) -> str:
        return f"{self.post} {self.first_day:%Y-%m-%d} – {self.last_day:%Y-%m-%d}"


def post_label(*, grid_name: str, level: int, duty: str, seat: int = 1) -> str:
    """A post in words that name no person, e.g. 红旗社区第1网格 三级网格员（主岗）. The pair shows from the second on."""
    role = str(ROLES[level])
    if level == 1:
        return gettext("%(grid)s, %(role)s") % {"grid": grid_name, "role": role}
    parts = {"grid": grid_name, "role": role, "duty": Duty(duty).label, "seat": seat}
    if seat == 1:
        return gettext("%(grid)s, %(role)s (%(duty)s)") % parts
    return gettext("%(grid)s, %(role)s (pair %(seat)d, %(duty)s)") % parts


def not_ended(day: date, *, prefix: str = "") -> models.Q:
    """The condition for posts whose last day has not passed by a day, whether it is announced or not."""
    return models.Q(**{f"{prefix}valid_to__isnull": True}) | models.Q(**{f"{prefix}valid_to__gte": day})


def not_over(day: date, *, prefix: str = "") -> models.Q:
    """The condition for posts that are held on a day or later: those, too, whose last day is announced or that begin later.

    What was announced and ended before it began keeps its first day, for nothing ends before it begins; it is given up, and
    held by nobody.
    """
    ends_later = models.Q(**{f"{prefix}valid_to__gt": models.F(f"{prefix}valid_from")})
    begun = models.Q(**{f"{prefix}valid_from__lte": day})
    return not_ended(day, prefix=prefix) & (models.Q(**{f"{prefix}valid_to__isnull": True}) | begun | ends_later)


def held_on(day: date, *, prefix: str = "") -> models.Q:
    """The condition for posts that are held on a day; ``prefix`` leads to the post, e.g. ``"posts__"``."""
    return models.Q(**{f"{prefix}valid_from__lte": day}) & not_ended(day, prefix=prefix)

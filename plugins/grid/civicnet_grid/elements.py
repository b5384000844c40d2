"""What grids ask people for, and keep: elements that others name instead of asking again, and the forms that fill them."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from civicnet.contract import DataElement, Questionnaire
from civicnet_grid.forms import AbsenceForm, AccountForm, EndPostForm, GridForm, WithdrawForm
from civicnet_grid.selectors import counted_grids_under, grids_under, posts_under, workers_under

YEAR = 365
_ROSTER = _("the roster of grid workers")
_GRIDS = _("the list of grids")
_POSTS = _("the posts of grids")


ELEMENTS = [
    DataElement(
        key="worker.name",
        label=_("Name of a grid worker"),
        definition=_("The name of a person who serves in a grid, as the ID card has it."),
        held_by=_ROSTER,
        holder=workers_under,
        aliases=("网格员姓名", "网格员名字"),
    ),
    DataElement(
        key="worker.sex",
        label=_("Sex of a grid worker"),
        definition=_("As the ID card states it."),
        held_by=_ROSTER,
        holder=workers_under,
    ),
    DataElement(
        key="worker.id_number",
        label=_("ID number of a grid worker"),
        definition=_("The 18 characters of the ID card, kept encrypted."),
        held_by=_ROSTER,
        holder=workers_under,
    ),
    DataElement(
        key="worker.phone",
        label=_("Phone of a grid worker"),
        definition=_("The mobile number under which a grid worker is reached, kept encrypted."),
        held_by=_ROSTER,
        holder=workers_under,
        fresh_days=YEAR,
        aliases=("网格员联系电话", "手机号", "电话号码", "联系方式"),
    ),
    DataElement(
        key="worker.political_status",
        label=_("Political status of a grid worker"),
        definition=_("Party member, league member or neither, as the roster of the community has it."),
        held_by=_ROSTER,
        holder=workers_under,
        fresh_days=2 * YEAR,
    ),
    DataElement(
        key="grid.code",
        label=_("Grid code"),
        definition=_("The 15 digits by which a grid is known."),
        held_by=_GRIDS,
        holder=grids_under,
    ),
    DataElement(
        key="grid.name",
        label=_("Grid name"),
        definition=_("What a grid is called on its notice board."),
        held_by=_GRIDS,
        holder=grids_under,
    ),
    DataElement(
        key="grid.kind",
        label=_("Kind of grid"),
        definition=_("Comprehensive or dedicated."),
        held_by=_GRIDS,
        holder=grids_under,
    ),
    DataElement(
        key="grid.households",
        label=_("Households of a grid"),
        definition=_("How many households live in a grid."),
        held_by=_GRIDS,
        holder=counted_grids_under,
        fresh_days=YEAR,
        aliases=("户数", "网格户数", "住户数"),
    ),
    DataElement(
        key="grid.since",
        label=_("Grid in force since"),
        definition=_("The day from which a grid is in force."),
        held_by=_GRIDS,
        holder=grids_under,
    ),
    DataElement(
        key="post.level",
        label=_("Level of a post"),
        definition=_("Whether somebody leads a grid or serves in it, at which level."),
        held_by=_POSTS,
        holder=posts_under,
    ),
    DataElement(
        key="post.duty",
        label=_("Half of a pair"),
        definition=_("Whether somebody is the first or the second of a post (A or B)."),
        held_by=_POSTS,
        holder=posts_under,
    ),
    DataElement(
        key="post.since",
        label=_("In post since"),
        definition=_("The day from which somebody holds a post."),
        held_by=_POSTS,
        holder=posts_under,
    ),
    DataElement(
        key="post.last_day",
        label=_("Last day in the post"),
        definition=_("The day on which somebody leaves a post."),
    ),
    DataElement(
        key="absence.first_day",
        label=_("First day away"),
        definition=_("The day from which a grid worker is away."),
    ),
    DataElement(
        key="absence.last_day",
        label=_("Last day away"),
        definition=_("The day until which a grid worker is away."),
    ),
]

# By the deed that handing the form in is, as the audit calls it. An absence that is taken back leaves no row to be counted by.
FORMS_BY_DEED = {
    "grid.open_grid": Questionnaire("grid.grid", pgettext_lazy("questionnaire", "A new grid"), GridForm),
    "grid.record_absence": Questionnaire("grid.absence", pgettext_lazy("questionnaire", "An absence"), AbsenceForm),
    "grid.end_post": Questionnaire("grid.post_ended", pgettext_lazy("questionnaire", "The end of a post"), EndPostForm),
    "grid.link_user": Questionnaire("grid.account", pgettext_lazy("questionnaire", "A worker's account"), AccountForm),
}
QUESTIONNAIRES = [
    *FORMS_BY_DEED.values(),
    Questionnaire("grid.absence_withdrawn", pgettext_lazy("questionnaire", "An absence taken back"), WithdrawForm),
]

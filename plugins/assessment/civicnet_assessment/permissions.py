"""Who may do what with assessments: questions, answered from the actor's own subtree."""

from __future__ import annotations

from civicnet.access.models import Organisation
from civicnet.access.scope import covers
from civicnet.contract import Actor

VIEW_FORM = "civicnet_assessment.view_assessmentform"
ADD_FORM = "civicnet_assessment.add_assessmentform"
VIEW = "civicnet_assessment.view_assessment"
ASSESS = "civicnet_assessment.add_assessment"


def can_open_form(actor: Actor, organisation: Organisation) -> bool:
    """Whether the actor may open a form for everyone under this organisation."""
    return covers(actor, ADD_FORM, organisation.path)


def can_assess(actor: Actor, organisation: Organisation) -> bool:
    """Whether the actor may assess people who serve in this organisation. Only a person can: somebody answers for it."""
    return actor.kind == "staff" and covers(actor, ASSESS, organisation.path)

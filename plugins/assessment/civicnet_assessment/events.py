"""What happens to forms and assessments, told after commit."""

from __future__ import annotations

from dataclasses import dataclass

from civicnet.contract import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class FormOpened(Event):
    """A form was opened for an organisation and those below it."""

    form_id: int
    organisation_code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AssessmentFiled(Event):
    """An assessment was filed. Points travel with nobody: who may see them asks for them."""

    assessment_id: int
    form_id: int
    subject_key: str

"""Facts of the assessment plugin. Other files import from here, never from the submodules."""

from civicnet_assessment.models.assessment import Assessment, AssessmentScore, State
from civicnet_assessment.models.form import AssessmentForm, AssessmentItem, Method

__all__ = ["Assessment", "AssessmentForm", "AssessmentItem", "AssessmentScore", "Method", "State"]

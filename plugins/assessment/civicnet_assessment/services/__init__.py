"""Everything that may be done with forms and assessments. Callers import from here, never from the submodules."""

from civicnet_assessment.services.filing import file_assessment
from civicnet_assessment.services.filing_many import FilledForm, file_assessments, take_back_assessment
from civicnet_assessment.services.forms import NewItem, open_form

__all__ = ["FilledForm", "NewItem", "file_assessment", "file_assessments", "open_form", "take_back_assessment"]

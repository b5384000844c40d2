"""Everything that may be done with forms and assessments. Callers import from here, never from the submodules."""

from civicnet_assessment.services.filing import file_assessment
from civicnet_assessment.services.forms import NewItem, open_form

__all__ = ["NewItem", "file_assessment", "open_form"]

"""A form that people fill in; its class says which element each field fills."""

from civicnet.contract import Questionnaire, hookimpl
from django import forms


class HoursForm(forms.Form):
    elements = {"hours": "station.hours", "remark": None}

    hours = forms.CharField(label="开放时间", max_length=100)
    remark = forms.CharField(label="备注", max_length=200, required=False)


@hookimpl
def questionnaires() -> list[Questionnaire]:
    return [Questionnaire("example.hours", "驿站开放时间", HoursForm)]

"""Records: categories and cases as GeoReport v2 names their fields."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from civicnet_hotline.models import Case, Category


def service(category: Category) -> dict[str, Any]:
    """One entry of the service list."""
    return {
        "service_code": category.code,
        "service_name": category.name,
        "description": category.description,
        "metadata": False,
        "type": "realtime",
        "keywords": category.keywords,
        "group": str(category.get_group_display()),
    }


def receipt(case: Case) -> dict[str, Any]:
    """What whoever submitted a case is told at once."""
    due = _("Taken in. A reply can be expected by %(day)s.") % {"day": timezone.localtime(case.due_at).date()}
    return {"service_request_id": case.number, "service_notice": due, "account_id": None}


def request_record(case: Case) -> dict[str, Any]:
    """One case as a request, without anything about the caller."""
    return {
        "service_request_id": case.number,
        "status": case.open311_status,
        "status_notes": case.reply or str(case.get_state_display()),
        "service_name": case.category.name,
        "service_code": case.category.code,
        "description": case.description or None,
        "agency_responsible": case.organisation.name if case.organisation else None,
        "service_notice": case.post_label or None,
        "requested_datetime": moment(case.requested_at),
        "updated_datetime": moment(case.updated_at),
        "expected_datetime": moment(case.due_at),
        "address": case.address or None,
        "address_id": case.address_id or None,
        "zipcode": None,
        "lat": case.latitude,
        "long": case.longitude,
        "media_url": None,
    }


def moment(at: datetime) -> str:
    """A time in ISO 8601 with our offset."""
    return timezone.localtime(at).isoformat(timespec="seconds")

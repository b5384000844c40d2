"""Acts on service points: what they change, and what a refusal leaves as it was."""

from datetime import date

import pytest
from civicnet.contract import InvalidInput, Refused
from civicnet.ledger.models import AuditRecord

from acme_scaffold.errors import CodeTaken, PointClosed
from acme_scaffold.models import ServicePoint
from acme_scaffold.permissions import KEEP
from acme_scaffold.services import close_point, keep_point

pytestmark = pytest.mark.usefixtures("switched_on")
FACTS = {"code": "FW-1", "name": "便民服务点", "address": "示范路 1 号", "hours": "每日"}


@pytest.fixture
def keeper(actor):
    """Somebody who keeps the points of one community."""
    return actor([KEEP], "222403001001")


def test_a_point_goes_on_file_and_the_audit_says_who_put_it_there(keeper, city):
    point = keep_point(actor=keeper, organisation=city["222403001001"], **FACTS)

    record = AuditRecord.objects.get(action="scaffold.keep_point")
    assert (record.actor_label, record.object_id) == (keeper.label, str(point.pk))
    assert record.after == {"name": "便民服务点", "address": "示范路 1 号", "hours": "每日"}


def test_saying_the_same_twice_changes_nothing(keeper, city):
    for _time in range(2):
        keep_point(actor=keeper, organisation=city["222403001001"], **FACTS)

    assert ServicePoint.objects.count() == 1
    assert AuditRecord.objects.filter(action="scaffold.keep_point").count() == 1


def test_a_neighbour_keeps_nothing_here(keeper, city):
    with pytest.raises(Refused):
        keep_point(actor=keeper, organisation=city["222403001002"], **FACTS)

    assert not ServicePoint.objects.exists()


def test_a_point_without_an_address_is_refused(keeper, city):
    with pytest.raises(InvalidInput) as refusal:
        keep_point(actor=keeper, organisation=city["222403001001"], **FACTS | {"address": " "})

    assert refusal.value.field == "address"
    assert not ServicePoint.objects.exists()


def test_a_code_belongs_to_one_organisation(actor, city):
    everywhere = actor([KEEP])
    point = keep_point(actor=everywhere, organisation=city["222403001001"], **FACTS)

    with pytest.raises(CodeTaken):
        keep_point(actor=everywhere, organisation=city["222403001002"], **FACTS | {"name": "别处"})

    assert ServicePoint.objects.get().name == point.name


def test_a_point_is_closed_once_and_with_a_reason(keeper, city):
    point = keep_point(actor=keeper, organisation=city["222403001001"], **FACTS)

    with pytest.raises(InvalidInput):
        close_point(actor=keeper, point=point, on=date(2026, 5, 1), reason=" ")
    assert ServicePoint.objects.get().closed_on is None

    close_point(actor=keeper, point=point, on=date(2026, 5, 1), reason="合并")
    with pytest.raises(PointClosed):
        close_point(actor=keeper, point=point, on=date(2026, 6, 1), reason="合并")
    assert ServicePoint.objects.get().closed_on == date(2026, 5, 1)

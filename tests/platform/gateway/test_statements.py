"""Kept statements: built once per shape, run with the values of each request, equal to Django's own reading."""

from __future__ import annotations

import threading
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import product
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import DatabaseError, connection, models, transaction
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Length, Substr
from django.test.utils import CaptureQueriesContext

from civicnet.access.models import Organisation, User
from civicnet.gateway.connection import paginate
from civicnet.gateway.statements import Condition, Rows, Values, statement
from civicnet.gateway.where import By, Filters
from civicnet.ledger import kept as kept_module
from civicnet.ledger.kept import forget_statements
from civicnet_assessment.models import AssessmentForm, AssessmentItem, Method
from civicnet_grid.models import Grid

BUILT: list[str] = []


@statement("test.organisations", Organisation)
def organisations(values: Values) -> QuerySet[Any]:
    BUILT.append("organisations")
    found = Organisation.objects.filter(path__gte=values["start"])
    if values["kind"] is not None:
        found = found.filter(kind=values["kind"])
    return found.filter(Q(code__in=values["codes"]) | Q(name=values["name"]))


@statement("test.grids", Grid)
def grids(values: Values) -> QuerySet[Any]:
    # Below a place, and where another of the same place stands before it.
    earlier = Grid.objects.filter(organisation=OuterRef("organisation"), code__lt=OuterRef("code"))
    return (
        Grid.objects.annotate(
            head=Substr("code", 1, 6), many=Length("name"), sort=Value("网%格"), later=Exists(earlier)
        )
        .filter(organisation__path__range=(values["start"], values["end"]))
        .filter(valid_from__gte=values["since"])
    )


@statement("test.items", AssessmentItem)
def items(values: Values) -> QuerySet[Any]:
    return AssessmentItem.objects.filter(most__gte=values["least"], form__year=values["year"])


@statement("test.forms", AssessmentForm)
def forms(values: Values) -> QuerySet[Any]:
    return AssessmentForm.objects.annotate(n=Count("items")).filter(organisation=values["place"])


@statement("test.users", User)
def users(values: Values) -> QuerySet[Any]:
    return User.objects.filter(last_login__lt=values["before"], is_staff=values["staff"])


@statement("test.grids of either kind", Grid)
def either(values: Values) -> list[QuerySet[Any]]:
    return [Grid.objects.filter(code__in=values["codes"]), Grid.objects.filter(households__gte=values["least"])]


@pytest.fixture(autouse=True)
def nothing_known() -> None:
    """Each test begins with no statement kept."""
    forget_statements()
    BUILT.clear()


@pytest.fixture
def rows(city: dict[str, Organisation]) -> dict[str, Organisation]:
    """Some rows with values of every kind."""
    place = city["222403001001"]
    for number in range(4):
        Grid.objects.create(
            organisation=place,
            code=f"{place.code}00{number}",
            name=f"第{number}网格",
            households=number or None,
            valid_from=date(2026, 1, 1 + number),
        )
        User.objects.create(
            username=f"u{number}",
            is_staff=number % 2 == 0,
            last_login=datetime(2026, 2, 1 + number, 9, 30, 0, number, tzinfo=UTC),
        )
    form = AssessmentForm.objects.create(
        year=2026, title="年度考核", organisation=place, opens=date(2026, 1, 1), closes=date(2026, 12, 31)
    )
    for number in range(3):
        AssessmentItem.objects.create(
            form=form, code=f"i{number}", label="项", most=Decimal("10.50") * (number + 1), method=Method.SELF_REPORT
        )
    return city


def shapes(city: dict[str, Organisation]) -> list[tuple[Rows, tuple[str, ...]]]:
    """Rows of many shapes, each with the columns to read."""
    place = city["222403001001"]
    moment = datetime(2026, 2, 3, 9, 30, tzinfo=UTC)
    span = {"start": place.path, "end": place.path + "~", "since": date(2026, 1, 2)}
    found: list[tuple[Rows, tuple[str, ...]]] = []
    for codes in ([], ["222403"], ["222403", "222403001"], {"222403", "222403001", "222403001001", "x", "y"}):
        for kind in (None, place.kind):
            some = organisations.rows(start="", kind=kind, codes=codes, name=place.name)
            found.append((some, ("id", "code", "name", "path", "kind")))
    found += [
        (grids.rows(**span), ("id", "code", "organisation__code", "head", "many", "sort", "later", "valid_from")),
        (grids.rows(**span), ("households", "organisation", "organisation__name")),
        (items.rows(least=Decimal("15.75"), year=2026), ("most", "method", "form__opens", "form__title", "order")),
        (forms.rows(place=place.pk), ("id", "n", "closes", "organisation__code")),
        (users.rows(before=moment, staff=True), ("last_login", "is_staff", "username", "date_joined")),
        (users.rows(before=moment, staff=False), ("last_login", "is_staff")),
    ]
    return found


@pytest.mark.django_db
def test_rows_are_what_the_query_itself_gives(rows: dict[str, Organisation]) -> None:
    for _again in range(2):
        for some, columns in shapes(rows):
            for order in (("pk",), (F("pk").desc(),)):
                for limit in (None, 1, 2):
                    ordered = some.order_by(*order)
                    expected = list(ordered.queryset().values(*columns)[:limit])
                    assert ordered.read(*columns, limit=limit) == expected
                    assert [[type(value) for value in row.values()] for row in ordered.read(*columns, limit=limit)] == [
                        [type(value) for value in row.values()] for row in expected
                    ]
            assert some.count() == some.queryset().count()
            assert some.exists() == some.queryset().exists()


@pytest.mark.django_db
def test_filters_and_cursors_are_places_too(rows: dict[str, Organisation]) -> None:
    some = grids.rows(start="", end="~", since=date(2025, 1, 1))
    by = Filters(object, Grid, {"code": By("code", "eq", "in", "prefix"), "place": By("organisation__code", "eq")})  # type: ignore[arg-type]
    plain = some.queryset()
    for given in (
        {"code": {"in_": ["222403001001001", "222403001001003", "x"]}},
        {"code": {"prefix": "222403001"}},
        {},
    ):
        for order in (("code", "id"), ("-households", "code"), ("-code",)):
            where = by.conditions(given)
            after = None
            for _page in range(4):
                asked = {"order": order, "first": 1, "after": after, "where": where}
                kept_page = paginate(some, columns=["name"], **asked)  # type: ignore[arg-type]
                own_page = paginate(plain, columns=["name"], **asked)  # type: ignore[arg-type]
                assert kept_page.rows == own_page.rows
                assert kept_page.has_previous_page == own_page.has_previous_page
                assert kept_page.count() == own_page.count()
                after = kept_page.end_cursor or after


@pytest.mark.django_db
def test_two_callers_by_turns_each_get_their_own(rows: dict[str, Organisation]) -> None:
    mine, yours = rows["222403001001"], rows["222403100200"]

    for _turn in range(6):
        for place in (mine, yours):
            some = organisations.rows(start=place.path, kind=None, codes=[place.code], name="")
            assert some.read("code") == [{"code": place.code}]
    assert BUILT == ["organisations"]
    texts = repr([(one.sql, one.parameters) for one in kept_module._known.values()])
    assert mine.code not in texts
    assert mine.path not in texts


@pytest.mark.django_db
def test_a_shape_is_built_once_and_lists_come_in_few_sizes(rows: dict[str, Organisation]) -> None:
    for size in range(1, 9):
        some = organisations.rows(start="", kind=None, codes=[str(one) for one in range(size)], name="")
        some.read("code")

    # 1, 2, 4 and 8.
    assert len(BUILT) == 4


@pytest.mark.django_db
def test_whoever_listens_to_statements_hears_these_too(rows: dict[str, Organisation]) -> None:
    some = organisations.rows(start="", kind=None, codes=["222403"], name="")
    heard: list[str] = []

    def listen(execute: Any, sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
        heard.append(sql)
        return execute(sql, params, many, context)

    for _turn in range(4):
        with connection.execute_wrapper(listen), CaptureQueriesContext(connection) as captured:
            some.read("code")
        (one,) = captured.captured_queries
        assert 'FROM "civicnet_access_organisation"' in one["sql"]
    assert len(heard) == 4


@pytest.mark.django_db
def test_what_is_kept_has_a_limit(rows: dict[str, Organisation], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept_module, "MOST", 3)
    some = organisations.rows(start="", kind=None, codes=["222403"], name="")

    for limit in range(1, 8):
        assert len(some.read("code", limit=limit)) == 1

    assert len(kept_module._known) == 3


@pytest.mark.django_db
def test_a_list_that_nothing_can_be_in_costs_no_statement(db: None) -> None:
    some = organisations.rows(start="", kind=None, codes=[], name="").filter(
        Condition("never", lambda values: Q(pk__in=[]))
    )

    with CaptureQueriesContext(connection) as captured:
        assert (some.read("code"), some.count(), some.exists(), some.first("code")) == ([], 0, False, None)
    assert len(captured) == 0


def test_a_function_that_holds_something_from_outside_is_refused() -> None:
    caller = "one of many"

    with pytest.raises(TypeError):

        @statement("test.holding", Organisation)
        def holding(values: Values) -> QuerySet[Any]:
            return Organisation.objects.filter(code=caller)


@pytest.mark.django_db
def test_a_function_that_makes_a_text_of_a_value_fails_rather_than_keep_it() -> None:
    with pytest.raises(TypeError, match="cannot look at its values"):
        _texts.rows(start="0001").read("code")


@statement("test.texts", Organisation)
def _texts(values: Values) -> QuerySet[Any]:
    return Organisation.objects.filter(path__gte=f"{values['start']}0000")


@pytest.mark.django_db
def test_threads_that_build_one_shape_at_once_get_the_same_rows(rows: dict[str, Organisation]) -> None:
    some = organisations.rows(start="", kind=None, codes=["222403"], name="")
    found: list[Any] = []
    expected = some.order_by("pk")._kept
    gate = threading.Barrier(4)

    def ask() -> None:
        gate.wait()
        found.append(expected(kept_module.Wanted("rows", "default", ("code",)), connection)[0].sql)

    threads = [threading.Thread(target=ask) for _one in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()

    assert len(set(found)) == 1
    assert len(kept_module._known) == 1


# What a field sends is the backend's own matter: asked on both.
@pytest.mark.django_db
@pytest.mark.parametrize(
    ("field", "value"),
    [
        (models.UUIDField(), uuid4()),
        (models.DurationField(), timedelta(days=2, microseconds=5)),
        (models.DateTimeField(), datetime(2026, 1, 1, tzinfo=UTC)),
        (models.DateField(), date(2026, 1, 1)),
        (models.CharField(), "网格"),
        (models.BigIntegerField(), 2**62),
        (models.UUIDField(), UUID(int=0)),
    ],
)
def test_values_are_sent_as_their_fields_send_them(field: Any, value: Any) -> None:
    assert kept_module.adapted(value, connection) == field.get_db_prep_value(value, connection)


@pytest.mark.only_on("postgresql")
@pytest.mark.django_db
def test_postgresql_prepares_what_comes_often_and_only_that(rows: dict[str, Organisation], settings: Any) -> None:
    some = organisations.rows(start="", kind=None, codes=["222403"], name="")

    def prepared() -> int:
        with connection.cursor() as cursor:
            # What nobody else asks for: a connection keeps what it has prepared.
            cursor.execute("SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE %s", ["%LIMIT 3_"])
            return int(cursor.fetchone()[0])

    some.count()
    for turn in range(6):
        some.read("code", limit=31)
        assert prepared() == (0 if turn < 2 else 1)

    settings.CIVICNET_PREPARED_STATEMENTS = False
    for _turn in range(6):
        some.read("code", limit=32)
    assert prepared() == 1


@pytest.mark.only_on("postgresql")
@pytest.mark.django_db(transaction=True)
def test_what_was_prepared_and_is_gone_is_asked_all_the_same() -> None:
    some = organisations.rows(start="", kind=None, codes=["222403"], name="")
    for _turn in range(4):
        some.read("code", limit=33)
    with connection.cursor() as cursor:
        cursor.execute("DEALLOCATE ALL")

    assert some.read("code", limit=33) == []


@pytest.mark.only_on("postgresql")
@pytest.mark.django_db(transaction=True)
def test_within_a_transaction_what_is_gone_or_outdated_fails_once_and_is_made_anew() -> None:
    sql = "SELECT name FROM outdated WHERE id = %s"
    for change in ("DEALLOCATE ALL", "ALTER TABLE outdated ALTER name TYPE varchar(20)"):
        with connection.cursor() as cursor:
            cursor.execute("CREATE TEMPORARY TABLE outdated (id int, name varchar(10))")
        for _turn in range(4):
            assert prepared_module().fetch(connection, sql, [1]) == []
        with connection.cursor() as cursor:
            cursor.execute(change)

        with pytest.raises(DatabaseError), transaction.atomic():
            prepared_module().fetch(connection, sql, [1])
        with transaction.atomic():
            assert prepared_module().fetch(connection, sql, [1]) == []
        with connection.cursor() as cursor:
            cursor.execute("DROP TABLE outdated")


@pytest.mark.only_on("postgresql")
@pytest.mark.django_db
def test_a_caller_who_mixes_small_and_large_numbers_does_not_fill_the_database(db: None) -> None:
    sizes = product((1, 100_000, 10_000_000_000), repeat=4)
    sql = "SELECT 'mixed' WHERE 7 IN (%s, %s, %s, %s)"
    for numbers in sizes:
        assert prepared_module().fetch(connection, sql, numbers) == []

    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE %s", ["SELECT 'mixed'%"])
        assert cursor.fetchone()[0] <= 8


@pytest.mark.only_on("postgresql")
@pytest.mark.django_db
@pytest.mark.parametrize("moment", ["2026-02-03 04:05:06.789+08", "0001-01-01 00:00:00+00", "1900-01-01 00:00:00+00"])
def test_moments_are_read_as_django_reads_them(moment: str) -> None:
    sql = f"SELECT '{moment}'::timestamptz"
    with connection.cursor() as cursor:
        cursor.execute(sql)
        django = cursor.fetchone()[0]

    ours = prepared_module().fetch(connection, sql, ())[0][0]
    assert (ours, ours.tzinfo) == (django, django.tzinfo)


def prepared_module() -> Any:
    from civicnet.ledger import prepared

    return prepared


def test_a_row_that_several_queries_give_is_read_and_counted_once(
    rows: dict[str, Organisation], assert_statements: Any
) -> None:
    code = rows["222403001001"].code
    found = either.rows(codes=[f"{code}000", f"{code}002"], least=2)

    with assert_statements(1):
        read = found.order_by("-code").read("code", limit=3)
    assert [row["code"][-1] for row in read] == ["3", "2", "0"]
    assert read == list(found.order_by("-code").queryset().values("code")[:3])
    assert found.order_by("-code").first("code") == {"code": f"{code}003"}
    assert (found.count(), found.exists()) == (3, True)


def test_of_several_queries_those_that_no_row_can_meet_are_left_out(rows: dict[str, Organisation]) -> None:
    by_size = either.rows(codes=[], least=3)

    assert [row["code"][-1] for row in by_size.order_by("code").read("code")] == ["3"]
    assert (by_size.count(), by_size.exists()) == (1, True)
    assert (either.rows(codes=[], least=99).count(), either.rows(codes=[], least=99).exists()) == (0, False)

"""What a statement reads: told by its text, and refused where it cannot be told."""

from __future__ import annotations

import pytest

from civicnet.gateway.cache.reads import tables_of
from civicnet.gateway.models import TrustedDocument

KNOWN = frozenset({"a_table", "b_table"})


@pytest.mark.parametrize(
    ("sql", "tables"),
    [
        ('SELECT "a_table"."id" FROM "a_table" INNER JOIN "b_table" ON (1 = 1)', {"a_table", "b_table"}),
        ("SELECT * FROM a_table, b_table", {"a_table", "b_table"}),
        (
            'WITH x AS (SELECT 1 FROM "a_table") SELECT * FROM x WHERE EXISTS(SELECT 1 FROM b_table)',
            {"a_table", "b_table"},
        ),
        ('SELECT EXTRACT(\'day\' FROM "a_table"."at") FROM public.a_table WHERE x IS DISTINCT FROM y', {"a_table"}),
        ("SELECT * FROM unnest(%s) AS ids(id) JOIN a_table ON true", {"a_table"}),
        ("SAVEPOINT x", set()),
        ("SELECT 1", set()),
        ("SELECT * FROM strange", None),
        ("SELECT * FROM other.a_table", None),
        ("SELECT * FROM a_table JOIN LATERAL own_function(1) ON true", None),
        ("UPDATE a_table SET n = 1", None),
        ("WITH gone AS (DELETE FROM a_table RETURNING id) SELECT * FROM gone", None),
    ],
)
def test_a_statement_tells_what_it_reads(sql: str, tables: set[str] | None) -> None:
    assert tables_of(sql, KNOWN) == tables


@pytest.mark.parametrize(
    ("sql", "told"),
    [
        ("SELECT name, digest FROM {table}", True),
        ("SELECT COUNT(*) FROM {table}", True),
        ("SELECT {table}.used_on FROM {table}", False),
        ("SELECT 1 FROM {table} WHERE used_on IS NULL", False),
        ("SELECT * FROM {table}", False),
        ("SELECT t.* FROM {table} t", False),
    ],
)
def test_what_was_read_from_a_column_that_moves_no_version_is_not_kept(sql: str, told: bool) -> None:
    table = TrustedDocument._meta.db_table
    assert tables_of(sql.format(table=table), frozenset({table})) == (frozenset({table}) if told else None)

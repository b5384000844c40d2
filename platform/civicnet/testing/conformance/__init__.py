"""The conformance suite: what every plugin keeps, ours and strangers', each check a test whose name is the promise.

Run it with ``pytest --plugin=SLUG`` on anything installed, or let a project's own tests take it in::

    from civicnet.testing.conformance import *

Rows to look at come from the plugin's own ``demo_data``; a project may write a fixture ``rows_to_try`` of its own.
"""

from civicnet.testing.conformance.test_data import (
    test_its_migrations_say_what_its_models_say,
    test_no_constraint_of_the_database_ties_the_platform_to_it,
    test_switching_it_off_and_on_leaves_every_row_as_it_was,
)
from civicnet.testing.conformance.test_graphql import (
    test_a_list_takes_as_many_statements_for_one_row_as_for_all,
    test_its_graphql_names_begin_with_its_prefix,
    test_two_sites_can_have_it_on_and_off,
    test_without_it_the_schema_has_none_of_its_names,
)
from civicnet.testing.conformance.test_hooks import test_a_hook_of_it_that_raises_costs_nobody_a_page
from civicnet.testing.conformance.test_manifest import (
    test_every_permission_it_names_is_there,
    test_it_loads,
    test_the_manifest_speaks_chinese_and_english,
)
from civicnet.testing.conformance.test_sheets import (
    carried_out,
    test_its_sheets_come_back_as_they_went_and_what_they_write_is_taken_back,
    test_its_templates_are_understood_as_they_are,
    written_by_people_alone,
)
from civicnet.testing.conformance.test_sources import (
    test_every_sentence_is_translated,
    test_its_sources_are_clean,
)
from civicnet.testing.conformance.test_switch import (
    surfaces,
    test_no_schedule_of_it_runs_while_it_is_off,
    test_while_it_is_off_every_address_of_it_answers_404,
    test_while_it_is_off_its_permissions_rest_and_are_kept,
    test_while_it_is_off_nothing_of_it_is_offered_and_all_comes_back,
)

__all__ = [
    "carried_out",
    "surfaces",
    "test_a_hook_of_it_that_raises_costs_nobody_a_page",
    "test_a_list_takes_as_many_statements_for_one_row_as_for_all",
    "test_every_permission_it_names_is_there",
    "test_every_sentence_is_translated",
    "test_it_loads",
    "test_its_graphql_names_begin_with_its_prefix",
    "test_its_migrations_say_what_its_models_say",
    "test_its_sheets_come_back_as_they_went_and_what_they_write_is_taken_back",
    "test_its_sources_are_clean",
    "test_its_templates_are_understood_as_they_are",
    "test_no_constraint_of_the_database_ties_the_platform_to_it",
    "test_no_schedule_of_it_runs_while_it_is_off",
    "test_switching_it_off_and_on_leaves_every_row_as_it_was",
    "test_the_manifest_speaks_chinese_and_english",
    "test_two_sites_can_have_it_on_and_off",
    "test_while_it_is_off_every_address_of_it_answers_404",
    "test_while_it_is_off_its_permissions_rest_and_are_kept",
    "test_while_it_is_off_nothing_of_it_is_offered_and_all_comes_back",
    "test_without_it_the_schema_has_none_of_its_names",
    "written_by_people_alone",
]

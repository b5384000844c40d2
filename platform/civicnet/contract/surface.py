"""The public surface: what a plugin may import from the platform, and why each group of it is there.

What is not listed may change or go with any release. A name enters when a plugin needs it, and leaves as
docs/reference/contract.md says; tests hold that every name exists and that bundled plugins import nothing else.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from civicnet import contract


@dataclass(frozen=True, slots=True)
class Group:
    """Names that are there for one reason, by the module they are imported from."""

    reason: str
    names: Mapping[str, tuple[str, ...]]


SURFACE = (
    Group(
        "The contract itself: hooks, what they hand over, actors, errors, events.",
        {
            "civicnet.contract": tuple(contract.__all__),
            "civicnet.contract.events": ("PluginConfigured", "PluginSwitched"),
            "civicnet.contract.slots": ("SLOTS",),
        },
    ),
    Group(
        "Who acts: the person or client behind a request, and the system itself.",
        {
            "civicnet.access.actors": ("SYSTEM", "actor_of", "staff_actor"),
            "civicnet.access.callers": ("caller",),
        },
    ),
    Group(
        "Where rows belong and who sees them: the models that foreign keys lead to, and conditions of data scope.",
        {
            "civicnet.access.models": ("ApiClient", "Organisation", "OrganisationKind", "User"),
            "civicnet.access.division_codes": ("CodeMeaning", "Numbered", "meanings_of"),
            "civicnet.access.scope": ("covers", "subtree", "under", "within"),
        },
    ),
    Group(
        "Acts on organisations, to which plugins may object.",
        {
            "civicnet.access.acts": (
                "CloseOrganisation",
                "MergeOrganisation",
                "MoveOrganisation",
                "OrganisationAct",
            ),
        },
    ),
    Group(
        "Personal values: kept encrypted, found by an index, shown masked, shown whole against a reason, forgotten in time.",
        {
            "civicnet.cipher": ("blind_index", "blind_indexes", "blind_indexes_all", "mask", "mask_numbers"),
            "civicnet.cipher.fields": ("EncryptedField",),
            "civicnet.access.reveals": ("reveal",),
            "civicnet.console.reveals": ("Reveal",),
            "civicnet.lifecycle.personal": ("retention",),
        },
    ),
    Group(
        "What a service does last: the audit record, the change records, bulk writes, and rows that are only ever added to.",
        {
            "civicnet.ledger.selectors": ("deeds_by_people", "recorded_after"),
            "civicnet.ledger.services": ("record", "record_changes"),
            "civicnet.ledger.among": ("Among",),
            "civicnet.ledger.bulk": ("add_rows", "change_rows", "remove_rows"),
            "civicnet.ledger.images": ("Image", "bears", "mark_of", "not_kept", "note", "noted"),
            "civicnet.ledger.undoing": (
                "CHANGED_SINCE",
                "GONE",
                "IN_HAND",
                "REFERRED_TO",
                "REMOVED",
                "RESTORED",
                "Stays",
                "TOGETHER",
                "TakesBack",
            ),
            "civicnet.ledger.models": ("AppendOnlyError", "AppendOnlyQuerySet", "Operation"),
        },
    ),
    Group(
        "Hooks that a plugin publishes itself, events that it announces, and its own settings.",
        {
            "civicnet.lifecycle.hooks": (
                "Contribution",
                "PluginFailed",
                "announce",
                "collect",
                "everyone",
                "first",
                "one_of",
            ),
            "civicnet.lifecycle.isolation": ("Isolation",),
            "civicnet.lifecycle.snapshot": ("PerGeneration", "plugin_settings"),
        },
    ),
    Group(
        "The gates: for pages, bodies of pages, signals, tasks and Wagtail's hooks, in place of Django's and Wagtail's own.",
        {
            "civicnet.lifecycle.blocks": ("PluginStreamBlock",),
            "civicnet.lifecycle.editing": ("plugin_wagtail_hook",),
            "civicnet.lifecycle.pages": ("GatedPageMixin",),
            "civicnet.lifecycle.receivers": ("plugin_receiver",),
            "civicnet.lifecycle.tasks": ("plugin_task",),
        },
    ),
    Group(
        "Content over GraphQL: unions of streams, the shapes of blocks, and reading all that stored texts refer to at once.",
        {
            "civicnet.gateway.content.addresses": ("Homes", "absolute", "portable"),
            "civicnet.gateway.content.asked": ("Asked", "asked_of", "below"),
            "civicnet.gateway.content.files": ("ContentDocument", "document_rows"),
            "civicnet.gateway.content.links": ("ContentPageLink", "page_links"),
            "civicnet.gateway.content.pictures": ("ContentImage", "image_rows", "picture_in"),
            "civicnet.gateway.content.reading": ("Reading",),
            "civicnet.gateway.content.richtext": ("ContentRichText", "expanded"),
            "civicnet.gateway.content.shapes": (
                "Scope",
                "Shape",
                "batched",
                "object_type",
                "scalar",
                "shape_for",
                "shape_of",
            ),
            "civicnet.gateway.content.site_settings": ("SiteSettings",),
            "civicnet.gateway.content.sizes": ("allow",),
            "civicnet.gateway.content.streams": ("ContentBlock", "union_of"),
            "civicnet.gateway.content.tables": ("ContentTable",),
            "civicnet.gateway.content.tree_paths": ("STEP", "range_below"),
            "civicnet.gateway.content.visible": ("in_open_collection", "readable", "unrestricted"),
        },
    ),
    Group(
        "GraphQL: connections, nodes and their ids, what fields cost, and mutations that are done once.",
        {
            "civicnet.gateway.cache.lifetimes": ("fresh_until", "never_kept"),
            "civicnet.gateway.cache.pages": ("keep_page",),
            "civicnet.gateway.connection": ("ConnectionField", "Page", "PageInfo", "paginate"),
            "civicnet.gateway.core": ("Node",),
            "civicnet.gateway.idempotency": ("idempotency_key", "idempotent"),
            "civicnet.gateway.ids": ("from_global_id", "to_global_id"),
            "civicnet.gateway.keyset": ("Order",),
            "civicnet.gateway.search.highlights": ("SearchHighlight", "SearchPiece", "highlights"),
            "civicnet.gateway.search.words": ("words_of",),
            "civicnet.gateway.selection": ("Selection", "selection_of"),
            "civicnet.gateway.statements": ("Condition", "Rows", "Values", "filled_up", "statement"),
            "civicnet.gateway.where": ("By",),
            "civicnet.gateway.prices": ("priced",),
        },
    ),
    Group(
        "Search: rows in which words stand, and the words marked in a text.",
        {
            "civicnet.search.finding": ("Found", "find"),
            "civicnet.search.marking": ("excerpt", "pieces"),
            "civicnet.search.words": ("words_in",),
        },
    ),
    Group(
        "Import and export: the resource, its columns, and cells that say what is wrong with them.",
        {
            "civicnet.exchange.bundles": ("Bundle", "FileTooBig", "SeveralFiles"),
            "civicnet.exchange.cells": (
                "ANY_YEAR",
                "CellWidget",
                "ChoiceWidget",
                "DateWidget",
                "DigitsWidget",
                "Fault",
                "Reading",
                "TextWidget",
                "plain_text",
            ),
            "civicnet.exchange.hints": ("Hints",),
            "civicnet.exchange.identity": ("IdNumberWidget", "PhoneWidget", "check_digit", "sex_of"),
            "civicnet.exchange.matching": ("Held", "Match", "Sealed", "held_by_key"),
            "civicnet.exchange.models": ("RowKind",),
            "civicnet.exchange.quantities": ("DecimalWidget", "WholeNumberWidget"),
            "civicnet.exchange.shown": ("ShownWidget",),
            "civicnet.exchange.words": ("WordsWidget",),
            "civicnet.exchange.resource": ("Column", "Draft", "ImportResource", "TypedRow"),
        },
    ),
    Group(
        "Working days: which days are worked, with China's public holidays and the weekend days made up for them.",
        {
            "civicnet.workdays.calendar": ("WorkCalendar", "work_calendar"),
        },
    ),
    Group(
        "Records: fields that people define on a screen, and what is made of a definition: forms, sheets, types of a schema.",
        {
            "civicnet.lifecycle.generation": ("bump",),
            "civicnet.records.defining": (
                "LONGEST_KEY",
                "Wanted",
                "check_key",
                "check_line",
                "keep_definition",
                "move_definition",
                "note_used",
                "restore_definition",
                "retire_definition",
            ),
            "civicnet.records.errors": ("BadKey", "HoldsValues", "KeyTaken"),
            "civicnet.records.forms": ("BEFORE", "FieldForm", "first_values", "form_fields", "values_of"),
            "civicnet.records.kinds": ("Asked", "Kind", "StoredWidget", "kind_of", "kinds", "offer"),
            "civicnet.records.kinds.pictures": ("LibraryPicture",),
            "civicnet.records.kinds.words": ("LONGEST_LINE",),
            "civicnet.records.models": ("FieldDefinition", "FoundValue", "RecordType"),
            "civicnet.records.schema": ("object_type_of", "told_of", "type_name"),
            "civicnet.records.shapes": ("NOTHING", "FieldShape", "Found", "RecordShape", "Shown", "look_up"),
            "civicnet.records.sheets": ("column_name", "columns_of"),
            "civicnet.records.sought": ("Sought", "found_values", "sought_between", "sought_equal"),
        },
    ),
    Group(
        "Addresses of others: asked what they answer, past no guard that keeps our own network closed; and messages to API "
        "clients, which their webhooks take.",
        {
            "civicnet.access.clients": ("visible_clients",),
            "civicnet.delivery.kinds": ("offer",),
            "civicnet.delivery.models": ("DeliveryState", "Failure"),
            "civicnet.delivery.outgoing": ("call", "look"),
            "civicnet.delivery.posting": ("drop_waiting", "post_to"),
            "civicnet.delivery.selectors": ("told_of",),
            "civicnet.delivery.targets": ("LONGEST", "Unsent", "read_link", "read_target"),
        },
    ),
    Group(
        "Forms that are open to everybody: how often one address sends them, counted for a minute and kept nowhere.",
        {
            "civicnet.access.refusals": ("budget_left",),
            "civicnet.contract.addresses": ("client_address", "neighbourhood"),
        },
    ),
    Group(
        "Counting without a write for each request.",
        {
            "civicnet.lifecycle.tally": ("Tally",),
        },
    ),
    Group(
        "Whether anything has changed since it was last read, right across processes; and which tables do not count for that.",
        {
            "civicnet.ledger.stamps": ("leave_out", "total"),
        },
    ),
    Group(
        "Asking once: what a field asks for, who holds it already, and whose burden an actor may see.",
        {
            "civicnet.exchange.asking": ("KEEP_REASON", "Flag", "elements_to_pick", "flags"),
            "civicnet.exchange.permissions": ("borne_within",),
        },
    ),
    Group(
        "Lists in the administration, which ask the actor instead of the superuser flag, and files made for one person.",
        {
            "civicnet.console.doors": ("PostMenuItem",),
            "civicnet.console.downloads": ("download",),
            "civicnet.console.lists": ("DayColumn", "ListView", "LookingPolicy", "TakenOut"),
        },
    ),
)


def public_names() -> dict[str, frozenset[str]]:
    """All public names by module."""
    return {module: frozenset(names) for group in SURFACE for module, names in group.names.items()}

"""Rules: each a code, what it finds, and what to use instead."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from civicnet.lifecycle.lint.imports import other_plugins, outside_the_surface
from civicnet.lifecycle.lint.reading import Source
from civicnet.lifecycle.lint.settings import changed_settings

# Where it was found, and what exactly.
Found = Iterator[tuple[int, str]]


@dataclass(frozen=True, slots=True)
class Rule:
    """What is looked for, and the sentence that says what to use instead."""

    code: str
    finds: str
    instead: str
    look: Callable[[Source], Found]


_SIGNAL_WORDS = {"sender", "dispatch_uid"}
_CALLS_OUT = {
    *(f"requests.{verb}" for verb in ("get", "post", "put", "patch", "delete", "head", "options", "request")),
    "urllib.request.urlopen",
    "socket.create_connection",
    "http.client.HTTPConnection",
    "http.client.HTTPSConnection",
    "smtplib.SMTP",
    "smtplib.SMTP_SSL",
}
_WRITES = {"create", "bulk_create", "get_or_create", "update_or_create", "bulk_update", "update", "delete"}
_DOORS = {"views", "viewsets", "schema", "urls", "forms", "blocks", "plugin"}


def uses(*names: str) -> Callable[[Source], Found]:
    """Look for uses of imported names."""

    def look(source: Source) -> Found:
        for node in ast.walk(source.tree):
            if isinstance(node, ast.Name | ast.Attribute) and source.dotted(node) in names:
                yield node.lineno, source.dotted(node)

    return look


def connected_signals(source: Source) -> Found:
    """``post_save.connect(…)`` and ``@receiver``."""
    yield from uses("django.dispatch.receiver", "django.dispatch.dispatcher.receiver")(source)
    for call, name in source.calls():
        words = {one.arg for one in call.keywords}
        connects = isinstance(call.func, ast.Attribute) and call.func.attr == "connect"
        if connects and ("signals" in name.split(".") or _SIGNAL_WORDS & words):
            yield call.lineno, name or "connect"


def all_fields(source: Source) -> Found:
    """``fields = "__all__"`` in a class, or as an argument."""
    for node in ast.walk(source.tree):
        named = [one.id for one in node.targets if isinstance(one, ast.Name)] if isinstance(node, ast.Assign) else []
        if isinstance(node, ast.keyword):
            named = [node.arg or ""]
        if "fields" in named and isinstance(node, ast.Assign | ast.keyword) and _is(node.value, "__all__"):
            yield node.value.lineno, "fields"


def calls_without_timeout(source: Source) -> Found:
    """Calls to the world outside that may wait for ever."""
    for call, name in source.calls():
        given = next((one.value for one in call.keywords if one.arg == "timeout"), None)
        passed_on = any(one.arg is None for one in call.keywords)
        forgotten = name in _CALLS_OUT and given is None and not passed_on
        # httpx gives up after five seconds, unless it is told not to.
        endless = (name in _CALLS_OUT or name.startswith("httpx.")) and _is(given, None)
        if forgotten or endless:
            yield call.lineno, name


def writes_at_a_door(source: Source) -> Found:
    """``Model.objects.create(…)`` and the like where requests come in."""
    if source.place.split(".")[0] not in _DOORS:
        return
    for call, _name in source.calls():
        if isinstance(call.func, ast.Attribute) and call.func.attr in _WRITES and _asks_a_manager(call.func.value):
            yield call.lineno, call.func.attr


def undeclared_routes(source: Source) -> Found:
    """``Route("x/", …)`` with a prefix that plugin.toml does not declare."""
    for call, name in source.calls():
        if name != "civicnet.contract.Route":
            continue
        prefixes = [*call.args[:1], *(one.value for one in call.keywords if one.arg == "prefix")]
        for prefix in prefixes:
            if isinstance(prefix, ast.Constant) and prefix.value not in source.manifest.urls:
                yield call.lineno, str(prefix.value)


def hook_wrappers(source: Source) -> Found:
    """``@hookimpl(wrapper=True)``, which could swallow what others answer."""
    for call, name in source.calls():
        asked = [one for one in call.keywords if one.arg in ("wrapper", "hookwrapper")]
        if name == "civicnet.contract.hookimpl" and any(not _is(one.value, False) for one in asked):
            yield call.lineno, str(asked[0].arg)


def _asks_a_manager(node: ast.AST) -> bool:
    while isinstance(node, ast.Call | ast.Attribute):
        if isinstance(node, ast.Attribute) and node.attr in ("objects", "_default_manager"):
            return True
        node = node.func if isinstance(node, ast.Call) else node.value
    return False


def _is(node: ast.AST | None, value: object) -> bool:
    return isinstance(node, ast.Constant) and node.value == value


RULES = (
    Rule(
        "CN101",
        "a hook of Wagtail registered by hand",
        "use a hook of the contract, or civicnet.lifecycle.editing.plugin_wagtail_hook, which rests while the plugin is off.",
        uses("wagtail.hooks.register", "wagtail.hooks.register_temporarily"),
    ),
    Rule(
        "CN102",
        "a signal connected by hand",
        "use civicnet.lifecycle.receivers.plugin_receiver, which hears nothing while the plugin is off and fails alone.",
        connected_signals,
    ),
    Rule(
        "CN103",
        "a background task that does not know its plugin",
        "use civicnet.lifecycle.tasks.plugin_task, or the hook schedules() for work that comes back.",
        uses("django_tasks.task", "django.tasks.task", "celery.shared_task"),
    ),
    Rule(
        "CN104",
        "a snippet registered by hand",
        "return a viewset from the hook admin_viewsets(), whose menu and addresses follow the switch.",
        uses("wagtail.snippets.models.register_snippet"),
    ),
    Rule(
        "CN105",
        "a setting of Wagtail registered by hand",
        "declare it under [settings] in plugin.toml and read it with plugin_settings().",
        uses(
            "wagtail.contrib.settings.registry.register_setting",
            "wagtail.contrib.settings.models.register_setting",
            "wagtail.contrib.settings.register_setting",
        ),
    ),
    Rule(
        "CN106",
        "a model registered with Django's admin",
        "return a viewset from the hook admin_viewsets(); Django's own admin is not served.",
        uses("django.contrib.admin.site.register", "django.contrib.admin.register"),
    ),
    Rule(
        "CN107",
        "Django's settings changed while they are in use",
        "declare what can be set under [settings] in plugin.toml.",
        changed_settings,
    ),
    Rule(
        "CN201",
        "an import from another plugin",
        "publish a hook, or listen to an event: plugins never import each other.",
        other_plugins,
    ),
    Rule(
        "CN202",
        "an import that is not promised to plugins",
        "use the public surface that docs/reference/contract.md lists.",
        outside_the_surface,
    ),
    Rule(
        "CN301",
        "all fields of a model handed out",
        "list the fields one by one: the next column would leave the house by itself.",
        all_fields,
    ),
    Rule(
        "CN302",
        "a GraphQL type made of a model",
        "use graphene.ObjectType with fields of its own: the other kind also hands out what relations lead to.",
        uses("graphene_django.DjangoObjectType", "graphene_django.types.DjangoObjectType"),
    ),
    Rule(
        "CN303",
        "a call to the outside that may wait for ever",
        "give it a timeout: a hook that hangs is ended together with its process.",
        calls_without_timeout,
    ),
    Rule(
        "CN304",
        "a row written where requests come in",
        "call a service, which checks the actor, changes and records in one transaction.",
        writes_at_a_door,
    ),
    Rule(
        "CN401",
        "a route under a prefix that plugin.toml does not declare",
        "add the prefix to urls in plugin.toml, or the plugin's routes are left out.",
        undeclared_routes,
    ),
    Rule(
        "CN402",
        "a wrapper around other plugins' hooks",
        "implement the hook itself; wrappers are refused when the plugin loads.",
        hook_wrappers,
    ),
)

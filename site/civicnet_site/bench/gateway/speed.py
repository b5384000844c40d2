"""Requests a second: all contestants take turns, round by round, and a ratio is of two turns in the same round."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from statistics import median

from civicnet_site.bench.environments import NotInstalled
from civicnet_site.bench.facts import Facts, NotTheSame, same
from civicnet_site.bench.gateway.cities import NoDatabase, database, make
from civicnet_site.bench.gateway.contestants import ARTICLE, LATEST, City, Contestant, contestants
from civicnet_site.bench.gateway.hosts import described, host
from civicnet_site.bench.gateway.versions import versions
from civicnet_site.bench.harness import Figure, Options, left_out
from civicnet_site.bench.load import Measured, NoLoad, command, press, program
from civicnet_site.bench.servers import NoServer, Server

ARTICLES = 2_000
CONNECTIONS = 8
SECONDS, QUICK_SECONDS, QUICK_ROUNDS = 2, 1, 3


@dataclass(frozen=True, slots=True)
class Match:
    """Two contestants and what ours has to reach, by database."""

    figure: str
    work: str
    ours: str
    rival: str
    targets: Mapping[str, float] = field(default_factory=dict)
    databases: Sequence[str] = ("sqlite", "postgresql")


def _match(work: str, rival: str, *, sqlite: float | None = None, postgresql: float | None = None) -> Match:
    targets = {name: one for name, one in (("sqlite", sqlite), ("postgresql", postgresql)) if one is not None}
    databases = ("postgresql",) if rival == "yoga" else ("sqlite", "postgresql")
    return Match(f"gateway.{work}.vs_{rival}", work, "ours", rival, targets, databases)


_ALWAYS = {"sqlite": 1.0, "postgresql": 1.0}
MATCHES = (
    Match("gateway.cached.vs_bare_view", LATEST, "ours_cached", "bare_view", _ALWAYS),
    _match(LATEST, "grapple", postgresql=12.0),
    _match(LATEST, "rest_v2", postgresql=10.0),
    _match(LATEST, "values_view", postgresql=1.0),
    _match(LATEST, "values_view_without_key"),
    _match(LATEST, "yoga", postgresql=0.7),
    _match(LATEST, "graphene_django", sqlite=2.0, postgresql=2.0),
    Match("gateway.cached.one_article.vs_bare_view", ARTICLE, "ours_cached", "bare_view"),
    _match(ARTICLE, "grapple"),
    _match(ARTICLE, "rest_v2"),
    _match(ARTICLE, "values_view"),
    _match(ARTICLE, "values_view_without_key"),
    _match(ARTICLE, "yoga"),
    _match(ARTICLE, "graphene_django"),
)


def run(kind: str, options: Options) -> Iterator[Figure]:
    """All figures asked for on one kind of database; those that cannot be measured say why."""
    wanted = [one for one in MATCHES if kind in one.databases and options.wants(one.figure)]
    if not wanted:
        return
    try:
        program()
        with database(kind) as url, ExitStack() as stack:
            ring = _Ring(make(url, ARTICLES), options)
            ring.open({one for match in wanted for one in (match.ours, match.rival)}, stack)
            for work in (LATEST, ARTICLE):
                matches = [one for one in wanted if one.work == work]
                yield from ring.figures(kind, work, matches) if matches else ()
    except (NoLoad, NoDatabase) as error:
        for match in wanted:
            yield _left_out(match, kind, str(error))


class _Ring:
    """The contestants of one database, their servers running."""

    def __init__(self, city: City, options: Options) -> None:
        self._city = city
        self._rounds = QUICK_ROUNDS if options.quick else options.rounds
        self._seconds = QUICK_SECONDS if options.quick else SECONDS
        self._servers: dict[str, Server] = {}
        self._absent: dict[str, str] = {}

    def open(self, names: set[str], stack: ExitStack) -> None:
        """Start the servers that these contestants need."""
        needed = {one.server for name, one in contestants(LATEST, self._city).items() if name in names}
        for name in sorted(needed):
            try:
                self._servers[name] = stack.enter_context(host(name, self._city.url))
            except (NotInstalled, NoServer) as error:
                self._absent[name] = str(error)

    def figures(self, kind: str, work: str, matches: Sequence[Match]) -> Iterator[Figure]:
        """Check that all say the same, let them take their turns, and compare."""
        everybody = contestants(work, self._city)
        names = list(dict.fromkeys(name for one in matches for name in (one.ours, one.rival)))
        ready, reasons = self._checked(names, everybody)
        turns = self._turns(ready, everybody, reasons)
        reasons |= self._checked([name for name in ready if name not in reasons], everybody)[1]
        for match in matches:
            if reason := reasons.get(match.ours) or reasons.get(match.rival):
                yield _left_out(match, kind, reason)
            else:
                told = {name: self._told(everybody[name]) for name in (match.ours, match.rival)}
                yield _figure(match, kind, turns[match.ours], turns[match.rival], told, versions(self._city.url))

    def _turns(
        self, ready: Sequence[str], everybody: Mapping[str, Contestant], reasons: dict[str, str]
    ) -> Mapping[str, list[Measured]]:
        """What each did in each round; who fails once is out, and the reason noted."""
        turns: dict[str, list[Measured]] = {name: [] for name in ready}
        for number in range(-1, self._rounds):
            # Each round begins with another, so that nobody always follows the same; one before the first is for warming up.
            shift = number % max(len(ready), 1)
            for name in [*ready[shift:], *ready[:shift]]:
                try:
                    measured = None if name in reasons else self._turn(everybody[name])
                except NoLoad as error:
                    if number >= 0:
                        reasons[name] = f"{name}: {error}"
                    continue
                if measured is not None and number >= 0:
                    turns[name].append(measured)
        return turns

    def _turn(self, one: Contestant) -> Measured:
        return press(
            self._servers[one.server].port,
            one.path,
            method=one.method,
            body=one.body,
            headers=one.headers,
            seconds=self._seconds,
            connections=CONNECTIONS,
        )

    def _checked(self, names: Sequence[str], everybody: Mapping[str, Contestant]) -> tuple[list[str], dict[str, str]]:
        """Who says the same as ours, and of the others why they are left out; asked before the load, and again after it."""
        ready: list[str] = []
        reasons: dict[str, str] = {}
        try:
            reference = self._facts(everybody["ours" if "ours" in self._servers else "ours_cached"])
        except NotTheSame as error:
            return ready, dict.fromkeys(names, str(error))
        for name in names:
            try:
                one = everybody[name]
                same(reference, self._facts(one), name=name)
                ready.append(name)
            except NotTheSame as error:
                reasons[name] = str(error)
        return ready, reasons

    def _facts(self, one: Contestant) -> Facts:
        if one.server not in self._servers:
            raise NotTheSame(self._absent[one.server])
        try:
            status, answer = self._servers[one.server].send(one.method, one.path, one.body, one.headers)
        except NoServer as error:
            raise NotTheSame(str(error)) from error
        if status != 200:
            raise NotTheSame(f"{one.name} answered {status}: {answer[:300]!r}")
        return one.read(json.loads(answer))

    def _told(self, one: Contestant) -> str:
        server = self._servers[one.server]
        asked = " ".join(command(server.port, one.path, seconds=self._seconds, connections=CONNECTIONS))
        return f"{described(server)}; {asked}; {one.method} {one.body.decode() if one.body else ''}".strip()


def _figure(
    match: Match,
    kind: str,
    ours: Sequence[Measured],
    rival: Sequence[Measured],
    commands: Mapping[str, str],
    ran: Mapping[str, str],
) -> Figure:
    ratios = [mine.rate / other.rate for mine, other in zip(ours, rival, strict=True)]
    ratio, target = median(ratios), match.targets.get(kind)
    return Figure(
        figure=match.figure,
        unit="requests/s",
        ours=round(median(one.rate for one in ours), 1),
        rival=round(median(one.rate for one in rival), 1),
        ratio=round(ratio, 2),
        target=target,
        met=None if target is None else ratio >= target,
        database=kind,
        spread=(round(min(ratios), 2), round(max(ratios), 2)),
        rounds=len(ratios),
        commands=commands,
        versions=ran,
        details={
            f"{whose}_{name}_ms": round(median(getattr(one, name) for one in turns), 2)
            for whose, turns in (("ours", ours), ("rival", rival))
            for name in ("p50", "p99")
        },
    )


def _left_out(match: Match, kind: str, reason: str) -> Figure:
    return left_out(match.figure, kind, reason, unit="requests/s", target=match.targets.get(kind))

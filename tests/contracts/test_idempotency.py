"""One key in two processes at the same moment: the deed is done once, and nobody is told otherwise."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from installation import Answer, Installation

pytestmark = pytest.mark.django_db

SWITCH = """mutation ($on: Boolean, $key: String) {
  platformSwitchPlugin(slug: "grid", enabled: $on, reason: "试用", idempotencyKey: $key) { changeId plugins }
}"""
CLIENT = """
from civicnet.access.actors import SYSTEM
from civicnet.access.clients import create_client
from civicnet.access.models import Organisation
from civicnet.access.organisations import Division, load_divisions
load_divisions(divisions=[Division("222403", "敦化市")], actor=SYSTEM)
place = Organisation.objects.get(code="222403")
print(create_client(name="平台", organisation=place, scopes=["platform.plugins"], actor=SYSTEM)[1])
"""


def test_a_key_sent_to_two_processes_at_once_acts_once(tmp_path: Path, copied_database: str) -> None:
    installation = Installation(tmp_path, copied_database)
    key = installation.run("shell", "-v", "0", "-c", CLIENT).split()[-1]
    answers: list[Answer] = []

    def switch(turn: int) -> Answer:
        body = {"query": SWITCH, "variables": {"on": turn % 2 == 0, "key": f"turn-{turn}"}}
        return installation.ask("/graphql/", body, headers={"Authorization": f"Bearer {key}"})

    with installation.serving(workers=2), ThreadPoolExecutor(8) as pool:
        # The system chooses who answers: on until both have.
        for turn in range(40):
            at_once = list(pool.map(switch, [turn] * 8))
            answers += at_once
            done = {str(told(one)["changeId"]) for one in at_once if told(one)}
            # A second deed would have found nothing to move, and told of no change.
            assert len(done) == 1, done
            assert "None" not in done
            assert told(switch(turn)) == {"changeId": done.pop(), "plugins": ["grid"]}
            if turn > 2 and len({one.process for one in answers}) == 2:
                break

    codes = {error["extensions"]["code"] for one in answers for error in one.json().get("errors", ())}
    assert codes <= {"IDEMPOTENCY_IN_PROGRESS"}
    assert len({one.process for one in answers}) == 2


def told(answer: Answer) -> Any:
    return answer.json()["data"]["platformSwitchPlugin"]

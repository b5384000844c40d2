"""Several workers look at the same moment: each delivery is sent by one of them."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Lock

import pytest
from django.db import connection

from civicnet.access.actors import SYSTEM
from civicnet.access.clients import create_client
from civicnet.delivery import kinds, sending
from civicnet.delivery.models import Delivery
from civicnet.delivery.posting import post
from civicnet.delivery.services import register_webhook

WORKERS, EVENTS = 4, 25


# SQLite's writing statements are alone anyway.
@pytest.mark.only_on("postgresql")
@pytest.mark.django_db(transaction=True)
def test_each_delivery_has_one_sender_of_four(transactional_db, city, monkeypatch) -> None:
    sent: Counter[str] = Counter()
    lock, together = Lock(), Barrier(WORKERS)

    def count(target: object, body: bytes, headers: dict[str, str]) -> int:
        with lock:
            sent[headers["X-CivicNet-Delivery"]] += 1
        return 200

    def work(_number: int) -> int:
        together.wait()
        try:
            return sending.send_due()
        finally:
            connection.close()

    monkeypatch.setattr(sending, "send", count)
    kinds.offer("test.happened", "Something happened")
    portal, _key = create_client(name="演示门户", organisation=city["222403"], scopes=[], actor=SYSTEM)
    register_webhook(client=portal, url="https://portal.example.cn/", kinds=["test.happened"], actor=SYSTEM)
    for _event in range(EVENTS):
        post(kind="test.happened", payload={})

    with ThreadPoolExecutor(WORKERS) as pool:
        tried = sum(pool.map(work, range(WORKERS)))

    kinds.withdraw("test.happened")
    assert tried == EVENTS
    assert set(sent.values()) == {1} and len(sent) == EVENTS
    assert Delivery.objects.filter(state="DELIVERED", attempts=1).count() == EVENTS

"""What tests of the hotline stand on: a category, a post on duty whose worker has an account, and a portal with its key."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from xml.etree.ElementTree import fromstring

import pytest

from civicnet.access.actors import SYSTEM, client_actor, staff_actor
from civicnet.access.clients import create_client
from civicnet.access.models import ApiClient, Organisation, User
from civicnet.contract import ANONYMOUS, Actor, hookimpl
from civicnet.ledger.models import AuditRecord
from civicnet.testing.fixtures import Plug
from civicnet_hotline.models import Case, CaseStep, Category, Group, Source
from civicnet_hotline.services import Caller, Place, open_category, submit_case

COMMUNITY = "222403001001"
NEIGHBOUR = "222403001002"
ADDRESS = "红旗社区第1网格2号楼"


@dataclass(frozen=True)
class Post:
    """A duty post as another plugin gives it."""

    grid_code: str
    organisation_id: int
    key: str
    label: str
    user_id: int | None


class Watch:
    """A plugin that knows one post: on duty for every address that names its community."""

    def __init__(self, post: Post, community: str) -> None:
        self.post = post
        self.community = community

    @hookimpl(optionalhook=True)
    def hotline_route(self, address: str, address_id: str) -> Post | None:
        return self.post if self.community in address or address_id == self.post.grid_code else None

    @hookimpl(optionalhook=True)
    def hotline_dispatch_targets(self, actor: Actor, search: str) -> list[Post]:
        return [self.post] if search in self.post.label else []


@dataclass(frozen=True)
class Portal:
    """A portal with its key and the actor it is for us."""

    client: ApiClient
    key: str
    actor: Actor


@pytest.fixture
def street_light(db: None) -> Category:
    return open_category(
        actor=SYSTEM,
        code="street-light",
        name="路灯照明",
        group=Group.HELP,
        description="路灯不亮、损坏",
        keywords="路灯,照明",
    )


@pytest.fixture
def worker(staff: Callable[..., User]) -> User:
    """On duty in the community; holds no permission at all."""
    return staff([], COMMUNITY, username="worker")


@pytest.fixture
def worker_actor(worker: User) -> Actor:
    return staff_actor(worker)


@pytest.fixture
def post(city: dict[str, Organisation], worker: User) -> Post:
    label = "红旗社区第1网格 三级网格员（主岗）"
    return Post(f"{COMMUNITY}001", city[COMMUNITY].pk, "watch.post:1", label, worker.pk)


@pytest.fixture
def watch(plug: Plug, post: Post) -> Watch:
    """The plugin that routes, switched on."""
    plugin = Watch(post, "红旗社区")
    plug("watch", plugin)
    return plugin


@pytest.fixture
def portal(city: dict[str, Organisation]) -> Callable[..., Portal]:
    """Makes a portal: ``portal(name, scopes)``."""

    def make(name: str = "portal", scopes: tuple[str, ...] = ("hotline.submit", "hotline.read")) -> Portal:
        client, key = create_client(name=name, organisation=city["222403"], scopes=list(scopes), actor=SYSTEM)
        return Portal(client, key, client_actor(client))

    return make


@pytest.fixture
def submit(street_light: Category, city: dict[str, Organisation]) -> Callable[..., Case]:
    """Submits as a resident on the website, unless told otherwise."""

    def make(description: str = "路灯不亮", **given: Any) -> Case:
        values: dict[str, Any] = {
            "actor": ANONYMOUS,
            "source": Source.WEB,
            "category": "street-light",
            "description": description,
            "place": Place(address=ADDRESS),
            "caller": Caller(),
        }
        return submit_case(**values | given)

    return make


@dataclass(frozen=True)
class Ledger:
    """How much has been written so far."""

    cases: int
    steps: int
    audits: int


@pytest.fixture
def written(db: None) -> Callable[[], Ledger]:
    """Counts what is stored, to show that a refusal stored nothing."""

    def count() -> Ledger:
        audits = AuditRecord.objects.filter(object_type="civicnet_hotline.case").count()
        return Ledger(Case.objects.count(), CaseStep.objects.count(), audits)

    return count


@pytest.fixture
def fresh() -> Callable[[Case], Case]:
    """Reads a case as it is stored now."""
    return lambda case: Case.objects.get(pk=case.pk)


@pytest.fixture
def trail() -> Callable[[Case], list[tuple[str, str, str]]]:
    """Reads action, from, to of each step of a case."""

    def read(case: Case) -> list[tuple[str, str, str]]:
        steps = CaseStep.objects.filter(case=case).order_by("id")
        return list(steps.values_list("action", "from_state", "to_state"))

    return read


@pytest.fixture
def open311_sender(portal, street_light):
    return portal("sender")


@pytest.fixture
def post_request(client, open311_sender):
    """POSTs a good request, with what is said here instead; None leaves an argument out."""

    def send(fmt="json", **given):
        values = {
            "api_key": open311_sender.key,
            "service_code": "street-light",
            "address_string": "红旗社区第1网格2号楼",
            "description": "路灯不亮",
        }
        sent = {name: value for name, value in (values | given).items() if value is not None}
        return client.post(f"/open311/v2/requests.{fmt}", sent)

    return send


@pytest.fixture
def tree():
    """Reads tag and text of each leaf of an XML answer."""
    return lambda response: [(one.tag, one.text) for one in fromstring(response.content).iter() if not len(one)]

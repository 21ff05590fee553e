"""Tasks of Black Forest Labs: begun once, looked at until they end, fetched without the key."""

import numpy as np
import pytest
from helpers.images_client import SECRET
from helpers.tiny_editors import TinyBFL, said
from helpers.tiny_images_server import Fault, error

from motionedit_bench.adapters import find_adapter
from motionedit_bench.errors import AdapterError, EditFailed, EditRefused, MebenchError
from motionedit_bench.records import Item

from .conftest import Api


def tiny(api: Api) -> TinyBFL:
    assert isinstance(api.server, TinyBFL)
    return api.server


def test_a_task_is_begun_once_whatever_its_looks_meet(bfl_api: Api, item: Item) -> None:
    server = tiny(bfl_api)
    server.looks = [
        error(429, "slow", Retry_After="0.1"),
        error(502),
        Fault(cut=True),
        said({"status": "Pending"}),
    ]
    adapter = bfl_api.loaded("safety_tolerance=2")
    image = adapter.edit(item, 7)
    assert (np.asarray(image) == bfl_api.expected(item, 7)).all()
    (request,) = server.requests
    assert request.path == "/v1/flux-2-pro"
    assert request.fields == {
        "prompt": item.instruction,
        "seed": 7,
        "output_format": "png",
        "safety_tolerance": 2,
    }
    assert [key for _, key in server.looked] == [SECRET] * 6 + [None]  # the picture lies elsewhere
    assert adapter.notes() == {"tries": 1, "us_dollars": 0.045}  # as the server bills it


@pytest.mark.parametrize(
    ("look", "kind", "message"),
    [
        ({"status": "Request Moderated"}, EditRefused, "the model declined: Request Moderated"),
        (
            {"status": "Content Moderated", "details": {"Moderation Reasons": ["Derivative Works"]}},
            EditRefused,
            'the model declined: Content Moderated: {"Moderation Reasons": ["Derivative Works"]}',
        ),
        (
            {"status": "Error", "details": "out of order"},
            EditFailed,
            "the task ended without an image: Error: out of",
        ),
        ({"status": "Task not found"}, EditFailed, "the task ended without an image: Task not found"),
        ({"status": "Ready", "result": None}, EditFailed, "the task ended without an image: Ready"),
        ({"status": "Ready", "result": {}}, EditFailed, "the task ended without an image: Ready"),
        ([], EditFailed, "the server's answer is no JSON object"),
    ],
)
def test_how_a_task_ends(
    bfl_api: Api, item: Item, look: object, kind: type[MebenchError], message: str
) -> None:
    tiny(bfl_api).looks = [said(look)]
    with pytest.raises(kind) as caught:
        bfl_api.loaded("retries=0").edit(item, 1)
    assert str(caught.value).startswith(message)


class Clock:
    """On which nothing but a pause takes time."""

    def __init__(self) -> None:
        self.now = 0.0

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("motionedit_bench.adapters.served.bfl.time", Clock())


@pytest.mark.usefixtures("clock")
def test_a_task_that_does_not_end_is_given_up(bfl_api: Api, item: Item) -> None:
    tiny(bfl_api).looks = [said({"status": "Pending"})] * 999
    with pytest.raises(EditFailed, match=r"within 300 s$"):
        bfl_api.loaded("retries=0", "timeout=300", "poll=100").edit(item, 1)
    assert len(tiny(bfl_api).looked) == 4
    tiny(bfl_api).looks = [error(500, "oh")] * 999
    with pytest.raises(EditFailed, match=r"within 300 s"):
        bfl_api.loaded("retries=0", "timeout=300", "poll=100").edit(item, 1)


@pytest.mark.usefixtures("clock")
def test_tasks_that_are_given_up_are_paid_for(bfl_api: Api, item: Item) -> None:
    tiny(bfl_api).looks = [error(404, "lost")]
    adapter = bfl_api.loaded()
    with pytest.raises(EditFailed, match="the server answered 404 for the result"):
        adapter.edit(item, 1)
    assert adapter.notes() == {"tries": 1, "us_dollars": 0.045}
    tiny(bfl_api).looks = [said({"status": "Pending"})] * 999
    adapter = bfl_api.loaded("retries=1", "timeout=300", "poll=100")
    with pytest.raises(EditFailed, match=r"\(2 tries\)$"):
        adapter.edit(item, 1)
    assert adapter.notes() == {"tries": 2, "us_dollars": 0.09}
    assert adapter.bill.budget.spent == pytest.approx(0.09)


def test_a_picture_that_is_gone_was_paid_for(bfl_api: Api, item: Item) -> None:
    ready = said({"status": "Ready", "result": {"sample": f"{bfl_api.server.url}/picture?id=0"}})
    tiny(bfl_api).looks = [ready, error(404, "expired")]
    adapter = bfl_api.loaded()
    with pytest.raises(EditFailed, match="the picture was made and cannot be had: the server answered 404"):
        adapter.edit(item, 1)
    assert adapter.notes() == {"tries": 1, "us_dollars": 0.045}
    tiny(bfl_api).looks = [ready, Fault(200, b"hello", {"Content-Type": "text/html"})]
    with pytest.raises(EditFailed, match="the server's answer is no image"):
        adapter.edit(item, 1)


@pytest.mark.parametrize(
    "place", [None, 5, "https://elsewhere.example/v1/get_result?id=1", "http://0.0.0.0/x"]
)
def test_the_key_goes_nowhere_else(bfl_api: Api, item: Item, place: object) -> None:
    bfl_api.server.faults = [said({"id": "1", "polling_url": place})]
    with pytest.raises(EditFailed, match="the server names no place of its own for the result"):
        bfl_api.loaded().edit(item, 1)


@pytest.mark.parametrize(
    ("place", "theirs"),
    [
        ("https://api.eu1.bfl.ai/v1/get_result?id=1", True),
        ("https://api.bfl.ai/v1/get_result?id=1", True),
        ("http://api.bfl.ai/v1/get_result?id=1", False),
        ("https://api.bfl.ai.example/v1", False),
        ("https://xbfl.ai/v1", False),
    ],
)
def test_whose_places_are_theirs(place: str, theirs: bool) -> None:
    adapter = find_adapter("flux_kontext_pro")()
    assert adapter._is_theirs(place) is theirs  # type: ignore[attr-defined]


def test_an_answer_without_end_is_none(bfl_api: Api, item: Item, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("motionedit_bench.adapters.served.bfl.MOST_BYTES", 1000)
    bfl_api.server.faults = [Fault(200, b" " * 2000)]
    with pytest.raises(EditFailed, match="the server's answer is larger than 0.001 MB"):
        bfl_api.loaded().edit(item, 1)


def test_a_proxy_that_cannot_be_used(bfl_api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALL_PROXY", "socks://me:hush@127.0.0.1:7891/")
    with pytest.raises(MebenchError, match=r"the proxy that ALL_PROXY \(socks://...\) names cannot be used"):
        bfl_api.loaded()


def test_each_model_has_its_name() -> None:
    names = {
        name: find_adapter(name)().model for name in ("flux_kontext_pro", "flux_kontext_max", "flux_2_pro")
    }
    assert names == {name: name.replace("_", "-") for name in names}
    assert issubclass(AdapterError, MebenchError)

"""What any served model's adapter makes of a server's faults: tried again, failed, or the end of the run."""

import json
from dataclasses import replace

import numpy as np
import pytest
from helpers.images_client import SECRET
from helpers.pictures import png
from helpers.tiny_editors import gemini, said
from helpers.tiny_images_server import Fault, answer, edited, error

from motionedit_bench.adapters.served.base import IN_A_ROW
from motionedit_bench.errors import AdapterError, EditFailed, ServerFailed
from motionedit_bench.records import Item

from .conftest import Api


def test_what_is_sent_and_what_comes_back(api: Api, item: Item) -> None:
    adapter = api.loaded()
    image = adapter.edit(item, 7)
    assert (np.asarray(image) == api.expected(item, 7)).all()
    (request,) = api.server.requests
    assert (request.key, request.fields["prompt"]) == (SECRET, item.instruction)
    assert (np.asarray(image) == np.asarray(adapter.edit(item, 7))).all()
    facts = adapter.provenance()
    assert (facts["model"], facts["base_url"], facts["revision"]) == (adapter.model, api.server.url, None)
    assert facts["price"]["seen"] == "2026-11-28"
    assert SECRET not in json.dumps(facts)
    adapter.close()


def test_passing_faults_are_tried_again_and_counted(api: Api, item: Item) -> None:
    api.server.faults = [
        error(429, "slow down"),
        error(500, "oh"),
        Fault(200, b'{"a": "b', torn=True),
        Fault(cut=True),
    ]
    adapter = api.loaded()
    adapter.edit(item, 1)
    notes = adapter.notes()
    assert notes["tries"] == len(api.server.requests) == 5
    assert notes["us_dollars"] == pytest.approx(adapter.bill.budget.spent, abs=1e-6)
    assert adapter.bill.budget.calls == 5
    first, *others = (replace(request, arrived=0) for request in api.server.requests)
    assert all(other == first for other in others)


def test_the_servers_own_delay_is_kept(api: Api, item: Item) -> None:
    api.server.faults = [error(429, "slow down", Retry_After="0.4")]
    api.loaded().edit(item, 1)
    first, second = api.server.requests
    assert second.arrived - first.arrived >= 0.4


@pytest.mark.parametrize(
    ("fault", "message"),
    [
        (error(429, "slow down"), "the server answered 429: slow down"),
        (error(503, f"down, {SECRET}"), "the server answered 503: down, ["),
        (Fault(502, b"<html>Bad Gateway</html>", {"Content-Type": "text/html"}), "the server answered 502: "),
        (error(400, "size is odd"), "the server answered 400: size is odd"),
        (Fault(cut=True), "the connection to the server was lost: "),
        (Fault(200, b'{"a": "b', torn=True), "the connection to the server was lost: "),
        (Fault(silent=True), "the server did not answer within 0.3 s"),
        (Fault(200, b"{"), "the server's answer is not"),
        (Fault(200, b"hello", {"Content-Type": "text/plain"}), "the server"),
        (Fault(200, b"{}"), "the server"),
        (Fault(200, b"[]"), "the server"),
    ],
)
def test_lasting_faults_are_that_items_failure(api: Api, item: Item, fault: Fault, message: str) -> None:
    api.server.faults = [fault]
    adapter = api.loaded("retries=0", "timeout=0.3" if fault.silent else "timeout=300")
    with pytest.raises(EditFailed) as failed:
        adapter.edit(item, 1)
    assert str(failed.value).startswith(message)
    assert SECRET not in str(failed.value)
    assert "\n" not in str(failed.value)
    assert adapter.notes() == {"tries": 1, "us_dollars": 0}


@pytest.mark.parametrize(
    ("fault", "message"),
    [
        (error(401, f"bad key {SECRET}"), "the server refuses the key (401: bad key ["),
        (error(402, "no credits"), "the account is spent (402: no credits)"),
        (error(403, "not for you"), "the server does not give "),
        (error(404, "no such model"), "the server does not give "),
        (error(429, "later", Retry_After="600"), "the server answered 429: later; it asks to be left alone"),
    ],
)
def test_what_would_fail_every_item_ends_the_run(api: Api, item: Item, fault: Fault, message: str) -> None:
    api.server.faults = [fault]
    adapter = api.loaded()
    with pytest.raises(AdapterError) as ended:
        adapter.edit(item, 1)
    assert str(ended.value).startswith(message)
    assert SECRET not in str(ended.value)
    assert len(api.server.requests) == 1
    with pytest.raises(AdapterError, match=str(ended.value)[:20].replace("(", r"\(")):
        adapter.edit(item, 1)  # of those under way, none asks again
    assert len(api.server.requests) == 1


def test_an_outage_ends_the_run_and_one_bad_item_does_not(api: Api, item: Item) -> None:
    adapter = api.loaded("retries=0")
    for _ in range(3):
        api.server.faults = [error(500, "oh")] * (IN_A_ROW - 1)
        for _ in range(IN_A_ROW - 1):
            with pytest.raises(ServerFailed):
                adapter.edit(item, 1)
        adapter.edit(item, 1)
    api.server.faults = [error(500, "oh")] * IN_A_ROW
    for _ in range(IN_A_ROW - 1):
        with pytest.raises(EditFailed):
            adapter.edit(item, 1)
    with pytest.raises(
        AdapterError, match="failed for 3 items in a row, the last time: the server answered 500"
    ):
        adapter.edit(item, 1)


def test_nobody_at_the_address(api: Api, item: Item) -> None:
    adapter = api.loaded("retries=1")
    api.server.server.shutdown()
    api.server.server.server_close()
    with pytest.raises(AdapterError, match="nobody answers at http://127.0.0.1"):
        adapter.edit(item, 1)


def picture(api: Api, encoded: str) -> Fault:
    """An answer with that text in place of a picture in base64."""
    return said(gemini(encoded)) if api.name == "gemini_images" else answer(b64_json=encoded)


@pytest.mark.parametrize("encoded", ["%%%", "aGVsbG8="])
def test_a_picture_that_is_none_is_that_items_failure(
    gemini_api: Api, seedream_api: Api, item: Item, encoded: str
) -> None:
    for api in (gemini_api, seedream_api):
        api.server.faults = [picture(api, encoded)]
        with pytest.raises(EditFailed, match="the server's answer is no"):
            api.loaded("retries=0").edit(item, 1)


def test_a_picture_of_another_size_is_the_edit(gemini_api: Api, seedream_api: Api, item: Item) -> None:
    for api in (gemini_api, seedream_api):
        api.server.faults = [picture(api, edited(png(np.zeros((30, 70, 3), np.uint8)), 0))]
        assert api.loaded().edit(item, 1).size == (70, 30)


def test_without_a_key_nothing_starts(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    kind = type(api.adapter())
    assert kind.state() == "ready"
    monkeypatch.delenv(kind.key)
    assert kind.state() == f"needs {kind.key}, or a server by --set base_url=..."
    monkeypatch.setattr(kind, "package", "no-such-package")
    assert kind.state() == "needs the package no-such-package"
    adapter = kind(kind.Settings())
    with pytest.raises(AdapterError, match=f"no key: export {kind.key}, or name a server of your own"):
        adapter.load()
    adapter.close()
    monkeypatch.setenv(kind.key, "two\nlines")
    with pytest.raises(AdapterError, match="holds characters that no key has"):
        api.loaded()

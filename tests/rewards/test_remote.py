"""The client before a server that does whatever can go wrong."""

import json
import socket
import threading
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from helpers.reward_server import HEALTH, Reply, answering, rewards

from motionedit_bench.errors import UsageError
from motionedit_bench.records import Item, Picture
from motionedit_bench.rewards import wire
from motionedit_bench.rewards.remote import RemoteReward

ITEM = Item("item-0", "x", Picture("a", lambda: b""), None)
PICTURES = [np.full((4, 6, 3), level, np.uint8) for level in (0, 128)]

WRONG = {
    "no JSON": (Reply(b"<html>"), "is no JSON"),
    "nothing": (Reply(b""), "is no JSON"),
    "another object": (Reply(b'{"scores": []}'), "rewards: Field required"),
    "too few": (rewards(0.5), "1 rewards for 2 edits"),
    "too many": (rewards(0.5, 0.5, 0.5), "3 rewards for 2 edits"),
    "another item": (rewards(0.5, 0.5, id="item-1"), "of item 'item-1', asked was 'item-0'"),
    "NaN": (Reply(rewards(0.5, 77).body.replace(b"77", b"NaN")), "is no JSON"),
    "NaN among the terms": (Reply(rewards(0.5, 0.5, terms={"a": 77}).body.replace(b"77", b"NaN")), "no JSON"),
    "a word": (rewards(0.5, "0.5"), "rewards.1.reward"),
    "true": (rewards(0.5, True), "rewards.1.reward"),
    "above 1": (rewards(0.5, 5), "a reward must be in 0..1, but got 5"),
    "below 0": (rewards(0.5, -0.1), "a reward must be in 0..1"),
    "no value, and well": (rewards(0.5, None), "a value goes with status ok alone"),
    "a value, and not well": (rewards(0.5, 0.5, status="failed"), "a value goes with status ok alone"),
    "no reason": (rewards(None, None, status="failed"), "needs a reason"),
    "no such status": (rewards(None, None, status="bad", reason="x"), "status must be one of"),
    "another reward": (
        Reply(rewards(0.5, 0.5).body, identity="of another"),
        "it answers by another reward than at the start",
    ),
    "no reward named": (Reply(rewards(0.5, 0.5).body, identity=None), "by another reward"),
    "refused": (Reply(b'{"error": "unknown item"}', 404), "it answered 404: unknown item"),
    "broken": (Reply(b"oh", 500), "it answered 500: oh"),
}


@pytest.mark.parametrize("fault", WRONG)
def test_an_answer_that_is_none_gives_no_reward_but_the_reason(fault):
    reply, said = WRONG[fault]
    with answering(lambda _: reply) as url:
        client = RemoteReward(url)
        found = client.score(ITEM, PICTURES)
        client.close()
    assert [(one.value, one.status) for one in found] == [(None, "failed")] * 2
    assert said in found[0].reason
    assert found[0].reason.startswith(f"reward server {url}: ")
    assert "\n" not in found[0].reason


def test_a_good_answer_is_taken_as_it_is():
    with answering(lambda _: rewards(0.25, 1)) as url:
        client = RemoteReward(url, HEALTH["reward"], "abc")
        assert [one.value for one in client.score(ITEM, PICTURES)] == [0.25, 1]
        assert client.facts() == {**HEALTH["reward"], "server": url}
        client.close()


def test_what_can_be_mended_is_tried_again():
    replies = (Reply(cut=True), Reply(b'{"error": "busy"}', 503), Reply(b"", 429), rewards(0.5, 0.75))
    with answering(lambda asked: replies[asked]) as url:
        client = RemoteReward(url, patience=60)
        assert [one.value for one in client.score(ITEM, PICTURES)] == [0.5, 0.75]
        client.close()


def test_a_server_that_stays_busy_costs_patience_once_and_is_told_once(capfd):
    busy, times = [True], [0]

    def reply(asked):
        times[0] = asked + 1
        return Reply(b'{"error": "busy"}', 503) if busy else rewards(0.5, 0.5)

    with answering(reply) as url:
        client = RemoteReward(url, patience=1)
        assert client.score(ITEM, PICTURES)[0].reason.endswith("it answered 503: busy")
        before = times[0]
        for _ in range(20):
            assert client.score(ITEM, PICTURES)[0].status == "failed"
        assert times[0] - before == 20  # each is asked once, with no waiting
        assert capfd.readouterr().err.count("waiting up to 1 s for the reward server") == 1
        busy.clear()
        assert client.score(ITEM, PICTURES)[0].value == 0.5
        client.close()


def test_a_server_that_never_answers_ends_in_a_reason():
    with socket.create_server(("127.0.0.1", 0)) as mute:
        url = f"http://127.0.0.1:{mute.getsockname()[1]}"
        with pytest.raises(UsageError, match=f"no reward server at {url} .ReadTimeout"):
            RemoteReward(url, patience=0, timeout=0.2)


def test_large_groups_are_asked_about_in_parts(monkeypatch):
    monkeypatch.setattr(wire, "MOST_ITEMS", 2)
    with answering(lambda asked: (rewards(0.1, 0.2), rewards(0.3))[asked]) as url:
        client = RemoteReward(url)
        assert [one.value for one in client.score(ITEM, [*PICTURES, PICTURES[0]])] == [0.1, 0.2, 0.3]
        client.close()


@pytest.mark.parametrize(
    ("asked", "fingerprint", "said"),
    [
        ({"flow": "unimatch"}, None, 'has flow "dis", asked for is "unimatch"'),
        ({"weights": {"motion": 0.5, "judge": 0.5}}, None, 'has weights {"motion":1.0}'),
        ({"rounded": True}, None, "has rounded false"),
        ({}, "def", r"other items \(fingerprint abc\) than asked for \(def\)"),
    ],
)
def test_a_server_of_another_reward_or_of_other_items_is_refused_at_the_start(asked, fingerprint, said):
    with answering(lambda _: rewards(0.5)) as url, pytest.raises(UsageError, match=said) as raised:
        RemoteReward(url, asked, fingerprint)
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize(
    "body",
    [
        b"", b"[]", b"{}", b'{"reward": {}, "bench": 3}', b"<html>",
        b'{"reward": [], "bench": {"fingerprint": "abc"}, "identity": "x"}',
        b'{"reward": {}, "bench": {"fingerprint": "abc"}, "identity": null}',
        b'{"reward": {}, "bench": {"fingerprint": null}, "identity": "x"}',
    ],
)  # fmt: skip
def test_what_is_no_reward_server_is_said(body):
    with (
        answering(lambda _: rewards(0.5), lambda: Reply(body)) as url,
        pytest.raises(UsageError, match="is no reward server"),
    ):
        RemoteReward(url)


def test_where_nobody_listens_that_is_said():
    with pytest.raises(UsageError, match="no reward server at http://127.0.0.1:1 .ConnectError"):
        RemoteReward("http://127.0.0.1:1", patience=0)


@pytest.mark.parametrize(
    "url", ["", "localhost:8000", "ftp://here", "http://", "http://here:99999", "http://a b"]
)
def test_what_is_no_address_is_refused_at_once(url):
    with pytest.raises(UsageError, match="--reward-server must look like http://HOST:PORT, but got"):
        RemoteReward(url)


def test_a_password_in_the_address_would_end_up_in_files():
    with pytest.raises(UsageError, match="without a name, password or query") as refused:
        RemoteReward("http://me:secret@127.0.0.1:8000")
    assert "secret" not in str(refused.value)


def test_closing_ends_the_waiting_for_a_server_that_is_silent():
    with answering(lambda _: Reply(b'{"error": "busy"}', 503)) as url, ThreadPoolExecutor(1) as pool:
        client = RemoteReward(url, patience=600)
        waiting = threading.Event()
        client._say_waiting = lambda _: waiting.set()
        asked = pool.submit(client.score, ITEM, PICTURES)
        assert waiting.wait(300)
        client.close()
        asked.exception(300)  # long before its patience is at an end


def test_closing_ends_the_waiting_for_an_answer():
    reached, enough = threading.Event(), threading.Event()

    def late(_):
        reached.set()
        enough.wait(300)
        return rewards(0.5, 0.5)

    with answering(late) as url, ThreadPoolExecutor(1) as pool:
        client = RemoteReward(url)
        asked = pool.submit(client.score, ITEM, PICTURES)
        assert reached.wait(300)
        client.close()
        assert [one.status for one in asked.result(300)] == ["failed", "failed"]
        enough.set()


def test_a_servers_reason_is_one_line():
    with answering(lambda _: rewards(None, None, status="failed", reason="a\nb " + "c" * 900)) as url:
        client = RemoteReward(url)
        reason = client.score(ITEM, PICTURES)[0].reason
        client.close()
    assert reason.startswith("a b ccc")
    assert len(reason) == 300


@pytest.mark.parametrize("image", ["é", "a", "====", "\n"])
def test_what_is_no_base64_is_the_askers_fault(image):
    with pytest.raises(
        wire.Rejected, match=r"items.0.image \(item-0\): not (base64|an image)|is empty"
    ) as said:
        wire.read_request(json.dumps({"items": [{"id": "item-0", "image": image}]}).encode())
    assert said.value.status == 422


def test_bodies_say_what_was_put_into_them():
    body = wire.request_of("item-0", PICTURES)
    read = wire.read_request(body)
    assert [name for name, _ in read] == ["item-0"] * 2
    for (_, pixels), picture in zip(read, PICTURES, strict=True):
        np.testing.assert_array_equal(pixels, picture)
    assert set(json.loads(body)["items"][0]) == {"id", "image"}

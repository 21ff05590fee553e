import base64
import io
import json
import math
import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from email.utils import formatdate

import pytest
from helpers.served_judge import ask, call, in_turn, served
from helpers.tiny_judge_server import MODEL, Reply, failing, judging, rating, saying
from PIL import Image

from motionedit_bench.calls.budget import Budget, OverBudget
from motionedit_bench.calls.pace import Pace
from motionedit_bench.errors import UsageError
from motionedit_bench.metrics.judge.answer import scores_of
from motionedit_bench.metrics.judge.model import CallFailed
from motionedit_bench.metrics.judge.prices import Price
from motionedit_bench.metrics.judge.served import Served

GOOD = saying(rating(4, 3, 2))


@pytest.fixture(autouse=True)
def no_keys(monkeypatch):
    for name in ("OPENAI_API_KEY", "OPENAI_BASE_URL", "GEMINI_API_KEY"):
        monkeypatch.delenv(name, raising=False)


def test_the_request_holds_the_question_the_pictures_and_the_form(monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", "sk-secret")
    answer, tiny = ask(GOOD)
    assert scores_of(answer) == {"fidelity": 4, "preservation": 3, "coherence": 2}
    assert (answer.model, answer.tokens_in, answer.tokens_out) == (MODEL, 1000, 50)
    (asked,) = tiny.asked
    assert (asked.path, asked.key) == ("/v1/chat/completions", "sk-secret")
    assert asked.body["model"] == "m"
    assert asked.body["temperature"] == 0
    assert '"Raise the left arm."' in asked.text
    first, second = (part["image_url"]["url"] for part in asked.body["messages"][0]["content"][1:])
    for url, colour in ((first, (255, 0, 0)), (second, (0, 0, 255))):
        head, _, content = url.partition(",")
        assert head == "data:image/png;base64"
        assert Image.open(io.BytesIO(base64.b64decode(content))).getpixel((0, 0)) == colour
    schema = asked.body["response_format"]["json_schema"]["schema"]
    assert schema["required"] == ["reason", "fidelity", "preservation", "coherence"]


def test_a_digit_is_asked_for_with_its_probabilities():
    reply = saying("4", logprobs={"4": math.log(0.75), "2": math.log(0.25)})
    answer, tiny = ask(reply, call("fidelity"))
    assert answer.digits == {"4": math.log(0.75), "2": math.log(0.25)}
    body = tiny.asked[0].body
    assert (body["max_tokens"], body["logprobs"], body["top_logprobs"]) == (1, True, 20)
    assert "response_format" not in body


@pytest.mark.parametrize(
    "fault",
    [
        failing(429),
        failing(429, Retry_After="0"),
        failing(429, Retry_After="soon"),
        failing(500),
        failing(503, Retry_After=formatdate(usegmt=True)),
        Reply(502, b"<html>Bad gateway</html>"),
        Reply(cut=True),
        Reply(200, b""),
        Reply(200, b"{"),
        Reply(200, b"[]"),
        Reply(200, b'{"choices": []}'),
        Reply(200, b'{"choices": [{"message": {"content": 4}}]}'),
        Reply(200, b"\xff\xfe"),
    ],
)
def test_what_a_retry_can_mend_is_tried_again(fault):
    answer, tiny = ask(in_turn(fault, GOOD))
    assert scores_of(answer)["fidelity"] == 4
    assert len(tiny.asked) == 2


@pytest.mark.parametrize("status", [400, 403, 404, 413, 422])
def test_what_no_retry_can_mend_is_asked_once(status):
    with judging(failing(status, "not like that")) as tiny:
        model = served(tiny)
        with pytest.raises(CallFailed, match=f"answered {status}: not like that"):
            model.ask(call())
        model.close()
        assert len(tiny.asked) == 1


def test_it_gives_up_after_its_tries_and_says_how_many():
    with judging(failing(500, "out of order")) as tiny:
        model = served(tiny)
        with pytest.raises(CallFailed, match=r"answered 500: out of order \(3 tries\)"):
            model.ask(call())
        model.close()
        assert len(tiny.asked) == 3


def test_retry_after_is_waited_for():
    _, tiny = ask(in_turn(failing(429, Retry_After="1"), GOOD))
    assert tiny.asked[1].arrived - tiny.asked[0].arrived >= 1.0


def test_a_server_that_wants_to_be_left_alone_for_long_is_left_alone():
    with judging(failing(429, Retry_After="3600")) as tiny:
        model = served(tiny)
        with pytest.raises(CallFailed, match="left alone for 3600 s"):
            model.ask(call())
        model.close()
        assert len(tiny.asked) == 1


def test_a_server_that_answers_byte_by_byte_is_not_waited_for():
    with judging(Reply(200, GOOD.body, seconds_a_byte=0.5)) as tiny:
        model = served(tiny, pace=Pace(tries=1, timeout=0.5))
        started = time.monotonic()
        with pytest.raises(CallFailed, match=r"no whole answer within 0\.5 s"):
            model.ask(call())
        assert time.monotonic() - started < 0.25 * len(GOOD.body)  # half of what all of it takes
        model.close()


def test_nobody_at_the_address_is_found_once():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}/v1"
    model = Served("openai", "m", url, Pace(tries=2, backoff=0.01))
    with pytest.raises(CallFailed, match="nobody answers"):
        model.ask(call())
    with pytest.raises(CallFailed, match="not asked: nobody answers"):
        model.ask(call())
    model.close()


def test_a_refused_key_ends_all_asking_and_is_not_shown(monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", "sk-secret")
    with judging(failing(401, "Incorrect API key provided: sk-secret")) as tiny:
        model = served(tiny)
        for _ in range(2):
            with pytest.raises(CallFailed, match="401") as caught:
                model.ask(call())
            assert "sk-secret" not in str(caught.value)
        model.close()
        assert len(tiny.asked) == 1


@pytest.mark.parametrize("code", ["content_policy_violation", "content_filter"])
def test_a_safety_system_is_an_answer(code):
    answer, tiny = ask(failing(400, "not this picture", code))
    assert answer.refusal == "400: not this picture"
    assert len(tiny.asked) == 1


def test_a_server_without_structured_output_is_asked_without():
    def reply(asked, before):
        if "response_format" in asked.body:
            return failing(400, "response_format is not supported")
        return GOOD

    answer, tiny = ask(reply)
    assert scores_of(answer)["coherence"] == 2
    assert len(tiny.asked) == 2


def test_all_calls_under_way_are_asked_again_by_a_server_without_structured_output():
    all_there = threading.Barrier(4)

    def reply(asked, before):
        if "response_format" in asked.body:
            all_there.wait(300)
            return failing(400, "response_format is not supported")
        return GOOD

    with judging(reply) as tiny:
        model = served(tiny)
        with ThreadPoolExecutor(4) as pool:
            answers = list(pool.map(lambda repeat: model.ask(call(repeat=repeat)), range(4)))
        model.close()
        assert len(tiny.asked) == 8
    assert [scores_of(answer)["coherence"] for answer in answers] == [2] * 4


def test_fields_are_added_changed_and_left_out():
    _, tiny = ask(GOOD, fields={"temperature": None, "max_completion_tokens": 99, "max_tokens": None})
    body = tiny.asked[0].body
    assert "temperature" not in body
    assert "max_tokens" not in body
    assert body["max_completion_tokens"] == 99


def test_gemini_is_asked_without_a_seed_and_needs_its_own_key(monkeypatch):
    with pytest.raises(UsageError, match="GEMINI_API_KEY"):
        Served("gemini", "m")
    monkeypatch.setenv("GEMINI_API_KEY", "g")
    _, tiny = ask(GOOD, provider="gemini")
    assert "seed" not in tiny.asked[0].body
    assert tiny.asked[0].key == "g"


@pytest.mark.parametrize("url", ["localhost:8000", "ftp://host/v1", "http://", "http://me:pw@host/v1", ""])
def test_an_address_that_is_none_is_refused(url, monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", "x")
    if url:
        with pytest.raises(UsageError, match="--base-url"):
            Served("openai", "m", url)
    else:
        assert Served("openai", "m").base_url == "https://api.openai.com/v1"


def test_no_more_calls_than_allowed_tries_included():
    with judging(in_turn(failing(500), failing(500), GOOD)) as tiny:
        model = served(tiny, budget=Budget(max_calls=2))
        with pytest.raises(OverBudget, match="--max-calls is 2"):
            model.ask(call())
        model.close()
        assert len(tiny.asked) == 2


def test_money_is_counted_by_the_tokens_that_the_server_reports():
    budget = Budget(max_cost=0.004)
    price = Price(input=2.0, output=10.0)
    with judging(GOOD) as tiny:
        model = served(tiny, budget=budget, price=price)
        model.ask(call())
        assert budget.spent == pytest.approx((1000 * 2 + 50 * 10) / 1e6)
        with pytest.raises(OverBudget, match=r"--max-cost is 0\.004"):
            model.ask(call(repeat=1))
        model.close()
        assert len(tiny.asked) == 1
    assert (budget.calls, budget.tokens_in, budget.tokens_out) == (1, 1000, 50)


def test_calls_begin_no_faster_than_allowed():
    with judging(GOOD) as tiny:
        model = served(tiny, pace=Pace(rpm=300))
        threads = [threading.Thread(target=model.ask, args=(call(repeat=k),)) for k in range(5)]
        started = time.monotonic()  # a call may arrive late, but none before its turn
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        model.close()
        arrived = sorted(asked.arrived for asked in tiny.asked)
    assert all(place * 0.2 <= one - started + 0.02 for place, one in enumerate(arrived))


def test_closing_ends_calls_under_way():
    closed = threading.Event()

    def reply(asked, before):
        closed.wait(300)
        return GOOD

    with judging(reply) as tiny:
        model = served(tiny)
        failures = []

        def one():
            try:
                model.ask(call())
            except CallFailed as error:
                failures.append(str(error))

        thread = threading.Thread(target=one)
        thread.start()
        while not tiny.asked:
            time.sleep(0.01)
        model.close()
        thread.join()
        closed.set()
    assert failures == ["interrupted"]


def test_hostile_bodies_end_as_failures():
    for body in (b'{"choices": [{"message": null}]}', b"[" * 100000, json.dumps({"choices": {}}).encode()):
        with judging(Reply(200, body)) as tiny:
            model = served(tiny)
            with pytest.raises(CallFailed, match="not of the protocol"):
                model.ask(call())
            model.close()


@pytest.mark.parametrize("name", ["model", "messages", "stream"])
def test_whom_and_what_to_ask_is_no_field_to_be_set(name):
    with pytest.raises(UsageError, match=f"--judge-set {name}= is no setting"):
        Served("openai", "m", "http://127.0.0.1:9/v1", fields={name: True})

"""What becomes of bodies that are no answers: errors under status 200, too much, packed, in odd bytes."""

import gzip
import json
import zlib

import pytest
from helpers.served_judge import ask, call, in_turn, served
from helpers.tiny_judge_server import Reply, failing, judging, rating, saying

from motionedit_bench.errors import UsageError
from motionedit_bench.metrics.judge.answer import reason_of, scores_of
from motionedit_bench.metrics.judge.asking import CallFailed
from motionedit_bench.metrics.judge.served import Served
from motionedit_bench.metrics.judge.transport import MOST_BYTES

SAID, DRAFT = rating(4, 3, 2), rating(1, 1, 1)
GOOD = saying(SAID)


@pytest.fixture(autouse=True)
def no_keys(monkeypatch):
    for name in ("OPENAI_API_KEY", "OPENAI_BASE_URL", "GEMINI_API_KEY"):
        monkeypatch.delenv(name, raising=False)


def saying_error(error, **more):
    return Reply(200, json.dumps({"error": error} | more).encode())


@pytest.mark.parametrize(
    ("reply", "said"),
    [
        (saying_error({"message": "Insufficient credits", "code": 402}), "error 402: Insufficient credits"),
        (saying_error({"message": "No auth", "code": "401"}), "error 401: No auth"),
        (saying_error({"message": "Not you", "code": 403}), "error 403: Not you"),
        (saying_error({"message": "Which?", "code": "model_not_found"}), "error 404: Which?"),
        (saying_error({"message": "Wrong", "status": "UNAUTHENTICATED"}), "error 401: Wrong"),
        (saying_error({"message": "Spent", "type": "insufficient_quota"}), "with an error: Spent"),
        (
            Reply(200, b'{"object": "error", "message": "Never heard of m", "code": 404}'),
            "404: Never heard of m",
        ),
        (Reply(200, b'[{"error": {"message": "Listed", "code": 403}}]'), "error 403: Listed"),
        (
            Reply(200, b'{"choices": [{"error": {"message": "Inside", "code": 402}, "message": {}}]}'),
            "error 402: Inside",
        ),
        (Reply(200, b'{"success": false, "errors": [{"code": 401, "message": "Cloudy"}]}'), "401: Cloudy"),
        (failing(402, "Pay first"), "answered 402: Pay first"),
    ],
)
def test_an_error_under_status_200_is_what_its_code_says_and_hopeless_ones_are_asked_once(reply, said):
    with judging(reply) as tiny:
        model = served(tiny)
        for words in (said, "not asked: the server"):
            with pytest.raises(CallFailed) as caught:
                model.ask(call())
            assert words in str(caught.value)
            assert "tries" not in str(caught.value)
        model.close()
        assert len(tiny.asked) == 1


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (saying_error({"message": "slower", "code": 429}), "error 429: slower"),
        (saying_error({"message": "broken", "code": "502"}), "error 502: broken"),
        (saying_error({"message": "slow", "type": "rate_limit_exceeded"}), "error 429: slow"),
        (saying_error("upstream went away"), "an error: upstream went away"),
        (saying_error({"metadata": {"raw": "?"}}), 'an error: {"metadata"'),
        (saying_error({"message": "late", "code": 40003}), "an error: late"),
        (Reply(200, b'{"detail": "warming up"}'), "an error: warming up"),
        (Reply(200, b'{"choices": null}'), "not of the protocol"),
        (Reply(200, b'{"choices": [null]}'), "not of the protocol"),
        (Reply(200, b'{"choices": [], "message": "nobody home"}'), "an error: nobody home"),
        (Reply(200, b"<html><h1>Sign in</h1></html>"), "no JSON: <html><h1>Sign in"),
        (saying(rating(1, 1, 1), finish="error"), "ends by 'error'"),
        (saying(rating(1, 1, 1), finish="abort"), "ends by 'abort'"),
        (saying(rating(1, 1, 1), finish={"why": 1}), "ends by"),
        (Reply(200, gzip.compress(GOOD.body)[:50], {"Content-Encoding": "gzip"}), "not of the protocol"),
        (Reply(200, GOOD.body, {"Content-Encoding": "gzip"}), "cannot be unpacked"),
        (Reply(200, GOOD.body, {"Content-Encoding": "br"}), "packed as 'br'"),
    ],
)
def test_what_another_try_may_mend_is_tried_again_and_told_in_the_servers_words(fault, said):
    answer, tiny = ask(in_turn(fault, GOOD))
    assert scores_of(answer)["fidelity"] == 4
    assert len(tiny.asked) == 2
    with pytest.raises(CallFailed) as caught:
        ask(fault)
    assert said in str(caught.value)
    assert str(caught.value).endswith("(3 tries)")


@pytest.mark.parametrize(
    "content",
    [
        [{"type": "text", "text": SAID}],
        [
            {"type": "thinking", "thinking": [{"type": "text", "text": DRAFT}]},
            {"text": SAID},
        ],
        [{"type": "reasoning", "text": DRAFT}, {"type": "output_text", "text": SAID}],
        [
            {"type": "text", "text": DRAFT, "thought": True},
            {"type": "text", "text": SAID},
        ],
        [{"type": "text", "text": SAID[:9]}, {"type": "text", "text": SAID[9:]}],
    ],
)
def test_a_message_in_parts_is_its_text_without_its_thoughts(content):
    assert scores_of(ask(saying(content, reasoning_content=rating(0, 0, 0)))[0])["fidelity"] == 4


def test_thoughts_in_a_field_of_their_own_are_no_answer():
    answer, tiny = ask(saying(None, reasoning_content=rating(5, 5, 5)))
    assert (answer.text, len(tiny.asked)) == (None, 1)


@pytest.mark.parametrize(
    ("packing", "pack"), [("gzip", gzip.compress), ("deflate", zlib.compress), ("GZIP", gzip.compress)]
)
def test_a_packed_answer_is_unpacked_though_nobody_asked_for_it(packing, pack):
    answer, _ = ask(Reply(200, pack(GOOD.body), {"Content-Encoding": packing}))
    assert scores_of(answer)["fidelity"] == 4


@pytest.mark.parametrize("packed", [True, False])
def test_more_than_an_answer_can_be_is_not_read(packed):
    large = b'{"x": "' + b" " * (5 * MOST_BYTES) + b'"}'
    reply = Reply(200, gzip.compress(large, 1), {"Content-Encoding": "gzip"}) if packed else Reply(200, large)
    with pytest.raises(CallFailed, match="larger than 10 MB"):
        ask(reply)


BODY = json.dumps({"choices": [{"message": {"content": "%s"}, "finish_reason": "stop"}]})


REST = rb"\",\"fidelity\":4,\"preservation\":4,\"coherence\":4}"


@pytest.mark.parametrize(
    ("told", "reason"),
    [
        (rb"half \ud83d", "half \\ud83d"),
        (rb"half \\ud83d", "half \\ud83d"),
        (b"caf\xe9", "caf\\udce9"),
        (b"\xed\xa0\xbd", "\\udced\\udca0\\udcbd"),
    ],
)
def test_an_answer_that_no_file_can_hold_as_it_is_counts_and_is_asked_for_once(told, reason):
    content = rb"{\"reason\":\"" + told + REST
    answer, tiny = ask(Reply(200, BODY.encode().replace(b"%s", content)))
    assert scores_of(answer) == {"fidelity": 4, "preservation": 4, "coherence": 4}
    assert reason_of(answer) == reason
    assert answer.text.encode()
    assert len(tiny.asked) == 1


KEY = "sk-proj-0123456789abcdef"


@pytest.mark.parametrize(
    "echo", [KEY, KEY[:-1], KEY.replace("-", "%2D"), "".join(f"\\u{ord(c):04x}" for c in KEY)]
)
def test_the_key_is_nowhere_in_what_comes_back(monkeypatch, echo):
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    answer, _ = ask(saying(rating(4, 3, 2, note=echo), model=f"m {echo}", refusal=None))
    assert scores_of(answer)["fidelity"] == 4
    assert "[key]" in answer.model
    for reply in (
        failing(400, "x" * 285 + echo),
        saying_error(f"no: {echo}"),
        Reply(200, f"<p>{echo}".encode()),
        Reply(403, b"x" * 290 + echo.encode()),
        saying(rating(1, 1, 1), finish=echo),
    ):
        with pytest.raises(CallFailed) as caught:
            ask(reply)
        assert KEY[:12] not in str(caught.value) + json.dumps(answer.as_json())
    answer, _ = ask(saying([{"text": KEY[:9]}, {"text": KEY[9:]}]))
    assert answer.text == "[key]"


def test_a_key_does_not_get_into_files_by_the_users_own_words(monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    for choices in ({"model": KEY}, {"base_url": f"http://h/{KEY}/v1"}, {"fields": {"user": {"id": KEY}}}):
        with pytest.raises(UsageError, match="a key stands in") as caught:
            Served("openai", **({"model": "m", "base_url": "http://h/v1"} | choices))
        assert KEY not in str(caught.value)
    with pytest.raises(UsageError, match="without a name, password or query") as caught:
        Served("openai", "m", "http://me:secret@h/v1")
    assert "secret" not in str(caught.value)
    monkeypatch.setenv("OPENAI_API_KEY", f"{KEY}\u2019")
    with pytest.raises(UsageError, match="no key has"):
        Served("openai", "m")


@pytest.mark.parametrize("name", ["ALL_PROXY", "all_proxy", "HTTPS_PROXY"])
@pytest.mark.parametrize("address", ["socks://u:hush@127.0.0.1:7891/", "socks5://127.0.0.1:1", "ftp://x"])
def test_a_proxy_that_cannot_be_used_is_said_before_anything_is_asked(monkeypatch, name, address):
    monkeypatch.setenv(name, address)
    with pytest.raises(UsageError, match=rf"the proxy that {name} .* names cannot be used") as caught:
        Served("openai", "m", "http://127.0.0.1:1/v1")
    assert "hush" not in str(caught.value)

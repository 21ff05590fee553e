"""`openai_images` against a real HTTP server on loopback, with faults on purpose: one edit at a time."""

import io
import json
from typing import Any

import numpy as np
import pytest
from helpers.images_client import MODEL, SECRET, failure, loaded, pixels
from helpers.pictures import png
from helpers.tiny_images_server import Fault, TinyImagesServer, answer, edited, error, serving
from PIL import Image

from motionedit_bench.errors import (
    AdapterError,
    EditFailed,
    EditRefused,
    ImageError,
    ServerFailed,
)
from motionedit_bench.records import Item, Picture


def test_what_is_sent_and_what_comes_back(server: TinyImagesServer, items: tuple[Item, ...]) -> None:
    image = loaded("send_seed=true").edit(items[0], 7)
    (request,) = server.requests
    assert (request.path, request.key) == ("/v1/images/edits", SECRET)
    assert request.fields == {"model": MODEL, "prompt": items[0].instruction, "seed": "7"}
    sent = Image.open(io.BytesIO(request.image))
    assert (sent.format, sent.mode, sent.size) == ("PNG", "RGB", (160, 120))
    assert (pixels(sent) == pixels(Image.open(io.BytesIO(items[0].input.read())))).all()
    assert (pixels(image) == (pixels(sent) + 7) % 256).all()


def test_only_what_is_asked_for_is_sent(server: TinyImagesServer, items: tuple[Item, ...]) -> None:
    loaded().edit(items[0], 7)
    assert set(server.requests[0].fields) == {"model", "prompt"}
    adapter = loaded(
        "size=64x48",
        "quality=low",
        "response_format=b64_json",
        "num_inference_steps=3",
        "guidance_scale=2.5",
        "true_cfg_scale=4",
        "negative_prompt=blur",
        "input_fidelity=high",
        'extra={"cfg_text_scale": 4}',
    )
    adapter.edit(items[0], 7)
    sent = {
        "size": "64x48",
        "quality": "low",
        "response_format": "b64_json",
        "num_inference_steps": 3,
        "guidance_scale": 2.5,
        "true_cfg_scale": 4.0,
        "negative_prompt": "blur",
        "input_fidelity": "high",
        "cfg_text_scale": 4,
    }
    expected = {name: str(value) for name, value in sent.items()}
    assert server.requests[1].fields == {"model": MODEL, "prompt": items[0].instruction, **expected}
    facts = adapter.provenance()
    assert facts["sent"] == sent
    assert (facts["model"], facts["base_url"], facts["revision"]) == (MODEL, server.url, None)
    assert facts["seeding"] == "left to the server"
    assert SECRET not in json.dumps(facts)


def test_an_input_that_cannot_be_read_is_not_sent(server: TinyImagesServer) -> None:
    with pytest.raises(ImageError, match="not an image"):
        loaded().edit(Item("a", "Move it.", Picture("a.png", lambda: b"text")), 1)
    assert server.requests == []


@pytest.mark.parametrize(
    "fault",
    [error(429, "slow down"), error(500), error(503), Fault(cut=True), Fault(silent=True)],
    ids=["429", "500", "503", "cut", "slow"],
)
def test_passing_faults_are_tried_again(
    server: TinyImagesServer, items: tuple[Item, ...], fault: Fault
) -> None:
    server.faults = [fault]
    loaded("timeout=5" if fault.silent else "timeout=300").edit(items[0], 1)
    assert len(server.requests) == 2
    assert server.requests[0].fields == server.requests[1].fields
    assert server.requests[0].image == server.requests[1].image


def test_the_servers_own_delay_is_kept(server: TinyImagesServer, items: tuple[Item, ...]) -> None:
    server.faults = [error(429, "slow down", Retry_After="1.5")]
    loaded().edit(items[0], 1)
    first, second = server.requests
    assert second.arrived - first.arrived >= 1.5  # the back-off of a first retry alone is at most 0.5 s


@pytest.mark.parametrize(
    ("fault", "message"),
    [
        (error(429, "slow down"), "the server answered 429: slow down"),
        (error(500, "out of memory"), "the server answered 500: out of memory"),
        (Fault(502, b"<html>Bad Gateway</html>"), "the server answered 502: <html>Bad Gateway</html>"),
        (Fault(500), "the server answered 500: no reason given"),
        (Fault(422, b'{"detail": "size is odd"}'), "the server answered 422: size is odd"),
        (Fault(422, b'{"detail": [{"loc": "size"}]}'), 'the server answered 422: [{"loc": "size"}]'),
        (Fault(400, b'{"error": "x' + 999 * b"y" + b'"}'), "the server answered 400: xyyy"),
        (Fault(cut=True), "the connection to the server was lost: "),
        (Fault(silent=True), "the server did not answer within 0.5 s"),
        (Fault(200, b"{"), "the server's answer is not JSON"),
        (Fault(200, b"hello", {"Content-Type": "text/plain"}), "the server answered without an image"),
        (Fault(200, b"{}"), "the server answered without an image"),
        (Fault(200, b"[]"), "the server answered without an image"),
        (Fault(200, b'{"data": []}'), "the server answered without an image"),
        (Fault(200, b'{"data": 1}'), "the server answered without an image"),
        (answer(b64_json=None), "the server answered without an image"),
        (answer(b64_json=5), "the server answered without an image"),
        (answer(url="http://127.0.0.1/a.png"), "with a URL: ask for the picture with --set response_format"),
        (answer(b64_json="%%%"), "the server's answer is no image: "),
        (answer(b64_json="aGVsbG8="), "the server's answer is no image: not an image of the formats"),
    ],
)
def test_lasting_faults_are_that_items_failure(
    server: TinyImagesServer, items: tuple[Item, ...], fault: Fault, message: str
) -> None:
    server.faults = [fault]
    failed = failure(items[0], "retries=0", "timeout=0.5" if fault.silent else "timeout=300")
    by_server = fault.cut or fault.silent or fault.status == 429 or fault.status >= 500
    assert type(failed) is (ServerFailed if by_server else EditFailed)
    assert message in str(failed)
    assert len(str(failed)) < 350


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (400, "moderation_blocked"),
        (400, "content_policy_violation"),
        (400, "contentFilter"),
        (403, "content_filter"),
    ],
)
def test_a_refusal_is_no_failure(
    server: TinyImagesServer, items: tuple[Item, ...], status: int, code: str
) -> None:
    server.faults = [error(status, "Rejected by the safety system.", code)]
    refused = failure(items[0])
    assert type(refused) is EditRefused
    assert str(refused) == "the model declined: Rejected by the safety system."


BLACK = edited(png(np.zeros((8, 8, 3), np.uint8)), 0)


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({"error": {"code": "content_filter", "message": "Not this."}}, "Not this."),
        ({"data": [{"error": {"code": "content_filter", "message": "Not this."}}]}, "Not this."),
        ({"data": [{"b64_json": BLACK, "nsfw_content_detected": True}]}, "the safety checker withheld the"),
        ({"data": [{"b64_json": BLACK}], "nsfw_content_detected": [True]}, "the safety checker withheld the"),
    ],
)
def test_a_picture_that_was_withheld_with_status_200_is_refused(
    server: TinyImagesServer, items: tuple[Item, ...], body: dict[str, Any], said: str
) -> None:
    server.faults = [Fault(200, json.dumps(body).encode())]
    refused = failure(items[0])
    assert type(refused) is EditRefused
    assert str(refused).startswith(f"the model declined: {said}")


def test_a_picture_that_was_not_withheld_is_the_edit(
    server: TinyImagesServer, items: tuple[Item, ...]
) -> None:
    picture = {"b64_json": BLACK, "nsfw_content_detected": False, "error": None}
    server.faults = [
        Fault(200, json.dumps({"data": [picture], "nsfw_content_detected": [False]}).encode()),
    ]
    assert loaded().edit(items[0], 1).size == (8, 8)


@pytest.mark.parametrize(
    ("fault", "message"),
    [
        (
            error(401, f"Incorrect API key: {SECRET}"),
            "refuses the key (401: Incorrect API key: [OPENAI_API_KEY])",
        ),
        (
            error(403, "not verified"),
            "the server does not give some/model (403: not verified): check --model",
        ),
        (error(404, "no such model"), "the server does not give some/model (404: no such model)"),
        (error(429, "pay", "insufficient_quota"), "the account is spent (429: pay)"),
        (error(400, "pay", "billing_hard_limit_reached"), "the account is spent (400: pay)"),
    ],
)
def test_what_would_fail_every_item_ends_the_run(
    server: TinyImagesServer, items: tuple[Item, ...], fault: Fault, message: str
) -> None:
    server.faults = [fault]
    ended = failure(items[0], "retries=0")
    assert type(ended) is AdapterError
    assert message in str(ended)


@pytest.mark.parametrize("status", [403, 404])
def test_once_something_was_served_a_forbidden_item_is_its_own_failure(
    server: TinyImagesServer, items: tuple[Item, ...], status: int
) -> None:
    adapter = loaded()
    adapter.edit(items[0], 1)
    server.faults = [error(status, "not this one")]
    with pytest.raises(EditFailed, match=f"the server answered {status}: not this one"):
        adapter.edit(items[1], 1)


def test_nobody_at_the_address(items: tuple[Item, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with serving() as tiny:
        url = tiny.url
    ended = failure(items[0], "retries=0", f"base_url={url}")
    assert type(ended) is AdapterError
    assert f"nobody answers at {url}/ (" in str(ended)
    assert "Connection refused): start the server, or mend --set base_url=..." in str(ended)

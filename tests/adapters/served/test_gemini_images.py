"""How Gemini's answers without a picture end."""

import json
import sys

import numpy as np
import pytest
from helpers.pictures import png
from helpers.tiny_editors import gemini, said
from helpers.tiny_images_server import Fault, edited

from motionedit_bench.errors import AdapterError, EditFailed, EditRefused, MebenchError
from motionedit_bench.records import Item

from .conftest import Api

PICTURE = edited(png(np.zeros((8, 8, 3), np.uint8)), 0)
OTHER = edited(png(np.zeros((4, 4, 3), np.uint8)), 0)


def test_the_request_is_of_the_protocol(gemini_api: Api, item: Item) -> None:
    gemini_api.loaded().edit(item, 7)
    (request,) = gemini_api.server.requests
    assert request.path == "/v1beta/models/gemini-2.5-flash-image:generateContent"
    assert json.loads(request.fields["options"]) == {"responseModalities": ["TEXT", "IMAGE"], "seed": 7}


@pytest.mark.parametrize(
    ("body", "kind", "message"),
    [
        (gemini(finish="NO_IMAGE"), EditRefused, "the model declined: finishReason NO_IMAGE"),
        (
            gemini({"text": "I\ncannot."}, finish="NO_IMAGE"),
            EditRefused,
            "the model declined: finishReason NO_IMAGE: I cannot.",
        ),
        (gemini(finish="IMAGE_SAFETY"), EditRefused, "the model declined: finishReason IMAGE_SAFETY"),
        (
            gemini(PICTURE, finish="IMAGE_SAFETY"),
            EditRefused,
            "the model declined: finishReason IMAGE_SAFETY",
        ),
        (
            gemini(finish="PROHIBITED_CONTENT"),
            EditRefused,
            "the model declined: finishReason PROHIBITED_CONTENT",
        ),
        (
            gemini({"text": "No, " + "x" * 999}),
            EditRefused,
            "the model declined: it answered in words: No, xxx",
        ),
        (gemini(finish="OTHER"), EditFailed, "no image: finishReason OTHER"),
        (gemini(finish="MAX_TOKENS"), EditFailed, "no image: finishReason MAX_TOKENS"),
        (gemini(finish="UNEXPECTED_TOOL_CALL"), EditFailed, "no image: finishReason UNEXPECTED_TOOL_CALL"),
        (gemini(finish="STOP"), EditFailed, "the server answered without an image"),
        (
            {"promptFeedback": {"blockReason": "PROHIBITED_CONTENT"}, "modelVersion": "gemini-tiny-001"},
            EditRefused,
            "the model declined: blockReason PROHIBITED_CONTENT",
        ),
        ({"modelVersion": "gemini-tiny-001"}, EditFailed, "the server answered without a candidate"),
    ],
)
def test_an_answer_without_a_picture(
    gemini_api: Api, item: Item, body: dict[str, object], kind: type[MebenchError], message: str
) -> None:
    gemini_api.server.faults = [said(body)]
    adapter = gemini_api.loaded()
    with pytest.raises(kind) as caught:
        adapter.edit(item, 1)
    assert str(caught.value).startswith(message)
    assert len(str(caught.value)) < 350
    notes = adapter.notes()
    assert (notes["tries"], notes["served_model"]) == (1, "gemini-tiny-001")
    paid = "usageMetadata" in body
    assert ("tokens" in notes, notes["us_dollars"] > 0) == (paid, paid)  # words are paid for as well


def test_thoughts_are_not_the_edit(gemini_api: Api, item: Item) -> None:
    draft = {"inlineData": {"mimeType": "image/png", "data": OTHER}, "thought": True}
    gemini_api.server.faults = [said(gemini({"text": "Here:"}, draft, PICTURE))]
    adapter = gemini_api.loaded()
    assert adapter.edit(item, 1).size == (8, 8)
    assert adapter.notes()["tokens"] == {"in": 270, "out": 1300}


def test_a_barred_account_and_a_wrong_key_end_the_run(gemini_api: Api, item: Item) -> None:
    info = {"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": "API_KEY_INVALID"}
    wrong = {
        "error": {
            "code": 400,
            "message": "API key not valid.",
            "status": "INVALID_ARGUMENT",
            "details": [info],
        }
    }
    for fault, message in (
        (said(gemini(finish="PUP_LIMITED_DISABLED")), "the account is barred"),
        (said(wrong, 400), r"the server refuses the key \(401: API key not valid.\)"),
    ):
        gemini_api.server.faults = [fault]
        with pytest.raises(AdapterError, match=message):
            gemini_api.loaded().edit(item, 1)


def test_the_delay_that_google_writes_into_the_body(gemini_api: Api, item: Item) -> None:
    delay = {"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": "0.4s"}
    body = {"error": {"code": 429, "message": "slow", "status": "RESOURCE_EXHAUSTED", "details": [delay]}}
    gemini_api.server.faults = [Fault(429, json.dumps(body).encode())]
    gemini_api.loaded().edit(item, 1)
    first, second = gemini_api.server.requests
    assert second.arrived - first.arrived >= 0.4


def test_without_the_package(gemini_api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "google.genai", None)
    monkeypatch.delattr("google.genai", raising=False)
    with pytest.raises(AdapterError, match=r"pip install 'motionedit-bench\[gemini\]'"):
        gemini_api.loaded()

"""What Seedream is asked for, and how it declines."""

import pytest
from helpers.tiny_editors import said

from motionedit_bench.errors import AdapterError, EditFailed, EditRefused
from motionedit_bench.records import Item

from .conftest import Api


def test_an_edit_has_no_watermark_and_the_inputs_shape(seedream_api: Api, item: Item) -> None:
    seedream_api.loaded().edit(item, 7)
    seedream_api.loaded("size=2K").edit(item, 7)
    first, second = seedream_api.server.requests
    assert first.path == "/api/v3/images/generations"
    assert first.fields == {
        "model": "seedream-4-0-250828",
        "prompt": item.instruction,
        "size": "1109x832",
        "response_format": "b64_json",
        "watermark": False,
        "sequential_image_generation": "disabled",
    }
    assert second.fields["size"] == "2K"


@pytest.mark.parametrize(
    "code", ["InputImageSensitiveContentDetected", "OutputImageSensitiveContentDetected.Policy"]
)
@pytest.mark.parametrize("within", [True, False])
def test_a_refusal_is_no_failure(seedream_api: Api, item: Item, code: str, within: bool) -> None:
    error = {"code": code, "message": "The picture may be sensitive."}
    seedream_api.server.faults = [
        said({"data": [{"error": error}]}) if within else said({"error": error}, 400)
    ]
    with pytest.raises(EditRefused, match="the model declined: The picture may be sensitive."):
        seedream_api.loaded().edit(item, 1)


def test_a_picture_that_was_not_made(seedream_api: Api, item: Item) -> None:
    error = {"code": "InternalServiceError", "message": "Try later."}
    seedream_api.server.faults = [said({"data": [{"error": error}]})]
    with pytest.raises(EditFailed, match="the server made no image: Try later."):
        seedream_api.loaded().edit(item, 1)


@pytest.mark.parametrize("code", ["AccountOverdueError", "SetLimitExceeded"])
def test_a_spent_account_ends_the_run(seedream_api: Api, item: Item, code: str) -> None:
    seedream_api.server.faults = [said({"error": {"code": code, "message": "Pay."}}, 429)]
    with pytest.raises(AdapterError, match=r"the account is spent \(429: Pay.\)"):
        seedream_api.loaded().edit(item, 1)

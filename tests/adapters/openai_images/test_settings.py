"""What `openai_images` can be set to, and what it says where it cannot start."""

import sys

import pytest
from helpers.images_client import MODEL, SECRET, loaded
from helpers.tiny_images_server import TinyImagesServer

from motionedit_bench.adapters.base import parse_settings
from motionedit_bench.adapters.served.openai_images import OpenAIImages
from motionedit_bench.errors import (
    AdapterError,
    UsageError,
)
from motionedit_bench.records import Item


def test_a_model_has_to_be_named() -> None:
    with pytest.raises(UsageError, match="needs --model: the name under which the server knows the model"):
        OpenAIImages()


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        ("base_url=127.0.0.1:8000/v1", "the base URL must look like http://HOST:PORT/v1, but got '127.0.0.1"),
        ("base_url=http:///v1", "the base URL must look like"),
        ("base_url=http://host:99999/v1", "the base URL is not an address"),
        ("base_url=http://me:pass@host/v1", "the base URL must hold no name, password or query"),
        ("base_url=me:pass@host/v1", "the base URL must hold no name, password or query"),
        ("base_url=http://host/v1?key=pass", "the base URL must hold no name, password or query"),
        ("base_url=", "at least 1 character"),
        ("api_key=pass", "unknown setting 'api_key'"),
        ("size=big", "--set size=big"),
        ("extra=[1]", "--set extra=[1]"),
        ("extra={", "--set extra={"),
        ('extra={"n": 4}', "cannot hold 'n'"),
        ('extra={"size": "auto"}', "cannot hold 'size'"),
        ("concurrency=0", "--set concurrency=0"),
        ("response_format=url", "--set response_format=url"),
    ],
)
def test_wrong_settings(setting: str, message: str) -> None:
    with pytest.raises(UsageError) as raised:
        OpenAIImages(parse_settings(OpenAIImages.Settings, [setting]), MODEL)
    assert message in str(raised.value)
    assert "pass@" not in str(raised.value)
    assert "=pass" not in str(raised.value)


def test_a_wrong_address_in_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_BASE_URL", "http://me:pass@host/v1")
    with pytest.raises(
        UsageError, match="must hold no name, password or query: a key is read from OPENAI_API_KEY"
    ):
        OpenAIImages(model=MODEL)


def test_keys(monkeypatch: pytest.MonkeyPatch, server: TinyImagesServer, items: tuple[Item, ...]) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", f" {SECRET}\n")
    loaded().edit(items[0], 1)
    monkeypatch.setenv("OPENAI_API_KEY", "two\nlines")
    with pytest.raises(AdapterError, match="OPENAI_API_KEY holds characters that no key has"):
        loaded()
    monkeypatch.delenv("OPENAI_API_KEY")
    loaded().edit(items[0], 1)  # a server of one's own may need none
    assert [request.key for request in server.requests] == [SECRET, "none"]
    monkeypatch.delenv("OPENAI_BASE_URL")
    with pytest.raises(AdapterError, match="no key: export OPENAI_API_KEY, or name a server of your own"):
        loaded()


def test_without_the_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "openai", None)  # what Python itself holds for a barred module
    with pytest.raises(AdapterError, match=r"pip install 'motionedit-bench\[openai\]'"):
        loaded("base_url=http://127.0.0.1/v1")

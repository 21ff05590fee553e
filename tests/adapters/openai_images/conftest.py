"""A server on loopback in the place of OpenAI's, and items to edit."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from helpers.images_client import SECRET
from helpers.tiny_images_server import TinyImagesServer, serving

from motionedit_bench.benchmarks import open_benchmark
from motionedit_bench.records import Item


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[TinyImagesServer]:
    with serving() as tiny:
        monkeypatch.setenv("NO_PROXY", "127.0.0.1")
        monkeypatch.setenv("OPENAI_API_KEY", SECRET)
        monkeypatch.setenv("OPENAI_BASE_URL", tiny.url)
        yield tiny


@pytest.fixture
def items(bench: Path) -> tuple[Item, ...]:
    return open_benchmark(str(bench)).items

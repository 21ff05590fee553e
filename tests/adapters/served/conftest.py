"""Each served model with its server on loopback, and hardly a wait between tries."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from helpers.images_client import SECRET
from helpers.pictures import make_benchmark
from helpers.shared import once
from helpers.tiny_editors import TinyBFL, TinyGemini, TinySeedream
from helpers.tiny_images_server import TinyImagesServer, serving

from motionedit_bench.adapters import find_adapter, parse_settings
from motionedit_bench.adapters.served import base
from motionedit_bench.adapters.served.base import Served
from motionedit_bench.benchmarks import open_benchmark
from motionedit_bench.calls.pace import Pace
from motionedit_bench.images import decode
from motionedit_bench.records import Item

SERVERS = {"gemini_images": TinyGemini, "seedream": TinySeedream, "flux_2_pro": TinyBFL}


@dataclass
class Api:
    """An adapter by its name, with its server."""

    name: str
    server: TinyImagesServer

    @property
    def settings(self) -> tuple[str, ...]:
        own = {"gemini_images": ("send_seed=true",), "flux_2_pro": ("poll=0.01",)}.get(self.name, ())
        return (f"base_url={self.server.url}", *own)

    def adapter(self, *settings: str) -> Served:
        kind = find_adapter(self.name)
        made = kind(parse_settings(kind.Settings, (*self.settings, *settings)))
        assert isinstance(made, Served)
        return made

    def loaded(self, *settings: str) -> Served:
        adapter = self.adapter(*settings)
        adapter.load()
        return adapter

    def expected(self, item: Item, seed: int) -> np.ndarray:
        """What the server makes of an item: Seedream takes no seed."""
        pixels = np.asarray(decode(item.input.read()))
        return pixels + np.uint8((0 if self.name == "seedream" else seed) % 251)


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(base, "Pace", partial(Pace, backoff=0.01))
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    for name in ("GEMINI_API_KEY", "ARK_API_KEY", "BFL_API_KEY"):
        monkeypatch.setenv(name, SECRET)


def _serving(name: str) -> Iterator[Api]:
    with serving(SERVERS[name]) as server:
        yield Api(name, server)


@pytest.fixture(params=SERVERS)
def api(request: pytest.FixtureRequest, quick: None) -> Iterator[Api]:
    yield from _serving(request.param)


@pytest.fixture
def gemini_api(quick: None) -> Iterator[Api]:
    yield from _serving("gemini_images")


@pytest.fixture
def seedream_api(quick: None) -> Iterator[Api]:
    yield from _serving("seedream")


@pytest.fixture
def bfl_api(quick: None) -> Iterator[Api]:
    yield from _serving("flux_2_pro")


@pytest.fixture(scope="session")
def twelve(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A benchmark of twelve items, each with a picture of its own."""

    return once(tmp_path_factory, "twelve", lambda folder: make_benchmark(folder, count=12))


@pytest.fixture
def item(twelve: Path) -> Item:
    return open_benchmark(str(twelve)).items[0]

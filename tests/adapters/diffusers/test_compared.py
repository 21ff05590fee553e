from importlib.metadata import version

import pytest
from packaging.version import Version

from motionedit_bench.adapters.diffusers import compared
from motionedit_bench.adapters.diffusers.compared import COMPARED, not_compared
from motionedit_bench.adapters.diffusers.families.kontext import FluxKontext


def installed(monkeypatch: pytest.MonkeyPatch, **versions: str | None) -> None:
    monkeypatch.setattr(compared, "package_version", versions.get)


def test_versions_within_what_was_compared_say_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    installed(monkeypatch, diffusers="0.41.0", transformers="5.24.0")
    assert not_compared() is None
    installed(monkeypatch)
    assert not_compared() is None


@pytest.mark.parametrize(
    ("diffusers", "transformers", "named"),
    [("0.99.0", "5.24.0", "diffusers 0.99.0"), ("0.42.1", "6.0.0", "transformers 6.0.0"),
     ("0.42.1", "5.25.0.dev0", "transformers 5.25.0.dev0"), ("0.36.0", "5.24.0", "diffusers 0.36.0")],
)  # fmt: skip
def test_versions_outside_are_named_in_the_adapters_state(
    diffusers: str, transformers: str, named: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    installed(monkeypatch, diffusers=diffusers, transformers=transformers)
    assert f"not compared with the release: {named} (compared: " in FluxKontext.state()


def test_what_is_installed_here_is_at_least_the_oldest() -> None:
    assert all(Version(version(name)) >= Version(oldest) for name, (oldest, _) in COMPARED.items())

"""The facts of metrics: the harness's own, and those that packages bring along on their classes."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from motionedit_bench.errors import UsageError
from motionedit_bench.metrics import CATALOGUE, METRICS, Facts, Metric
from motionedit_bench.metrics.catalogue import BUILT_IN, JUDGED

Mebench = Callable[..., tuple[int, str, str]]

FACTS = "Facts(better='lower', worst=9.0, bounds=(0, float('inf')), digits=2, about='how high the tide is')"


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An installed package whose module ``tides.py`` is still to be written."""
    place = tmp_path / "site"
    facts = place / "tides-1.0.dist-info"
    facts.mkdir(parents=True)
    (facts / "METADATA").write_text("Metadata-Version: 2.1\nName: tides\nVersion: 1.0\n")
    (facts / "entry_points.txt").write_text("[motionedit_bench.metrics]\ntide = tides:Tide\n")
    monkeypatch.setattr(sys, "path", [*sys.path, str(place)])
    monkeypatch.setattr(CATALOGUE, "_others", {})
    yield place
    sys.modules.pop("tides", None)


def write(package: Path, facts: str) -> None:
    (package / "tides.py").write_text(
        "from motionedit_bench.metrics import Facts, Measurement, Metric\n\n"
        f"class Tide(Metric):\n    name = 'tide'\n    facts = {facts}\n"
        "    def measure(self, comparison):\n        return Measurement(1.0)\n"
    )


def test_a_package_brings_its_metric_along_and_is_imported_when_it_is_asked_for(package: Path) -> None:
    write(package, FACTS)
    assert "tide" in CATALOGUE
    assert list(CATALOGUE)[-1] == METRICS.names()[-1] == "tide"
    assert len(CATALOGUE) == len(BUILT_IN) + 1
    assert "tides" not in sys.modules
    assert (CATALOGUE["tide"].digits, CATALOGUE["tide"].range) == (2, 100.0)
    assert issubclass(METRICS.get("tide"), Metric)


@pytest.mark.parametrize(
    ("facts", "message"),
    [
        ("None", "metric 'tide' of an installed package has no facts: give .*Tide.* a `facts`"),
        (FACTS.replace("digits", "judged=True, digits"), "has facts of the harness's own alone"),
        (FACTS.replace("worst=9.0", "worst=-1.0"), "is broken: ValueError: worst must be within the bounds"),
        (FACTS.replace("(0, ", "(5, -"), "is broken: ValueError: bounds must be the lowest and the highest"),
        (FACTS.replace("lower", "low"), "is broken: ValueError: better must be 'higher', 'lower' or None"),
        ("1 / 0", "is broken: ZeroDivisionError: division by zero .tides.py:5."),
    ],
)
def test_a_package_that_is_broken_is_named(package: Path, facts: str, message: str, mebench: Mebench) -> None:
    write(package, facts)
    with pytest.raises(UsageError, match=message):
        CATALOGUE["tide"]
    status, out, _ = mebench("list", "metrics")  # which tells of the others all the same
    assert status == 0
    assert "tide" in out
    assert "of an installed package" in " ".join(out.split())


def test_what_nobody_has_is_not_there() -> None:
    assert "tide" not in CATALOGUE
    with pytest.raises(KeyError):
        CATALOGUE["tide"]


def test_every_metric_that_is_measured_has_a_class_of_its_name() -> None:
    measured = [name for name, facts in BUILT_IN.items() if not facts.judged and not facts.derived]
    assert METRICS.names() == measured
    assert {name: METRICS.get(name).name for name in measured} == {name: name for name in measured}
    assert JUDGED == ("fidelity", "preservation", "coherence", "overall")


def test_the_worst_value_is_at_the_bad_end() -> None:
    for facts in BUILT_IN.values():
        assert (facts.worst is None) == (facts.better is None)
        if facts.worst is not None:
            other = facts.bounds[1] if facts.better == "higher" else facts.bounds[0]
            assert facts.worst != other


def test_facts_are_had_without_anything_heavy() -> None:
    program = (
        "import sys; from motionedit_bench.metrics import CATALOGUE; assert CATALOGUE['mas'].digits == 2; "
        "print(sorted({'torch', 'numpy', 'pandas', 'cv2', 'PIL'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_facts_are_keyword_only() -> None:
    with pytest.raises(TypeError):
        Facts("lower", 1.0, (0, 1), 2, "by place")  # type: ignore[misc]

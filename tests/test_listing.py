"""What `mebench list` prints: within 80 columns, at once, whole with a name or as JSON."""

import json
import subprocess
import sys

import pytest

NAMES = {
    "adapters": "flux_kontext",
    "settings": "flux_kontext",
    "metrics": "motion_gain",
    "flows": "raft_large",
    "judges": "reference",
    "benches": "sample",
}


@pytest.mark.parametrize("kind", NAMES)
def test_a_table_fits_80_columns(mebench, kind):
    status, out, _ = mebench("list", kind)
    assert status == 0
    assert NAMES[kind] in out
    assert max(map(len, out.splitlines())) <= 80


def test_all_but_the_settings_without_a_kind(mebench):
    _, out, _ = mebench("list")
    assert all(name in out for name in NAMES.values())
    assert "denoising steps" not in out


@pytest.mark.parametrize("kind", NAMES)
def test_json_is_the_table_with_every_fact(mebench, kind):
    status, out, _ = mebench("list", kind, "--json")
    assert status == 0
    found = json.loads(out)
    assert NAMES[kind] in [next(iter(one.values())) for one in found]
    assert json.loads(mebench("list", "--json")[1]).keys() == NAMES.keys() - {"settings"}


def test_a_name_is_told_of_whole(mebench):
    status, out, _ = mebench("list", "adapters", "flux_kontext")
    assert status == 0
    assert "black-forest-labs/FLUX.1-Kontext-dev" in out
    assert "34 GB" in out
    assert "denoising steps" in out
    assert mebench("list", "settings", "flux_kontext")[1] in out
    assert "denoising steps" not in mebench("list", "adapters", "identity")[1]


def test_the_settings_of_one_adapter_as_json(mebench):
    found = json.loads(mebench("list", "settings", "shift", "--json")[1])
    assert [one["setting"] for one in found] == ["percent"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("flows", "diss"), "unknown flow 'diss': did you mean 'dis'?"),
        (("settings", "flux"), "unknown adapter 'flux'"),
        (("adapters", "flux_kontexd"), "unknown adapter 'flux_kontexd': did you mean 'flux_kontext'?"),
        (("flows", "dis", "--json"), "--json tells of every name at once"),
    ],
)
def test_a_name_that_nothing_has(mebench, arguments, said):
    status, _, err = mebench("list", *arguments)
    assert (status, said in err) == (2, True)


def test_flows_are_listed_without_loading_what_they_compute_with():
    program = (
        "import sys; from motionedit_bench.listing import table; table('flows');"
        "sys.exit('torch' in sys.modules or 'cv2' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0

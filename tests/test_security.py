"""Every test that SECURITY.md names is there, and is no empty one."""

import ast
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
TABLE = (ROOT / "SECURITY.md").read_text(encoding="utf-8").partition("## Attacks")[2]
NAMED = re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", TABLE)


def functions_of(path):
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    return {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}


def test_each_attack_names_a_test():
    rows = [line for line in TABLE.splitlines() if line.startswith("| ")][1:]
    assert len(rows) == len(NAMED) > 30


def test_each_named_test_is_there_and_asserts_something():
    for path, name in NAMED:
        found = functions_of(path).get(name)
        assert found is not None, f"{path} has no {name}"
        said = ast.unparse(found)
        assert re.search(r"assert|raises|rejected|refused", said), f"{name} asserts nothing"
        assert "skip" not in said, f"{name} may be passed over"

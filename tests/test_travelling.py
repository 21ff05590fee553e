"""What travels says nothing of this machine's folders."""

import pytest

from motionedit_bench.travelling import travelling, without_paths


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("[Errno 2] No such file: '/home/me/x.png'", "[Errno 2] No such file: 'x.png'"),
        ("put it into ~/.cache/motionedit-bench/weights", "put it into weights"),
        ("local:/data/models/qwen", "local:qwen"),
        ("--out=/tmp/a/b --seed 1", "--out=b --seed 1"),
        ("/mnt/disk/bench", "bench"),
        ("file:///srv/a/b.pth is damaged", "b.pth is damaged"),
        ('{"place": "/srv/a/b"}', '{"place": "b"}'),
        ("(/srv/a/b.py:12)", "(b.py:12)"),
        ("/srv/a/, /srv/b/", "a, b"),
    ],
)
def test_paths_become_the_names_at_their_ends(text, left):
    assert without_paths(text) == left


@pytest.mark.parametrize(
    "text",
    [
        "https://example.org/a/b/c",
        "http://127.0.0.1:8000/v1/chat/completions",
        "hf://datasets/OWNER/NAME",
        "elaine1wan/MotionEdit-Bench@main",
        "and/or, 3/4, 1 / 2 / 3",
        "preds/A/1.png",
        "./mine.py:Mine",
        "</think></answer>",
        r"a\/b\/c",
        "km/h/s",
    ],
)
def test_all_else_stays(text):
    assert without_paths(text) == text


def test_a_home_folder_with_spaces_is_no_longer_there(monkeypatch):
    monkeypatch.setenv("HOME", "/Users/Jane Doe")
    assert without_paths("no /Users/Jane Doe/cache/x.pth") == "no x.pth"
    assert without_paths("no /Users/Jane Doette") == "no Jane Doette"
    monkeypatch.setenv("HOME", "/")
    assert without_paths("a / b") == "a / b"


def test_all_texts_of_a_value_are_looked_at():
    value = {"/a/b": ["/a/b", {"c": "/d/e"}, 1, None, True]}
    assert travelling(value) == {"/a/b": ["b", {"c": "e"}, 1, None, True]}

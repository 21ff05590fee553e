"""Curves are read by TensorBoard as they were drawn, at once, and a full disk is one line."""

import pytest
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

from motionedit_bench.errors import StorageError
from motionedit_bench.training.curves import Curves


def drawn(folder):
    read = EventAccumulator(str(folder)).Reload()
    return {name: [(one.step, one.value) for one in read.Scalars(name)] for name in read.Tags()["scalars"]}


def test_what_is_drawn_is_read_while_it_is_drawn_further(tmp_path):
    curves = Curves(tmp_path, 0)
    curves.add(0, {"held_out_mean": 0.5})
    curves.add(1, {"loss": 2.0, "groups/taught": 3})
    assert drawn(tmp_path) == {"held_out_mean": [(0, 0.5)], "loss": [(1, 2.0)], "groups/taught": [(1, 3.0)]}
    curves.close()


def test_what_an_earlier_sitting_drew_beyond_its_checkpoint_is_void(tmp_path):
    for first, values in ((0, (1.0, 2.0, 3.0)), (1, (4.0,))):
        curves = Curves(tmp_path, first)
        for step, value in enumerate(values, start=first):
            curves.add(step, {"loss": value})
        curves.close()
    assert drawn(tmp_path) == {"loss": [(0, 1.0), (1, 4.0)]}


def test_a_full_disk_is_one_line(tmp_path):
    curves = Curves(tmp_path, 0)
    curves._file.close()
    with open("/dev/full", "wb", buffering=0) as full:
        curves._writer._writer = full
        with pytest.raises(StorageError, match="cannot write .*: No space left"):
            curves.add(1, {"loss": 0.5})


def test_a_folder_that_cannot_be_is_one_line(tmp_path):
    (tmp_path / "file").write_text("x")
    with pytest.raises(StorageError, match="cannot make folder"):
        Curves(tmp_path / "file", 0)

"""The loop: what it learns, what it records, and how it goes on."""

import json
import shutil

import numpy as np
import pytest
import torch
from helpers.tiny_training import CHANNELS, TinyEditor, Told, checkpoint, items, lines, recipe, task, untimed
from safetensors.torch import load_file

from motionedit_bench.errors import ImageError, StorageError, UsageError
from motionedit_bench.rewards.base import Rewarded
from motionedit_bench.training.record import Record
from motionedit_bench.training.train import train


def test_the_reward_rises_and_the_average_is_what_is_held_out(tmp_path):
    state = train(task(), recipe(steps=30, eval_every=15), tmp_path)
    told = lines(tmp_path)
    first, last = (np.mean([line["reward_mean"] for line in part]) for part in (told[1:6], told[-5:]))
    assert last > first + 0.05
    assert [line["step"] for line in told if "held_out_mean" in line] == [0, 15, 30]
    assert told[-1]["held_out_mean"] == state.best > told[0]["held_out_mean"]
    assert sorted(path.name for path in (tmp_path / "held_out" / "30").iterdir()) == [
        "held-0.png",
        "held-1.png",
    ]
    assert json.loads((tmp_path / "run.json").read_text())["sessions"][0]["finished"]
    assert any((tmp_path / "tensorboard").iterdir())


def test_what_a_line_says_can_be_computed_from_its_rewards(tmp_path):
    train(task(), recipe(steps=2), tmp_path)
    for line in lines(tmp_path)[1:]:
        rewards = np.array(list(line["rewards"].values()))
        assert rewards.shape == (3, 4)
        assert (line["reward_mean"], line["reward_std"]) == (rewards.mean(), rewards.std())
        assert line["groups"] == {"taught": 3, "flat": 0, "good": 0, "unscored": 0}
        assert line["gnorm"] > 0
    assert [line["d"] for line in lines(tmp_path)[1:]] == [0, 0.001]
    assert lines(tmp_path)[1]["kl"] == 0  # nothing was learned before the first step


def test_the_parts_of_a_reward_are_kept_and_give_it_again(tmp_path):
    shares = {"bright": 0.75, "steady": 0.25}

    def answer(item, picture):
        parts = {"bright": float(picture.mean()) / 255, "steady": 0.5}
        terms = {name: {"reward": value, "weight": shares[name]} for name, value in parts.items()}
        if item.id == "item-0":
            terms["steady"]["reward"] = None
            return Rewarded(None, "failed", "steady: no answer", terms)
        return Rewarded(sum(shares[name] * value for name, value in parts.items()), terms=terms)

    two = task(items=items(3), held_out=items(1, "held"), reward=Told(answer))
    train(two, recipe(steps=1, eval_every=1), tmp_path)
    line = lines(tmp_path)[1]
    bright, steady = line["parts"]["bright"], line["parts"]["steady"]
    assert steady["item-0"] == [None] * 4
    assert None not in bright["item-0"]
    assert line["part_means"] == {"bright": np.mean(list(bright.values())), "steady": 0.5}
    for name in ("item-1", "item-2"):
        mixed = [0.75 * one + 0.25 * other for one, other in zip(bright[name], steady[name], strict=True)]
        assert line["rewards"][name] == mixed
    assert line["held_out_parts"]["steady"] == {"held-0": 0.5}
    assert line["held_out_part_means"]["bright"] == line["held_out_parts"]["bright"]["held-0"]


def test_a_training_in_two_sittings_equals_one_in_one_bit_by_bit(tmp_path):
    train(task(), recipe(), tmp_path / "one")
    train(task(), recipe(steps=3), tmp_path / "two")
    train(task(editor=TinyEditor()), recipe(), tmp_path / "two")
    assert checkpoint(tmp_path / "one", 6) == checkpoint(tmp_path / "two", 6)
    assert [one for one in untimed(tmp_path / "two") if one["step"] != 3] == [
        one for one in untimed(tmp_path / "one") if one["step"] != 3
    ]


def test_lines_beyond_the_last_checkpoint_are_written_again(tmp_path):
    train(task(), recipe(), tmp_path / "one")
    shutil.copytree(tmp_path / "one", tmp_path / "two")
    shutil.rmtree(tmp_path / "two" / "checkpoints" / "6")
    (tmp_path / "two" / "checkpoints" / ".6.tmp").mkdir()
    train(task(editor=TinyEditor()), recipe(), tmp_path / "two")
    assert untimed(tmp_path / "two") == untimed(tmp_path / "one")
    assert checkpoint(tmp_path / "one", 6) == checkpoint(tmp_path / "two", 6)


def test_how_many_images_pass_at_once_moves_nothing_but_roundings(tmp_path):
    for size in (1, 4):
        train(task(), recipe(steps=2, micro_batch=size), tmp_path / str(size))
    one, four = (load_file(tmp_path / str(size) / "checkpoints/2/theta.safetensors") for size in (1, 4))
    assert max(float((one[name] - four[name]).abs().max()) for name in one) < 1e-5


def test_edits_without_a_reward_are_left_out_and_their_reasons_are_told(tmp_path):
    def answer(item, picture):
        if item.id in ("item-0", "item-1"):
            return Rewarded(None, "unavailable", "the judge is asleep")
        return Rewarded(float(picture.mean()) / 255)

    train(task(items=items(3), held_out=(), reward=Told(answer)), recipe(steps=1), tmp_path)
    train(task(items=items(3)[2:], held_out=()), recipe(steps=1), tmp_path / "alone")
    (line, alone) = (lines(run)[1] for run in (tmp_path, tmp_path / "alone"))
    assert line["groups"] == {"taught": 1, "flat": 0, "good": 0, "unscored": 2}
    assert (line["unscored"], line["reasons"]) == (8, ["the judge is asleep"])
    assert line["rewards"]["item-0"] == [None] * 4
    assert checkpoint(tmp_path, 1) == checkpoint(tmp_path / "alone", 1)
    assert line["reward_mean"] == alone["reward_mean"]


def test_a_step_that_teaches_nothing_changes_nothing(tmp_path):
    train(task(held_out=(), reward=Told(lambda *_: Rewarded(0.5))), recipe(steps=1), tmp_path)
    line = lines(tmp_path)[1]
    assert (line["gnorm"], line["loss"], line["groups"]["flat"]) == (None, None, 3)
    for name in ("theta", "old", "ema"):
        assert (
            checkpoint(tmp_path, 0)[f"{name}.safetensors"] == checkpoint(tmp_path, 1)[f"{name}.safetensors"]
        )


def test_what_is_alike_and_good_is_never_drawn_again_and_the_end_where_all_is(tmp_path, capfd):
    good = task(held_out=(), items=items(4), reward=Told(lambda *_: Rewarded(0.95)))
    state = train(good, recipe(steps=5, save_every=5), tmp_path)
    assert (state.step, len(state.banned)) == (2, 4)
    assert "after 2 steps no item is left" in capfd.readouterr().err
    assert (tmp_path / "checkpoints" / "2" / "state.json").exists()
    assert json.loads((tmp_path / "run.json").read_text())["sessions"][0]["finished"]
    drawn = [set(line["rewards"]) for line in lines(tmp_path)[1:]]
    assert (len(drawn[0]), len(drawn[1])) == (3, 1)
    assert not drawn[0] & drawn[1]


def test_a_picture_that_cannot_be_used_is_no_model_s_fault(tmp_path):
    class Choosy(TinyEditor):
        def condition(self, item):
            if item.id == "item-1":
                raise ImageError("item-1 is not a picture")
            return super().condition(item)

    train(task(editor=Choosy(), items=items(3), held_out=()), recipe(steps=1), tmp_path)
    line = lines(tmp_path)[1]
    assert (line["groups"]["taught"], line["groups"]["unscored"]) == (2, 1)
    assert line["reasons"] == ["item-1 is not a picture"]


def test_an_item_that_a_pipeline_stumbles_over_ends_nothing(tmp_path):
    class Choosy(TinyEditor):
        def condition(self, item):
            if item.id == "item-1":
                raise IndexError("no rows")
            return super().condition(item)

    train(task(editor=Choosy(), items=items(3), held_out=()), recipe(steps=1), tmp_path)
    line = lines(tmp_path)[1]
    assert (line["groups"]["taught"], line["groups"]["unscored"]) == (2, 1)
    assert line["reasons"][0].startswith("item-1 cannot be edited: IndexError: no rows (")
    with pytest.raises(
        UsageError, match="no edit of step 1 has a reward .item-1 cannot be edited: IndexError"
    ):
        train(task(editor=Choosy(), items=items(3)[1:2], held_out=()), recipe(steps=1), tmp_path / "alone")


def test_memory_that_runs_out_is_no_items_fault(tmp_path):
    class Small(TinyEditor):
        def condition(self, item):
            raise torch.OutOfMemoryError("CUDA out of memory")

    with pytest.raises(torch.OutOfMemoryError):
        train(task(editor=Small(), held_out=()), recipe(steps=1), tmp_path)


def test_it_ends_when_it_gets_no_better(tmp_path):
    worse = iter([0.9, 0.5, 0.8, 0.7, 0.6])
    seen = []

    def answer(item, picture):
        if item.id.startswith("held"):
            seen.append(item.id)
            return Rewarded(next(worse))
        return Rewarded(float(picture.mean()) / 255)

    halting = recipe(steps=20, eval_every=1, patience=2, save_every=5)
    state = train(task(held_out=items(1, "held"), reward=Told(answer)), halting, tmp_path)
    assert (state.step, state.best, len(seen)) == (2, 0.9, 3)
    assert (tmp_path / "checkpoints" / "2" / "state.json").exists()
    again = train(task(held_out=items(1, "held"), reward=Told(answer)), halting, tmp_path)
    assert (again.step, len(seen)) == (2, 3)


def test_other_settings_in_the_same_folder_are_refused_by_name(tmp_path):
    train(task(), recipe(steps=1), tmp_path)
    with pytest.raises(UsageError, match=r"other settings: learning_rate was 0\.02, is 0\.5"):
        train(task(editor=TinyEditor()), recipe(steps=1, learning_rate=0.5), tmp_path)
    with pytest.raises(UsageError, match="held_out was 2, is 0"):
        train(task(editor=TinyEditor(), held_out=()), recipe(steps=1), tmp_path)


def test_a_damaged_checkpoint_is_named(tmp_path):
    train(task(), recipe(steps=1), tmp_path)
    path = tmp_path / "checkpoints" / "1" / "old.safetensors"
    path.write_bytes(path.read_bytes()[:50])
    with pytest.raises(StorageError, match=r"checkpoints/1 is damaged, remove it"):
        train(task(editor=TinyEditor()), recipe(steps=1), tmp_path)


def test_no_items_and_no_finite_gradient_are_refused(tmp_path):
    with pytest.raises(UsageError, match="no items"):
        train(task(items=[]), recipe(), tmp_path)

    wild = TinyEditor()
    velocity = wild.velocity
    wild.velocity = lambda x, t, c: velocity(x, t, c) * (float("inf") if torch.is_grad_enabled() else 1)
    with pytest.raises(UsageError, match="gradient of step 1 is not finite"):
        train(task(editor=wild, held_out=()), recipe(steps=1), tmp_path / "wild")


def test_a_second_training_into_the_same_folder_is_refused(tmp_path):
    with Record(tmp_path, 0), pytest.raises(StorageError, match="another process is writing"):
        train(task(), recipe(), tmp_path)


def test_a_layer_that_no_edit_hears_of_hinders_no_going_on(tmp_path):
    """As in the last block of Qwen-Image-Edit, whose text nobody reads any more."""

    def deaf():
        editor = TinyEditor()
        editor.transformer.to_k = torch.nn.Linear(CHANNELS, CHANNELS)
        return editor

    both = ("to_q", "to_k")
    train(task(editor=deaf()), recipe(steps=3, targets=both), tmp_path / "one")
    train(task(editor=deaf()), recipe(steps=1, targets=both), tmp_path / "two")
    train(task(editor=deaf()), recipe(steps=3, targets=both), tmp_path / "two")
    assert checkpoint(tmp_path / "one", 3) == checkpoint(tmp_path / "two", 3)

"""What goes wrong around a training: it is told in one line, hurts nothing else, and the training goes on."""

import shutil

import pytest
from helpers.tiny_training import (
    Bright,
    TinyEditor,
    Told,
    checkpoint,
    items,
    lines,
    recipe,
    task,
    untimed,
)
from safetensors.torch import save

from motionedit_bench.errors import StorageError, UsageError
from motionedit_bench.rewards.base import Rewarded
from motionedit_bench.training import stored
from motionedit_bench.training.train import train


def test_where_nobody_gives_rewards_any_more_the_step_is_not_taken_and_goes_on_later(tmp_path):
    class Leaving(Bright):
        calls = 0

        def score(self, item, pictures):
            self.calls += 1
            if self.calls > 12:  # two batches of each of three items, in two steps
                return [Rewarded(None, "failed", "the server is gone") for _ in pictures]
            return super().score(item, pictures)

    train(task(held_out=()), recipe(steps=4, save_every=4), tmp_path / "one")
    with pytest.raises(UsageError, match=r"no edit of step 3 has a reward \(the server is gone\)"):
        train(task(held_out=(), reward=Leaving()), recipe(steps=4, save_every=4), tmp_path / "two")
    assert [line["step"] for line in lines(tmp_path / "two")] == [0, 1, 2]
    assert (tmp_path / "two" / "checkpoints" / "2" / "state.json").exists()
    train(task(editor=TinyEditor(), held_out=()), recipe(steps=4, save_every=4), tmp_path / "two")
    assert untimed(tmp_path / "one") == untimed(tmp_path / "two")
    assert checkpoint(tmp_path / "one", 4) == checkpoint(tmp_path / "two", 4)


def test_an_interrupt_keeps_what_is_done_and_costs_the_step_alone(tmp_path):
    class Interrupted(Bright):
        calls = 0

        def score(self, item, pictures):
            self.calls += 1
            if self.calls > 12:
                raise KeyboardInterrupt
            return super().score(item, pictures)

    train(task(held_out=()), recipe(steps=3, save_every=9), tmp_path / "one")
    with pytest.raises(KeyboardInterrupt):
        train(task(held_out=(), reward=Interrupted()), recipe(steps=3, save_every=9), tmp_path / "two")
    assert (tmp_path / "two" / "checkpoints" / "2" / "state.json").exists()
    train(task(held_out=()), recipe(steps=3, save_every=9), tmp_path / "two")
    assert untimed(tmp_path / "one") == untimed(tmp_path / "two")
    assert checkpoint(tmp_path / "one", 3) == checkpoint(tmp_path / "two", 3)


def test_an_interrupt_while_the_policy_changes_keeps_nothing_half_changed(tmp_path, monkeypatch):
    def half(state):
        next(iter(state.policies.theta.values())).data.add_(1)
        raise KeyboardInterrupt

    monkeypatch.setattr("motionedit_bench.training.step._update", half)
    with pytest.raises(KeyboardInterrupt):
        train(task(held_out=()), recipe(steps=1), tmp_path)
    assert [path.name for path in (tmp_path / "checkpoints").iterdir()] == ["0"]


def test_items_without_a_reward_of_their_own_making_are_no_silence(tmp_path):
    deaf = Told(lambda *_: Rewarded(None, "not_applicable", "nothing moves"))
    state = train(task(held_out=(), reward=deaf), recipe(steps=2), tmp_path)
    assert (state.step, state.updates) == (2, 0)


def test_an_edit_that_came_to_nothing_is_shown_to_nobody_and_hurts_no_other(tmp_path):
    class Broken(TinyEditor):
        def noise(self, condition, generator):
            noise = super().noise(condition, generator)
            return noise * float("nan") if float(condition[0, 0, 0]) == 0 else noise

    def answer(item, picture):
        assert item.id != "item-0"
        return Rewarded(float(picture.mean()) / 255)

    train(task(editor=Broken(), items=items(3), held_out=(), reward=Told(answer)), recipe(steps=1), tmp_path)
    train(task(items=items(3)[1:], held_out=()), recipe(steps=1), tmp_path / "alone")
    line = lines(tmp_path)[1]
    assert (line["groups"]["taught"], line["groups"]["unscored"], line["unscored"]) == (2, 1, 4)
    assert line["reasons"] == ["the model made numbers that are not finite"]
    assert checkpoint(tmp_path, 1) == checkpoint(tmp_path / "alone", 1)


def test_a_held_out_item_that_cannot_be_used_ends_nothing_and_is_compared_with_nothing(tmp_path):
    class Choosy(TinyEditor):
        def condition(self, item):
            if item.id == "held-1":
                raise FileNotFoundError("held-1.png is gone")
            return super().condition(item)

    state = train(task(editor=Choosy()), recipe(steps=2, patience=1, eval_every=1), tmp_path)
    line = lines(tmp_path)[-1]
    assert (line["held_out"]["held-1"], line["held_out_unscored"]) == (None, 1)
    assert line["held_out_mean"] == line["held_out"]["held-0"]
    assert (state.step, state.best) == (2, None)


def test_what_moves_memory_alone_may_change_and_so_may_the_place_of_a_server(tmp_path):
    class At(Bright):
        def __init__(self, place):
            self.place = place

        def facts(self):
            return {"reward": "brightness", "server": self.place}

    train(task(reward=At("http://one")), recipe(steps=1), tmp_path)
    later = task(editor=TinyEditor(), reward=At("http://other"))
    state = train(later, recipe(steps=2, micro_batch=1, checkpointing=False), tmp_path)
    assert state.step == 2


def test_a_setting_that_is_gone_is_told_and_long_ones_are_cut(tmp_path):
    many = {"held_out": [f"item-{number}" for number in range(48)], "revision": "one"}
    train(task(facts=many), recipe(steps=1), tmp_path)
    with pytest.raises(UsageError, match="data revision was one, is None") as refused:
        train(task(editor=TinyEditor(), facts={"held_out": []}), recipe(steps=1), tmp_path)
    assert len(str(refused.value)) < 300 + len(str(tmp_path))


@pytest.mark.parametrize("name", ["ema.safetensors", "state.json"])
def test_a_checkpoint_that_lacks_something_is_named(tmp_path, name):
    train(task(), recipe(steps=1), tmp_path)
    path = tmp_path / "checkpoints" / "1" / name
    path.write_bytes(save({}) if name.endswith("tensors") else b'{"step": 1}')
    with pytest.raises(StorageError, match=r"checkpoints/1 is damaged, remove it"):
        train(task(editor=TinyEditor()), recipe(steps=1), tmp_path)


def test_a_checkpoint_of_another_training_is_named(tmp_path):
    for name, rank in (("one", 2), ("two", 3)):
        train(task(held_out=()), recipe(steps=1, rank=rank), tmp_path / name)
    shutil.copytree(tmp_path / "two/checkpoints/1", tmp_path / "one/checkpoints/2")
    with pytest.raises(StorageError, match=r"checkpoints/2 is of another training, remove it"):
        train(task(held_out=()), recipe(steps=1), tmp_path / "one")


def test_weights_that_are_no_numbers_any_more_are_not_kept(tmp_path):
    class Wild(Bright):
        def score(self, item, pictures):
            for weight in editor.transformer.to_q.lora_B["theta"].parameters():
                weight.data.fill_(float("inf"))
            return super().score(item, pictures)

    editor = TinyEditor()
    with pytest.raises(UsageError, match="the weights after step 1 are not finite"):
        train(task(editor=editor, held_out=(), reward=Wild()), recipe(steps=1, flat_std=1.0), tmp_path)
    assert [path.name for path in (tmp_path / "checkpoints").glob("[0-9]*")] == ["0"]


def test_a_model_that_has_run_away_is_not_blamed_on_whoever_rewards(tmp_path):
    class Lost(TinyEditor):
        def noise(self, condition, generator):
            return super().noise(condition, generator) * float("nan")

    with pytest.raises(UsageError, match="no edit of step 1 is of finite numbers: the model has run away"):
        train(task(editor=Lost(), held_out=()), recipe(steps=1), tmp_path)


def test_a_disk_that_is_full_under_a_checkpoint_keeps_the_last_one(tmp_path, monkeypatch):
    train(task(held_out=()), recipe(steps=1), tmp_path)
    write = stored.write_whole

    def full(path, content):
        if path.name == "optimizer.safetensors":
            raise StorageError(f"cannot write {path}: No space left on device")
        write(path, content)

    with monkeypatch.context() as small:
        small.setattr(stored, "write_whole", full)
        with pytest.raises(StorageError, match="No space left on device"):
            train(task(editor=TinyEditor(), held_out=()), recipe(steps=2), tmp_path)
    assert sorted(path.name for path in (tmp_path / "checkpoints").iterdir()) == ["0", "1"]


def test_another_rank_is_told_as_the_setting_that_it_is(tmp_path):
    train(task(), recipe(steps=1), tmp_path)
    with pytest.raises(UsageError, match="rank was 2, is 3"):
        train(task(editor=TinyEditor()), recipe(steps=1, rank=3), tmp_path)

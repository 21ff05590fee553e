import math
from dataclasses import replace

import pytest
import torch
from helpers.pictures import photograph
from helpers.tiny_checkpoints import build_judge
from PIL import Image
from transformers import AutoModelForImageTextToText, AutoProcessor

from motionedit_bench.errors import MebenchError, UsageError
from motionedit_bench.metrics.judge.answer import Unparsed, expectation_of
from motionedit_bench.metrics.judge.local import Local
from motionedit_bench.metrics.judge.model import Call
from motionedit_bench.metrics.judge.rubric import question
from motionedit_bench.metrics.judge.shown import Shown


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return build_judge(tmp_path_factory.mktemp("judge") / "tiny-vlm")


@pytest.fixture(scope="module")
def local(folder):
    return Local(str(folder), "cpu")


def call(name, seed=0):
    pictures = [Shown.of(Image.fromarray(photograph(seed + k, 96, 64))) for k in range(2)]
    return Call(question(name), "Raise the left arm.", pictures)


def test_words_are_greedy_and_the_same_each_time(local):
    first = local.ask(call("rubric"))
    assert first.text is not None
    assert local.ask(call("rubric")) == first
    assert (first.model, first.tokens_out) == ("local:tiny-vlm", first.tokens_out)
    assert first.tokens_in > 500


def test_the_probabilities_of_digits_are_the_models_own(local, folder):
    """Computed again, by the classes themselves and a softmax over six logits."""
    answer = local.ask(call("fidelity"))
    processor = AutoProcessor.from_pretrained(folder)
    network = AutoModelForImageTextToText.from_pretrained(folder, dtype=torch.float32).eval()
    text = question("fidelity").about("Raise the left arm.")
    content = [{"type": "image"}, {"type": "image"}, {"type": "text", "text": text}]
    prompt = processor.apply_chat_template([{"role": "user", "content": content}], add_generation_prompt=True)
    pictures = [Image.fromarray(photograph(k, 96, 64)) for k in range(2)]
    with torch.no_grad():
        logits = network(**processor(text=[prompt], images=pictures, return_tensors="pt")).logits[0, -1]
    tokens = [processor.tokenizer.convert_tokens_to_ids(str(digit)) for digit in range(6)]
    shares = torch.softmax(logits[tokens].double(), 0)
    whole = float(torch.softmax(logits.double(), 0)[tokens].sum())
    with pytest.raises(Unparsed, match="no digit"):
        expectation_of(answer)  # a random model is about to say something else
    lifted = {digit: min(logprob - math.log(whole), 0.0) for digit, logprob in answer.digits.items()}
    found = expectation_of(replace(answer, text="3", digits=lifted))
    assert found.value == pytest.approx(float(shares @ torch.arange(6.0, dtype=torch.float64)), abs=1e-6)
    assert found.missing == ()
    assert sum(map(math.exp, answer.digits.values())) == pytest.approx(whole, abs=1e-6)


def test_other_pictures_get_other_probabilities(local):
    assert local.ask(call("fidelity")).digits != local.ask(call("fidelity", seed=5)).digits


def test_the_weights_are_part_of_the_parameters(local, tmp_path):
    other = Local(str(build_judge(tmp_path / "tiny-vlm", seed=1)), "cpu")
    assert other.spec == local.spec
    assert other.parameters["weights"] != local.parameters["weights"]
    assert {**other.parameters, "weights": 0} == {**local.parameters, "weights": 0}


@pytest.mark.parametrize("name", ["empty", "text"])
def test_what_is_no_such_model_is_refused(tmp_path, name):
    folder = tmp_path / name
    folder.mkdir()
    if name == "text":
        (folder / "config.json").write_text('{"model_type": "gpt2"}')
    with pytest.raises(MebenchError, match=name):
        Local(str(folder), "cpu")


def test_no_such_device(folder):
    with pytest.raises(UsageError, match="cuda:77"):
        Local(str(folder), "cuda:77")

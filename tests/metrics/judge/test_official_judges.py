"""EditScore and EditReward, with tiny random checkpoints of the classes that they are of.

``MEBENCH_OFFICIAL`` names a cache in which ``mebench worker setup`` made environments; for each judge found
there its own code is run, which takes some minutes. Always run are the programs with
`helpers.stand_in_judges` in place of that code around the model; the model, what prepares words and
pictures for it, and its checkpoint are real there as well. Both judges call CUDA by name: their calls are
led to the CPU.
"""

import json
import math
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest
from helpers.official_code import build, by_the_cpu, set_up
from helpers.stand_in_judges import MODELS, RATED, UNREADABLE, editreward_checkout, editscore_checkout
from test_judging import own_answers, rows, tiny_bench  # noqa: F401 (a fixture)

from motionedit_bench.files import read_lines
from motionedit_bench.workers.setup import PROGRAMS

pytestmark = [pytest.mark.slow, pytest.mark.unmeasured]

STAND_INS = {
    "editscore": lambda repo: editscore_checkout(repo, (MODELS / "asked.py").read_text()),
    "editreward": lambda repo: editreward_checkout(repo, (MODELS / "rewarded.py").read_text()),
}
SCALES = {"fidelity": "prompt_following", "preservation": "consistency", "coherence": "perceptual_quality"}


class Code(NamedTuple):
    """A judge's code, and the Python that runs it, itself and with CUDA led to the CPU."""

    name: str
    repo: str
    bare: str
    python: Path

    def build(self, folder, *options):
        return build(self.bare, self.name, self.repo, folder, *options)

    def options(self, **chosen):
        chosen |= {"repo": self.repo, "python": self.python}
        return [word for name, value in chosen.items() for word in ("--judge-set", f'{name}="{value}"')]

    def run(self, program, *arguments):
        """What a program prints last, as JSON."""
        done = subprocess.run(
            [self.python, "-c", program, *map(str, arguments)],
            cwd=self.repo,
            capture_output=True,
            text=True,
            timeout=600,
        )
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout.splitlines()[-1])


def official(name, folder):
    repo, bare = set_up(name)
    return Code(name, repo, bare, by_the_cpu(bare, folder / "python"))


def stood_in(name, folder):
    repo = str(STAND_INS[name](folder / "repo"))
    return Code(name, repo, sys.executable, by_the_cpu(sys.executable, folder / "python"))


EVALUATE = """
import json, sys
from PIL import Image
from editscore import EditScore
base, lora, seeds, cases = sys.argv[1], sys.argv[2], *map(json.loads, sys.argv[3:])
scorer = EditScore(
    backbone="qwen3vl", model_name_or_path=base, lora_path=lora, score_range=25, temperature=0.7, num_pass=1
)
found = []
for seed in seeds:
    scorer.seed = seed
    for before, after, instruction in cases:
        found.append(scorer.evaluate([Image.open(before), Image.open(after)], instruction))
print(json.dumps(found))
"""
"""As EditScore's README calls it."""


def cases(bench, out):
    """Input, edit and instruction of each item."""
    lines = list(read_lines(bench / "metadata.jsonl"))
    return [[str(bench / one["file_name"]), str(out / f"{one['id']}.png"), one["prompt"]] for one in lines]


@pytest.mark.parametrize("code", [official, stood_in])
def test_editscore_tells_what_its_own_call_gives_for_the_same_seeds(mebench, code, tmp_path):
    editscore = code("editscore", tmp_path)
    tiny = editscore.build(tmp_path / "tiny")
    bench, preds = tiny_bench(tmp_path, 3, 1)
    asked = ("--bench", bench, "--judge", "worker:editscore", "--repeats", 2, "--flow", "dis")
    options = editscore.options(model=tiny / "base", lora=tiny / "lora")
    metrics = ("--metrics", ",".join(SCALES))
    status, _, said = mebench("score", preds / "model-0", *asked, *options, *metrics)
    assert status == 0, said
    own = editscore.run(
        EVALUATE, tiny / "base", tiny / "lora", [42, 43], json.dumps(cases(bench, preds / "model-0"))
    )
    found = rows(preds)
    for item in range(3):
        for scale, name in SCALES.items():
            row = found["model-0", f"item-{item}", scale]
            terms = [json.loads(one["text"])["terms"] for one in row["detail"]["answers"]]
            assert terms == [own[item], own[3 + item]]
            assert (row["status"], row["detail"]["values"]) == ("ok", [one[name] / 2 for one in terms])
    for one in own:
        least = min(one["prompt_following"], one["consistency"])
        assert one["overall"] == pytest.approx(math.sqrt(least * one["perceptual_quality"]))
    assert len({json.dumps(one) for one in own[:3]}) > 1  # the pictures are seen


def test_editscore_gives_no_score_for_what_is_none(mebench, tmp_path):
    editscore = official("editscore", tmp_path)
    tiny = editscore.build(tmp_path / "tiny", *UNREADABLE)
    bench, preds = tiny_bench(tmp_path, 3, 1)
    options = editscore.options(model=tiny / "base", lora=tiny / "lora")
    asked = ("--bench", bench, "--judge", "worker:editscore", "--flow", "dis", "--metrics", "overall")
    assert mebench("score", preds / "model-0", *asked, *options)[0] == 1
    for row in rows(preds).values():
        assert (row["status"], row["value"]) == ("unparsed", None)
        assert row["reason"].removeprefix("EditScore cannot read what its model said: ") in UNREADABLE


READ = """
import json, os, runpy, sys
program, repo, texts = *sys.argv[1:3], json.loads(sys.argv[3])
sys.argv, out = [program, repo], os.dup(1)
sys.path.insert(0, os.path.dirname(program))
strict = runpy.run_path(program)["strict"]
from editscore import mllm_output_to_dict
from mebench_worker import Unparsed
def scores(text):
    try:
        found = strict(mllm_output_to_dict, 25)(text)
        return found and found["score"]
    except Unparsed:
        return None
os.write(out, json.dumps([scores(text) for text in texts]).encode())
"""


def test_editscore_reads_by_its_own_reader_and_strictly(tmp_path):
    """What its code reads out of looser words counts; it asks its model again where it reads ``False``."""
    editscore = official("editscore", tmp_path)
    loose = ["Well: " + RATED, RATED.replace('"', "'"), "[20, 15]"]
    texts = json.dumps([RATED, *loose, *UNREADABLE])
    found = editscore.run(READ, PROGRAMS / "editscore.py", editscore.repo, texts)
    assert found == [[20, 15]] * 4 + [False] + [None] * (len(UNREADABLE) - 1)


REWARD = """
import json, sys, torch, yaml
from EditReward import EditRewardInferencer
config, base, checkpoint, made, cases = *sys.argv[1:5], json.loads(sys.argv[5])
with open(config) as file:
    chosen = yaml.safe_load(file) | {"model_name_or_path": base}
with open(made, "w") as file:
    yaml.safe_dump(chosen, file)
inferencer = EditRewardInferencer(
    config_path=made,
    checkpoint_path=checkpoint,
    device="cuda",
    reward_dim="overall_detail",
    rm_head_type="ranknet_multi_head",
)
found = []
for before, after, instruction in cases:
    with torch.no_grad():
        found += inferencer.reward(prompts=[instruction], image_src=[before], image_paths=[after])
print(json.dumps([one[0].item() for one in found]))
"""
"""As EditReward's README calls it, one edit at a time."""


@pytest.mark.parametrize("code", [official, stood_in])
def test_editreward_prefers_by_what_its_own_call_gives(mebench, code, tmp_path):
    editreward = code("editreward", tmp_path)
    tiny = editreward.build(tmp_path / "tiny")
    bench, preds = tiny_bench(tmp_path, 3, 2)
    shutil.copy(preds / "model-0" / "item-2.png", preds / "model-1" / "item-2.png")
    options = editreward.options(model=tiny / "checkpoint", base=tiny / "base")
    asked = ("--bench", bench, "--judge", "worker:editreward", "--flow", "dis")
    status, _, said = mebench("prefer", preds, *asked, *options)
    assert status == 0, said
    config = Path(editreward.repo, "EditReward", "config", "EditReward-MiMo-VL-7B-SFT-2508.yaml")
    both = cases(bench, preds / "model-0") + cases(bench, preds / "model-1")
    made = tmp_path / config.name
    own = editreward.run(REWARD, config, tiny / "base", tiny / "checkpoint", made, json.dumps(both))
    for item, row in enumerate(read_lines(preds / "comparisons.jsonl")):
        a, b = own[item], own[3 + item]
        assert row["outcome"] == ("a" if a > b else "b" if b > a else "tie")
        terms = [json.loads(one["answer"]["text"])["terms"] for one in row["orders"]]
        assert terms == [{"first": a, "second": b}, {"first": b, "second": a}]
    assert own[2] == own[5]
    assert len(set(own)) == 5  # the pictures are seen

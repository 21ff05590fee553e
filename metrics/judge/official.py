"""Judges that are reward models, by their official code: each a declaration."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from motionedit_bench.errors import UsageError
from motionedit_bench.workers.launching import launch_of
from motionedit_bench.workers.process import Launch
from motionedit_bench.workers.setup import Official, find_place


@dataclass(frozen=True)
class OfficialJudge:
    """A reward model and its official code.

    Attributes:
        settings: what ``--judge-set`` may set, with what it is otherwise; ``model`` among them.
    """

    official: Official
    settings: Mapping[str, Any]

    def launch(
        self, log: Path, device: str, fields: Mapping[str, Any], seconds: tuple[float, float]
    ) -> Launch:
        """How it is started; ``fields`` may name another checkout (``repo``) and another ``python``.

        Raises:
            UsageError: it knows no such setting. AdapterError: it is not set up.
        """
        chosen = dict(fields)
        repo, python = (chosen.pop(name, None) for name in ("repo", "python"))
        for name, value in chosen.items():
            usual = self.settings.get(name)
            if usual is None or not isinstance(value, type(usual)):
                known = ", ".join(f"{one}={told!r}" for one, told in self.settings.items())
                raise UsageError(f"--judge-set {name}={value!r}: {self.official.name} takes {known}")
        settings = {**self.settings, **chosen}
        place = find_place(self.official, *(Path(one) if one else None for one in (repo, python)))
        hello = {"model": settings.pop("model"), "settings": settings}
        return launch_of(self.official, place, log, device, hello, seconds)


JUDGES: Mapping[str, OfficialJudge] = {
    "editscore": OfficialJudge(
        Official(
            name="editscore",
            url="https://github.com/VectorSpaceLab/EditScore",
            files=("editscore/__init__.py", "editscore/mllm_tools/qwen3vl.py", "editscore/vie_prompts.py"),
            pythons=("3.12", "3.11", "3.10"),
        ),
        settings={
            "model": "Qwen/Qwen3-VL-4B-Instruct",
            "lora": "EditScore/EditScore-Qwen3-VL-4B-Instruct",
            "backbone": "qwen3vl",
            "score_range": 25,
            "temperature": 0.7,
            "seed": 42,
        },
    ),
    "editreward": OfficialJudge(
        Official(
            name="editreward",
            url="https://github.com/TIGER-AI-Lab/EditReward",
            files=("EditReward/inference_edit.py", "EditReward/config/EditReward-MiMo-VL-7B-SFT-2508.yaml"),
            pythons=("3.10",),
        ),
        settings={
            "model": "TIGER-Lab/EditReward-MiMo-VL-7B-SFT-2508",
            "base": "",
            "config": "EditReward-MiMo-VL-7B-SFT-2508",
            "reward_dim": "overall_detail",
            "rm_head_type": "ranknet_multi_head",
        },
    ),
}
"""By name, as ``worker:NAME``. The settings are those of each README's example, else the code's defaults.

EditReward's README names no checkpoint, but links the collection that holds two: here stands the one of
its example's configuration. ``base`` is the model that was tuned; where none is set, the configuration
says which."""

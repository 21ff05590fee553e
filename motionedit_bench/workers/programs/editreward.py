"""EditReward by its official code: ``python editreward.py CHECKOUT``.

Written from `EditRewardInferencer` in EditReward/inference_edit.py of TIGER-AI-Lab/EditReward at edb027e, and
from how its README and EditReward/evaluate/eval_bench.py call it, one edit at a time. Run here with a tiny
random checkpoint on the CPU only, never with the released weights. A reward has no range and says nothing by
itself: of two edits the one with the higher reward is better, and there are no scores.

The configuration names the model that was tuned, which also brings what prepares words and pictures. It is
fetched here, so that its revision is known, and the code gets a copy of the configuration that names its
folder.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import mebench_worker

repo = mebench_worker.checkout()


def load(request: dict[str, Any]) -> tuple[mebench_worker.Rate, dict[str, Any]]:
    mebench_worker.need_cuda(request, "EditReward")
    import torch
    import yaml
    from EditReward import EditRewardInferencer

    chosen = request["settings"]
    config = yaml.safe_load((repo / "EditReward" / "config" / f"{chosen['config']}.yaml").read_text())
    base, base_revision = mebench_worker.find_model(chosen["base"] or config["model_name_or_path"])
    checkpoint, revision = mebench_worker.find_model(request["model"], "model.pth", "model.safetensors")
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder, f"{chosen['config']}.yaml")
        place.write_text(yaml.safe_dump({**config, "model_name_or_path": base}))
        inferencer = EditRewardInferencer(
            config_path=str(place),
            checkpoint_path=checkpoint,
            device="cuda",
            reward_dim=chosen["reward_dim"],
            rm_head_type=chosen["rm_head_type"],
        )

    def reward(asked: dict[str, Any], edit: str) -> float:
        with torch.no_grad():
            found = inferencer.reward(
                prompts=[asked["instruction"]], image_src=[asked["input"]], image_paths=[asked[edit]]
            )
        return float(found[0][0].item())

    def answer(asked: dict[str, Any]) -> dict[str, Any]:
        if asked["do"] != "prefer":
            raise mebench_worker.Refused("EditReward says which of two edits is better, and rates none")
        first, second = reward(asked, "first"), reward(asked, "second")
        if first != first or second != second:
            raise ValueError("a reward is no number")
        winner = "first" if first > second else "second" if second > first else "tie"
        return {"winner": winner, "terms": {"first": first, "second": second}}

    named = Path(checkpoint).name if Path(request["model"]).is_dir() else request["model"]
    about = {
        "model": f"EditReward ({named}, {chosen['config']})",
        "revision": f"{base_revision['revision'][:12]}+{revision['revision'][:12]}",
        "rubric": "EditReward",
        "packages": mebench_worker.versions("torch", "transformers", "trl", "flash-attn"),
    }
    return answer, about


if __name__ == "__main__":
    mebench_worker.serve(load)

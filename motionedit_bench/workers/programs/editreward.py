"""EditReward by its official code: ``python editreward.py CHECKOUT``.

Written from `EditRewardInferencer` in EditReward/inference_edit.py of TIGER-AI-Lab/EditReward at edb027e, and
from how its README and EditReward/evaluate/eval_bench.py call it, one edit at a time; not run here with real
weights. A reward has no range and says nothing by itself: of two edits the one with the higher reward is
better, and there are no scores.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import mebench_worker

repo = mebench_worker.checkout()


def load(request: dict[str, Any]) -> tuple[mebench_worker.Rate, dict[str, Any]]:
    mebench_worker.need_cuda(request, "EditReward")
    import torch
    from EditReward import EditRewardInferencer

    if not request["model"]:
        raise ValueError("the official code names no checkpoint: set model=DIR_OR_ID")
    chosen = request["settings"]
    folder, revision = mebench_worker.find_model(request["model"])
    inferencer = EditRewardInferencer(
        config_path=str(repo / "EditReward" / "config" / f"{chosen['config']}.yaml"),
        checkpoint_path=folder,
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

    named = Path(folder).name if Path(request["model"]).is_dir() else request["model"]
    about = {
        "model": f"EditReward ({named}, {chosen['config']})",
        "revision": revision["revision"],
        "rubric": "EditReward",
        "packages": mebench_worker.versions("torch", "transformers", "trl"),
    }
    return answer, about


if __name__ == "__main__":
    mebench_worker.serve(load)

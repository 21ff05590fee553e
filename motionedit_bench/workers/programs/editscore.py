"""EditScore by its official code: ``python editscore.py CHECKOUT``.

Written from `EditScore.evaluate` in editscore/__init__.py of VectorSpaceLab/EditScore at 6e0f1b9, which is
that of the package editscore 0.2. Run here with a tiny random checkpoint on the CPU only, never with the
released weights. Its scores are 0 to 10: halved, success of the edit is told as fidelity, lack of overediting
as preservation, and the lesser of naturalness and freedom from artifacts as coherence. Of two edits the one
with the higher overall, EditScore's own, is better.

Where it cannot read what its model said, the code draws a score at random; it takes scores outside the range
that it asked for, and one of the picture where it asked for two. None of these is a score here. It averages
over passes, of which only the last one's words are told, so that one pass is asked for at a time.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import mebench_worker

mebench_worker.checkout()

SCALES = {"fidelity": "prompt_following", "preservation": "consistency", "coherence": "perceptual_quality"}
REASONS = ("SC_reasoning", "PQ_reasoning")


def strict(read: Callable[..., Any], score_range: float) -> Callable[..., Any]:
    """EditScore's own reader of its model's words, without what it makes up."""

    def read_strictly(said: str, give_up_parsing: bool = False, **others: Any) -> Any:
        found = False if give_up_parsing else read(said, **others)
        if give_up_parsing or not (found is False or holds_scores(found, score_range)):
            raise mebench_worker.Unparsed(f"EditScore cannot read what its model said: {said}")
        return found

    return read_strictly


def holds_scores(found: Any, score_range: float) -> bool:
    """Whether there are words and two scores, both numbers from 0 to the end of the range."""
    if not isinstance(found, dict) or "reasoning" not in found:
        return False
    scores = found.get("score")
    if not isinstance(scores, list) or len(scores) != 2:
        return False
    return all(type(one) in (int, float) and 0 <= one <= score_range for one in scores)


def load(request: dict[str, Any]) -> tuple[mebench_worker.Rate, dict[str, Any]]:
    mebench_worker.need_cuda(request, "the code of EditScore")
    import editscore
    from PIL import Image

    chosen = request["settings"]
    base, base_revision = mebench_worker.find_model(request["model"])
    lora, lora_revision = mebench_worker.find_model(chosen["lora"])
    editscore.mllm_output_to_dict = strict(editscore.mllm_output_to_dict, chosen["score_range"])
    scorer = editscore.EditScore(
        backbone=chosen["backbone"],
        model_name_or_path=base,
        lora_path=lora,
        score_range=chosen["score_range"],
        temperature=chosen["temperature"],
        num_pass=1,
    )

    def measure(asked: dict[str, Any], edit: str) -> dict[str, Any]:
        scorer.seed = chosen["seed"] + asked["repeat"]
        pictures = []
        for name in ("input", edit):
            with Image.open(asked[name]) as opened:
                pictures.append(opened.convert("RGB"))
        found = scorer.evaluate(pictures, asked["instruction"])
        return {name: float(value) if name not in REASONS else str(value) for name, value in found.items()}

    def answer(asked: dict[str, Any]) -> dict[str, Any]:
        if asked["do"] == "prefer":
            first, second = (measure(asked, name) for name in ("first", "second"))
            ahead = first["overall"] - second["overall"]
            winner = "first" if ahead > 0 else "second" if ahead < 0 else "tie"
            return {"winner": winner, "terms": {"first": first, "second": second}}
        found = measure(asked, "edit")
        scores = {scale: found[name] / 2 for scale, name in SCALES.items()}
        return {"scores": scores, "reason": found["SC_reasoning"], "terms": found}

    named = Path(lora).name if Path(chosen["lora"]).is_dir() else chosen["lora"]
    packages = mebench_worker.versions("torch", "transformers", "peft", "json-repair")
    about = {
        "model": f"EditScore ({named})",
        "revision": f"{base_revision['revision'][:12]}+{lora_revision['revision'][:12]}",
        "rubric": "EditScore, zero shot",
        "packages": packages,
    }
    return answer, about


if __name__ == "__main__":
    mebench_worker.serve(load)

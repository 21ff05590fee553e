"""EditScore by its official code: ``python editscore.py CHECKOUT``.

Written from `EditScore.evaluate` in editscore/__init__.py of VectorSpaceLab/EditScore at 6e0f1b9, which is
that of the package editscore 0.2; not run here with real weights. Its scores are 0 to 10: halved, success of
the edit is told as fidelity, lack of overediting as preservation, and the lesser of naturalness and freedom
from artifacts as coherence. Of two edits the one with the higher overall, EditScore's own, is better.

Where it cannot read what its model said, the code draws a score at random: such an answer is no score here.
It averages over passes, of which only the last one's words are told, so that one pass is asked for at a time.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import mebench_worker

mebench_worker.checkout()

GUESSED = "guess_if_cannot_parse"
"""How the reasoning begins that the code writes beside a score drawn at random."""
SCALES = {"fidelity": "prompt_following", "preservation": "consistency", "coherence": "perceptual_quality"}
REASONS = ("SC_reasoning", "PQ_reasoning")


def load(request: dict[str, Any]) -> tuple[mebench_worker.Rate, dict[str, Any]]:
    mebench_worker.need_cuda(request, "the code of EditScore")
    from editscore import EditScore
    from PIL import Image

    chosen = request["settings"]
    base, base_revision = mebench_worker.find_model(request["model"])
    lora, lora_revision = mebench_worker.find_model(chosen["lora"])
    scorer = EditScore(
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
        guessed = [str(found[name]) for name in REASONS if str(found[name]).startswith(GUESSED)]
        if guessed:
            raise mebench_worker.Unparsed(f"EditScore could not read its model: {guessed[0]}")
        return {name: float(value) if name not in REASONS else str(value) for name, value in found.items()}

    def answer(asked: dict[str, Any]) -> dict[str, Any]:
        if asked["do"] == "prefer":
            first, second = (measure(asked, name) for name in ("first", "second"))
            ahead = first["overall"] - second["overall"]
            if ahead != ahead:
                raise ValueError("an overall is no number")
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

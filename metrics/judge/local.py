"""A judge in this process: an image-text-to-text model of the `transformers` library."""

import threading
from pathlib import Path
from typing import Any

import torch
import transformers
from PIL import Image

from motionedit_bench.errors import AdapterError, UsageError, WeightsUnavailable, one_line
from motionedit_bench.hub import advice, is_offline, snapshot, trouble_behind
from motionedit_bench.images import decode
from motionedit_bench.metrics.judge.answer import DIGITS, Answer
from motionedit_bench.metrics.judge.model import Call, CallFailed, Keep, Model, unkept
from motionedit_bench.metrics.networks.network import exact, place
from motionedit_bench.offline import brought_by
from motionedit_bench.provenance import package_version

ROOM = 512
"""Tokens that an answer in words may take."""


class Local(Model):
    """A model from a local folder or the hub, asked greedily, one question at a time.

    The probabilities of digits come from one forward pass and are exact.

    Raises (on construction):
        WeightsUnavailable: the model is not on this machine and cannot be fetched.
        UsageError: it takes no pictures and text, or is damaged; no such device.
    """

    def __init__(self, model: str, device: str = "auto") -> None:
        self._device = place(device)
        folder = Path(model)
        named = folder.resolve().name if folder.is_dir() else model
        self.spec = f"local:{named}"
        repository, _, revision = (model, "", "") if folder.is_dir() else model.partition("@")
        chosen: dict[str, Any] = {"revision": revision} if revision else {}
        source, commit = repository, None
        if not folder.is_dir() and is_offline():  # from a folder, the libraries ask nobody
            source, chosen = str(_cached(repository, revision or None, self.spec)), {"local_files_only": True}
            commit = Path(source).name
        try:
            self._prepare = transformers.AutoProcessor.from_pretrained(source, **chosen)
            network = transformers.AutoModelForImageTextToText.from_pretrained(
                source, dtype=torch.float32 if self._device.type == "cpu" else torch.bfloat16, **chosen
            )
        except OSError as error:
            if found := trouble_behind(error):
                raise WeightsUnavailable(
                    f"judge {self.spec}: {advice(*found, repository, revision or None)}"
                ) from error
            reason = one_line(error)
            raise WeightsUnavailable(
                f"judge {self.spec} cannot be had ({reason}): give a local folder"
            ) from error
        except (ValueError, KeyError, RuntimeError) as error:
            reason = one_line(error)
            raise UsageError(
                f"{model} is no image-text-to-text model that transformers can load ({reason})"
            ) from error
        self._network = network.eval().to(self._device)
        self._commit: str = (
            commit or getattr(network.config, "_commit_hash", None) or _digest_of(Path(source))
        )
        self._lock = threading.Lock()
        self._digits = [self._one_token(digit) for digit in DIGITS]

    @property
    def versions(self) -> dict[str, str]:
        return {"weights": self._commit}

    @property
    def parameters(self) -> dict[str, Any]:
        return {
            "weights": self._commit,
            "decoding": "greedy",
            "dtype": str(self._network.dtype),
            "max_tokens": ROOM,
            "transformers": package_version("transformers"),
        }

    def ask(self, call: Call, keep: Keep = unkept) -> Answer:
        pictures = [decode(picture.content) for picture in call.pictures]
        try:
            with self._lock, exact():
                inputs = self._inputs(call.text, pictures)
                answer = self._digit(inputs) if call.wants_digit else self._words(inputs)
        except (RuntimeError, ValueError) as error:  # of memory, above all
            raise CallFailed(f"{type(error).__name__}: {one_line(error, most=300)}") from error
        return keep(answer)

    def _inputs(self, text: str, pictures: list[Image.Image]) -> Any:
        content: list[dict[str, Any]] = [{"type": "image"} for _ in pictures]
        content.append({"type": "text", "text": text})
        prompt = self._prepare.apply_chat_template(
            [{"role": "user", "content": content}], add_generation_prompt=True, tokenize=False
        )
        return self._prepare(text=[prompt], images=pictures, return_tensors="pt").to(self._device)

    def _words(self, inputs: Any) -> Answer:
        before = inputs["input_ids"].shape[1]
        made = self._network.generate(**inputs, do_sample=False, max_new_tokens=ROOM)[0, before:]
        text = self._prepare.decode(made, skip_special_tokens=True)
        finish = "length" if len(made) >= ROOM else "stop"
        return Answer(text, self.spec, finish=finish, tokens_in=before, tokens_out=len(made))

    def _digit(self, inputs: Any) -> Answer:
        logits = self._network(**inputs).logits[0, -1].double()
        logprobs = torch.log_softmax(logits, dim=-1)
        digits = {digit: float(logprobs[token]) for digit, token in zip(DIGITS, self._digits, strict=True)}
        likely = self._prepare.decode([int(logits.argmax())])
        return Answer(
            likely, self.spec, digits=digits, whole=True, tokens_in=inputs["input_ids"].shape[1], tokens_out=1
        )

    def _one_token(self, digit: str) -> int:
        tokens = self._prepare.tokenizer.encode(digit, add_special_tokens=False)
        if len(tokens) != 1:
            raise UsageError(
                f"{self.spec} writes {digit} as {len(tokens)} tokens: --protocol digit needs one"
            )
        return int(tokens[0])


def _cached(repository: str, revision: str | None, judge: str) -> Path:
    """The model's folder in the cache of the hub's client."""
    try:
        return snapshot(repository, revision)
    except AdapterError as error:
        raise WeightsUnavailable(f"judge {judge}: {error}; {brought_by('--judge', judge)}") from error


def _digest_of(folder: Path) -> str:
    """A hash of a local model's files, by name."""
    from motionedit_bench.records import digest, digest_of

    names = sorted(path.name for path in folder.iterdir() if path.is_file())
    return digest_of([[name, digest((folder / name).read_bytes())] for name in names])[:12]

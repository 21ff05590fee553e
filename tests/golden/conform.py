"""Tries what adapters promise, as `mebench check` does, of all that are diffusers pipelines or served.

The pipelines are their real classes with tiny random weights, at 64x64 pixels and one step; the servers are
on loopback. ``python tests/golden/conform.py [ADAPTER ...]`` prints a line an adapter, with what it does not
keep, and exits with 1 where there is any. All take some minutes on one core.
"""

import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from helpers.checkpoints.of_adapters import OF_ADAPTERS, SMALL, Tiny, shrink
from helpers.tiny_checkpoints import (
    build_instruct_pix2pix,
    build_kontext,
    build_lora,
    build_qwen_edit,
    build_qwen_edit_plus,
)
from helpers.tiny_editors import TinyBFL, TinyGemini, TinySeedream
from helpers.tiny_images_server import TinyImagesServer, serving

from motionedit_bench.adapters import ADAPTERS, Adapter, parse_settings
from motionedit_bench.adapters.diffusers import loading
from motionedit_bench.conformance.adapter import check
from motionedit_bench.conformance.kit import Finding

OF_THE_PAPER = {
    "flux_kontext": Tiny(build_kontext, SMALL),
    "qwen_image_edit": Tiny(build_qwen_edit_plus, SMALL),
    "qwen_image_edit_first": Tiny(build_qwen_edit, SMALL),
    "instruct_pix2pix": Tiny(build_instruct_pix2pix),
    "magicbrush": Tiny(build_instruct_pix2pix),
    "motionnft_qwen": Tiny(build_qwen_edit_plus, SMALL),
    "motionnft_flux": Tiny(build_kontext, SMALL),
    "uniworld_v2_qwen": Tiny(build_qwen_edit_plus, SMALL),
    "uniworld_v2_flux": Tiny(build_kontext, SMALL),
}
PIPELINES = OF_THE_PAPER | OF_ADAPTERS

OPENAI = (TinyImagesServer, "OPENAI_API_KEY", ("send_seed=true",))
BFL = (TinyBFL, "BFL_API_KEY", ("poll=0.01",))
SERVED: dict[str, tuple[type[TinyImagesServer], str, tuple[str, ...]]] = {
    "openai_images": OPENAI,
    "gpt_image": OPENAI,
    "gemini_images": (TinyGemini, "GEMINI_API_KEY", ("send_seed=true",)),
    "seedream": (TinySeedream, "ARK_API_KEY", ()),
    "flux_kontext_pro": BFL,
    "flux_kontext_max": BFL,
    "flux_2_pro": BFL,
}

TOO_SMALL = "its pipeline takes no side under 64 pixels"
BROKEN_KNOWINGLY = {("seedream", "another seed"): "its API takes no seed"} | {
    (name, f"input {size}"): TOO_SMALL
    for name in PIPELINES
    if name.startswith("flux2_")
    for size in ("33x47", "97x61")
}
"""What is not kept, with the reason."""


@contextmanager
def made(name: str, folder: Path) -> Iterator[Adapter]:
    """The adapter, small, with its checkpoint in the folder or its server on loopback."""
    kind = ADAPTERS.get(name)
    with ExitStack() as stack:
        patch = stack.enter_context(pytest.MonkeyPatch.context())
        if name in SERVED:
            server, key, own = SERVED[name]
            patch.setenv(key, "sk-not-a-key")
            patch.setenv("NO_PROXY", "127.0.0.1")
            address = stack.enter_context(serving(server)).url
            model = None if kind.default_model else "tiny"
            yield kind(parse_settings(kind.Settings, (f"base_url={address}", *own)), model)
        else:
            shrink(patch)
            tiny = PIPELINES[name]
            model = folder / tiny.build.__name__
            if not model.exists():
                tiny.build(model)
            settings = ["steps=1", *tiny.settings]
            if getattr(kind, "needs_lora", None):
                blank = loading.blank(str(model), kind.pipelines, kind.denoiser)
                settings.append(f"lora={build_lora(blank, folder / f'{model.name}-lora')}")
            yield kind(parse_settings(kind.Settings, settings), str(model), "cpu")


def broken(name: str, findings: Sequence[Finding]) -> list[Finding]:
    """What it does not keep, but for what is known."""
    return [one for one in findings if one.outcome == "FAIL" and (name, one.check) not in BROKEN_KNOWINGLY]


def main() -> int:
    names = sys.argv[1:] or [*PIPELINES, *SERVED]
    faulty = False
    with tempfile.TemporaryDirectory() as place:
        for name in names:
            started = time.process_time()
            with made(name, Path(place)) as adapter:
                findings = check(adapter)
            counts = Counter(one.outcome for one in findings)
            told = ", ".join(f"{count} {outcome}" for outcome, count in counts.items())
            print(f"{name:26s} {time.process_time() - started:5.1f} s CPU  {told}", flush=True)
            for one in findings:
                if one.outcome == "FAIL":
                    why = BROKEN_KNOWINGLY.get((name, one.check))
                    print(f"    {one.check}: {one.reason}" + (f" ({why})" if why else ""), flush=True)
            faulty = faulty or bool(broken(name, findings))
    return 1 if faulty else 0


if __name__ == "__main__":
    sys.exit(main())

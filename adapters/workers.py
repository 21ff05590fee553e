"""Models whose official code runs in its own Python environment, and anyone's own worker.

ME is ``inference/run_image_editing.py`` of elainew728/motion-edit, the inference script released
with the paper (MotionEdit, arXiv 2512.10284). The programs that run beside the official code are in
``worker_programs/``; docs/worker-protocol.md says how they are spoken to.
"""

import os
import shlex
import tempfile
from abc import abstractmethod
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ClassVar

from PIL import Image
from pydantic import Field

from motionedit_bench import cache
from motionedit_bench.adapters.base import Adapter, Settings
from motionedit_bench.adapters.worker_process import Launch, Worker
from motionedit_bench.adapters.worker_setup import PROGRAMS, Official, Place, find_place, missing, revision_of
from motionedit_bench.errors import EditFailed, EditRefused, ImageError, UsageError
from motionedit_bench.images import decode, encode_png
from motionedit_bench.records import Item

ME = "inference/run_image_editing.py of elainew728/motion-edit"
PAPER = "the MotionEdit paper, 8.1.3"


class WorkerSettings(Settings):
    """None of these can move a pixel, so none is part of what makes a run the same run."""

    timeout: float = Field(600, gt=0, exclude=True, description="seconds for one edit, then it is ended")
    start_timeout: float = Field(1800, gt=0, exclude=True, description="seconds for loading the model")
    log: Path | None = Field(None, exclude=True, description="where all that it prints is kept")


class WorkerAdapter(Adapter):
    """A model in a worker process. One edit at a time; the process is started again when it is lost."""

    Settings: ClassVar[type[Settings]] = WorkerSettings
    settings: WorkerSettings
    samples = True

    _worker: Worker | None = None
    _about: dict[str, Any]
    _restarts = 0

    @abstractmethod
    def launch(self, log: Path) -> Launch:
        """How the worker is started.

        Raises:
            UsageError, AdapterError: what is missing, and what to do.
        """

    def load(self) -> None:
        """Start the worker and wait until it has loaded its model."""
        self._worker = Worker(self.launch(self.settings.log or _default_log(type(self).__name__.lower())))
        self._about = self._worker.start()

    def edit(self, item: Item, seed: int) -> Image.Image:
        """The image that the worker wrote; its size is the model's choice.

        Raises:
            EditRefused: the worker says that the model declined.
            EditFailed: the worker says why not, was lost on this item twice, hung, or wrote no image.
            AdapterError: the worker was lost before, and cannot be started again.
        """
        if self._worker is None:
            raise RuntimeError("load comes before edit")
        before = self._worker.restarts
        try:
            with tempfile.TemporaryDirectory(prefix="mebench-") as folder:
                given, made = Path(folder, "input.png"), Path(folder, "output.png")
                given.write_bytes(encode_png(decode(item.input.read())))
                answer = self._worker.ask(
                    {
                        "do": "edit",
                        "instruction": item.instruction,
                        "input": str(given),
                        "output": str(made),
                        "seed": seed,
                    }
                )
                return self._read(answer, made)
        finally:
            self._restarts = self._worker.restarts - before

    def _read(self, answer: dict[str, Any], made: Path) -> Image.Image:
        log = self._worker.launch.log if self._worker else None
        if not answer["ok"]:
            reason = " ".join(str(answer.get("reason") or "no reason given").split())[:500]
            if answer.get("refused") is True:
                raise EditRefused(reason)
            raise EditFailed(f"the worker says: {reason}; see {log}")
        try:
            return decode(made.read_bytes())
        except FileNotFoundError:
            raise EditFailed(f"the worker answered ok, but wrote no image; see {log}") from None
        except (OSError, ImageError) as error:
            raise EditFailed(
                f"the worker answered ok, but what it wrote is no image ({error}); see {log}"
            ) from error

    def notes(self) -> dict[str, Any]:
        """How often the worker was started again for the edit made last."""
        return {"restarts": self._restarts}

    def provenance(self) -> dict[str, Any]:
        """What the worker says that it loaded, and the command that it is."""
        if self._worker is None:
            return {}
        return {**self._about, "command": list(self._worker.launch.command)}

    def close(self) -> None:
        """End the worker and all that it started."""
        if self._worker is not None:
            self._worker.close()


class OwnWorkerSettings(WorkerSettings):
    command: str = Field("", description="what starts the worker, as in a shell, such as 'python mine.py'")


class OwnWorker(WorkerAdapter):
    """Your own worker in any language, by --set command="python my_worker.py"."""

    Settings: ClassVar[type[Settings]] = OwnWorkerSettings
    settings: OwnWorkerSettings

    def launch(self, log: Path) -> Launch:
        try:
            command = shlex.split(self.settings.command)
        except ValueError as error:
            raise UsageError(f"--set command={self.settings.command!r}: {error}") from error
        if not command:
            raise UsageError('adapter worker needs its command: --set command="python my_worker.py"')
        hello: dict[str, Any] = {"model": None, "device": self.device, "settings": {}}
        return Launch(command, log, self.settings.timeout, self.settings.start_timeout, hello)


class OfficialSettings(WorkerSettings):
    repo: Path | None = Field(None, exclude=True, description="another checkout than that of the setup")
    python: Path | None = Field(None, exclude=True, description="another Python than that of the setup")
    steps: int = Field(50, ge=1, description="denoising steps")


class OfficialWorker(WorkerAdapter):
    """A model's official code, by a program of ``worker_programs/`` in an environment of its own.

    A subclass is a declaration: `official` (where the code is, what it needs), `default_model`,
    `Settings`, `sources` (where each value is from), `size_rule` (what size the edit has), `licence`.
    What `Settings` adds to `OfficialSettings` goes to the program as it is.
    """

    Settings: ClassVar[type[Settings]] = OfficialSettings
    settings: OfficialSettings
    default_model: ClassVar[str]

    official: ClassVar[Official]
    size_rule: ClassVar[str]
    licence: ClassVar[str]
    sources: ClassVar[dict[str, str]]

    @classmethod
    def state(cls) -> str:
        """``ready``, or what is missing; neither weights nor memory are looked at."""
        return missing(cls.official) or "ready"

    def place(self) -> Place:
        """The checkout and the Python that run it: those that were set, else those of the setup.

        Raises:
            AdapterError: neither, or they are gone.
        """
        return find_place(self.official, self.settings.repo, self.settings.python)

    def launch(self, log: Path) -> Launch:
        place = self.place()
        program = PROGRAMS / f"{self.official.name}.py"
        own = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "PYTHONHOME")}
        return Launch(
            command=[str(place.python), str(program), str(place.repo)],
            log=log,
            timeout=self.settings.timeout,
            start_timeout=self.settings.start_timeout,
            hello={
                "model": self.model,
                "device": self.device,
                "settings": self.settings.model_dump(mode="json"),
            },
            environment=own | {"PYTHONNOUSERSITE": "1"},
        )

    def provenance(self) -> dict[str, Any]:
        """What was loaded, by which commit of the official code, and where each setting is from."""
        chosen = {*self.settings.model_fields_set, *({"model"} if self.model != self.default_model else ())}
        return {
            "model": self.model,
            **super().provenance(),
            "official_code": {"url": self.official.url, "commit": revision_of(self.place().repo)},
            "size": self.size_rule,
            "sources": {
                name: "set for this run" if name in chosen else source
                for name, source in self.sources.items()
            },
        }


class BagelSettings(OfficialSettings):
    cfg_text: float = Field(4.0, ge=1, description="guidance scale of the instruction")
    cfg_image: float = Field(2.0, ge=1, description="guidance scale of the input image")
    cfg_start: float = Field(0.0, ge=0, le=1, description="guidance acts from here to 1 of the way")
    shift: float = Field(3.0, gt=0, description="shift of the timesteps")
    renorm_min: float = Field(0.0, ge=0, le=1, description="least factor of the guidance's renormalization")
    renorm: str = Field("text_channel", pattern="^(global|channel|text_channel)$", description="its kind")


BAGEL_EDIT = "edit_image in app.py of ByteDance-Seed/Bagel"


class Bagel(OfficialWorker):
    """BAGEL, 7 B active of 14 B parameters, by its official code."""

    Settings = BagelSettings
    settings: BagelSettings
    default_model = "ByteDance-Seed/BAGEL-7B-MoT"
    memory = "29 GB"
    licence = "Apache 2.0, code and weights"
    official = Official(
        name="bagel",
        url="https://github.com/ByteDance-Seed/Bagel",
        files=("inferencer.py", "modeling/bagel/bagel.py", "data/transforms.py"),
        pythons=("3.10", "3.11"),
    )
    size_rule = "the input's, its long side at most 1024 and its short side at least 512, in multiples of 16"
    sources: ClassVar[dict[str, str]] = dict.fromkeys(
        ("model", "steps", "cfg_text", "cfg_image", "cfg_start", "shift", "renorm_min", "renorm", "size"),
        BAGEL_EDIT,
    )


class UniWorldSettings(OfficialSettings):
    steps: int = Field(25, ge=1, description="denoising steps")
    guidance: float = Field(3.5, ge=0, description="guidance scale, which FLUX.1 was distilled with")
    flux: str = Field("black-forest-labs/FLUX.1-dev", description="hub id or folder of the FLUX.1 pipeline")
    siglip: str = Field("google/siglip2-so400m-patch16-512", description="hub id or folder of SigLIP 2")


UNIWORLD_EVAL = "univa/eval/gedit of PKU-YuanGroup/UniWorld-V1"


class UniWorldV1(OfficialWorker):
    """UniWorld-V1 on FLUX.1 [dev], by its official code."""

    Settings = UniWorldSettings
    settings: UniWorldSettings
    default_model = "LanguageBind/UniWorld-V1"
    memory = "41 GB"
    licence = "MIT; FLUX.1 [dev], which it needs, is gated and non-commercial"
    official = Official(
        name="uniworld_v1",
        url="https://github.com/PKU-YuanGroup/UniWorld-V1",
        files=("univa/utils/flux_pipeline.py", "univa/models/qwen2p5vl/modeling_univa_qwen2p5vl.py"),
        pythons=("3.10", "3.11"),
    )
    size_rule = "about one megapixel in the nearest of 11 ratios (1280x720 gives 1536x864)"
    sources: ClassVar[dict[str, str]] = {
        "model": UNIWORLD_EVAL,
        "steps": f"{PAPER}; {UNIWORLD_EVAL} takes 28",
        "guidance": UNIWORLD_EVAL,
        "flux": UNIWORLD_EVAL,
        "siglip": UNIWORLD_EVAL,
        "size": UNIWORLD_EVAL,
    }


class Step1XSettings(OfficialSettings):
    steps: int = Field(28, ge=1, description="denoising steps")
    true_cfg_scale: float = Field(6.0, ge=0, description="classifier-free guidance scale")


class Step1XEdit(OfficialWorker):
    """Step1X-Edit v1.1, by the diffusers fork that it needs."""

    Settings = Step1XSettings
    settings: Step1XSettings
    default_model = "stepfun-ai/Step1X-Edit-v1p1-diffusers"
    memory = "42 GB"
    licence = "Apache 2.0, code and weights"
    official = Official(
        name="step1x_edit",
        url="https://github.com/Peyton-Chen/diffusers (branch step1xedit)",
        files=("src/diffusers/pipelines/step1x_edit/pipeline_step1x_edit.py",),
        pythons=("3.10", "3.11", "3.12"),
    )
    size_rule = "height and width of the input, as the pipeline takes them"
    sources: ClassVar[dict[str, str]] = dict.fromkeys(("model", "steps", "true_cfg_scale", "size"), ME)


class UltraEditSettings(OfficialSettings):
    guidance: float = Field(7.5, ge=0, description="guidance scale of the instruction")
    image_guidance: float = Field(1.5, ge=1, description="guidance scale of the input image")


class UltraEdit(OfficialWorker):
    """UltraEdit on Stable Diffusion 3, by its own diffusers."""

    Settings = UltraEditSettings
    settings: UltraEditSettings
    default_model = "BleachNick/SD3_UltraEdit_w_mask"
    memory = "16 GB"
    licence = "the weights derive from Stable Diffusion 3: Stability AI's community licence"
    official = Official(
        name="ultraedit",
        url="https://github.com/HaozheZhao/UltraEdit",
        files=(
            "diffusers/src/diffusers/pipelines/stable_diffusion_3/"
            "pipeline_stable_diffusion_3_instructpix2pix.py",
        ),
        pythons=("3.10", "3.11"),
    )
    size_rule = "edited at 512x512 under a white mask, and resized back to the input's size"
    sources: ClassVar[dict[str, str]] = {
        **dict.fromkeys(("model", "steps", "guidance", "image_guidance", "size"), ME),
        "seed": f"{ME} sets none; here every edit has one",
    }


class AnyEditSettings(OfficialSettings):
    steps: int = Field(100, ge=1, description="denoising steps")
    guidance: float = Field(3.0, ge=0, description="guidance scale of the instruction")
    image_guidance: float = Field(3.0, ge=1, description="guidance scale of the input image")
    base: str = Field(
        "stable-diffusion-v1-5/stable-diffusion-v1-5", description="hub id or folder of Stable Diffusion 1.5"
    )


class AnyEdit(OfficialWorker):
    """AnySD, the model of AnyEdit, by its official code in its general mode."""

    Settings = AnyEditSettings
    settings: AnyEditSettings
    default_model = "WeiChow/AnySD"
    memory = "see its page"
    licence = "weights: CreativeML OpenRAIL-M, inherited from Stable Diffusion; evaluation code: CC BY 4.0"
    official = Official(
        name="anyedit",
        url="https://github.com/weichow23/AnySD",
        files=("anysd/src/model.py", "anysd/src/pipe.py"),
        pythons=("3.9", "3.10", "3.11"),
    )
    size_rule = "512x512, to which the official code brings every input"
    sources: ClassVar[dict[str, str]] = {
        **dict.fromkeys(("model", "steps", "guidance", "image_guidance"), ME),
        "base": "anysd/src/model.py of weichow23/AnySD",
        "size": "anysd/src/model.py of weichow23/AnySD",
        "seed": f"{ME} leaves it to the official code, which seeds once; here every edit has its own",
    }


def official_of(name: str) -> Official:
    """The official code behind an adapter's name.

    Raises:
        UsageError: no such adapter, or one that runs no official code.
    """
    from motionedit_bench.adapters import ADAPTERS

    kind = ADAPTERS.get(name)
    if not issubclass(kind, OfficialWorker):
        raise UsageError(f"adapter {name} needs no environment of its own: there is nothing to set up")
    return kind.official


def _default_log(name: str) -> Path:
    stamp = datetime.now(UTC).strftime("%Y%m%d-%H%M%S")
    return cache.directory() / "workers" / "logs" / f"{name}-{stamp}-{os.getpid()}.log"

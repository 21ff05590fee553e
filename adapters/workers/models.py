"""The models that run by their official code, each a declaration.

ME is ``inference/run_image_editing.py`` of elainew728/motion-edit, the inference script released
with the paper (MotionEdit, arXiv 2512.10284). The programs that run beside the official code are in
``programs/``.
"""

from typing import ClassVar

from pydantic import Field

from motionedit_bench.adapters.workers.official import OfficialSettings, OfficialWorker
from motionedit_bench.workers.setup import Official

ME = "inference/run_image_editing.py of elainew728/motion-edit"
PAPER = "the MotionEdit paper, 8.1.3"


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


UNIWORLD_EVAL = "univa/eval/gedit/step1_gen_samples.py of PKU-YuanGroup/UniWorld-V1"


class UniWorldV1(OfficialWorker):
    """UniWorld-V1 on FLUX.1 [dev], by its official code."""

    Settings = UniWorldSettings
    settings: UniWorldSettings
    default_model = "LanguageBind/UniWorld-V1"
    memory = "51 GB"
    licence = "MIT; FLUX.1 [dev], which it needs, is gated and non-commercial"
    official = Official(
        name="uniworld_v1",
        url="https://github.com/PKU-YuanGroup/UniWorld-V1",
        files=("univa/utils/flux_pipeline.py", "univa/models/qwen2p5vl/modeling_univa_qwen2p5vl.py"),
        pythons=("3.10", "3.11"),
    )
    size_rule = (
        "about one megapixel in the nearest of 11 ratios (1280x720 gives 1536x864), and kept so, where "
        "the official script resizes to 1024x1024 in the end"
    )
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
    size_rule = "edited at about one megapixel, in multiples of 16, and resized back to the input's size"
    sources: ClassVar[dict[str, str]] = {
        **dict.fromkeys(("model", "steps", "true_cfg_scale"), ME),
        "size": f"the fork's pipeline, which ignores the height and width that {ME} gives",
    }


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
        "instruction": "its pipeline cuts what is over 77 tokens, which is all that CLIP reads",
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

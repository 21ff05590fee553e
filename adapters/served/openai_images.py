"""Models behind ``POST /v1/images/edits``: OpenAI's own, or a server of vLLM-Omni or SGLang.

The protocol: https://platform.openai.com/docs/api-reference/images/createEdit (multipart fields
``image``, ``prompt``, ``model``; the answer is ``data[0].b64_json``). The further fields of vLLM-Omni:
https://docs.vllm.ai/projects/vllm-omni/en/latest/serving/image_edit_api/
"""

from typing import Any, ClassVar, Literal

from pydantic import BaseModel, Field, Json

from motionedit_bench.adapters.served.base import ServedSettings
from motionedit_bench.adapters.served.openai_api import OpenAIServed
from motionedit_bench.errors import UsageError

FILLED_IN = ("image", "image[]", "prompt", "model", "n", "stream", "seed")
"""Fields of the request that `OpenAIImages` fills in itself, or leaves out because of what it expects."""


class OpenAIImagesSettings(ServedSettings):
    base_url: str | None = Field(
        None,
        min_length=1,
        description="the server, up to and with /v1  [default: OPENAI_BASE_URL, else OpenAI]",
    )
    send_seed: bool = Field(
        False, description="send the item's seed (vLLM-Omni and SGLang take one, OpenAI does not)"
    )
    size: str | None = Field(None, pattern=r"^(auto|\d+x\d+)$", description="size of the edit: auto or WxH")
    quality: str | None = Field(None, min_length=1, description="OpenAI: low, medium, high, auto")
    input_fidelity: Literal["low", "high"] | None = Field(
        None, description="OpenAI: how closely the edit keeps to the input's features; the API's own is low"
    )
    response_format: Literal["b64_json"] | None = Field(
        None, description="for servers that otherwise answer with a URL; OpenAI's own models refuse it"
    )
    num_inference_steps: int | None = Field(None, ge=1, description="denoising steps")
    guidance_scale: float | None = Field(None, description="guidance, distilled or classifier-free")
    true_cfg_scale: float | None = Field(None, description="classifier-free guidance of Qwen-Image-Edit")
    negative_prompt: str | None = Field(None, description="what the edit should not show")
    extra: Json[dict[str, Any]] | None = Field(
        None, description="further fields of the request, a JSON object"
    )


TRANSPORT = {"base_url", "concurrency", "timeout", "retries", "send_seed", "extra"}
"""Settings that are not themselves fields of the request."""


class OpenAIImages(OpenAIServed):
    """Any model that a server edits with over the OpenAI images API; the key is read from OPENAI_API_KEY.

    Without ``send_seed`` the server draws its own random numbers, and a repeat gives another image.
    """

    Settings = OpenAIImagesSettings
    settings: OpenAIImagesSettings
    model_is: ClassVar[str | None] = "the name under which the server knows the model"

    provider = "openai"
    address = "https://api.openai.com/v1"
    key = "OPENAI_API_KEY"
    address_variable = "OPENAI_BASE_URL"

    def __init__(
        self, settings: BaseModel | None = None, model: str | None = None, device: str = "auto"
    ) -> None:
        super().__init__(settings, model, device)
        for name in self.settings.extra or {}:
            if name in FILLED_IN or name in OpenAIImagesSettings.model_fields:
                raise UsageError(f"--set extra=... cannot hold {name!r}: the adapter sees to that itself")

    @property
    def fields(self) -> dict[str, Any]:
        chosen = self.settings.model_dump(mode="json", exclude=TRANSPORT, exclude_none=True)
        return {**chosen, **(self.settings.extra or {})}

    @property
    def seeding(self) -> str:
        return "the item's seed is sent" if self.settings.send_seed else super().seeding

    def request(self, picture: bytes, instruction: str, seed: int) -> Any:
        return self._client.images.edit(
            model=self.model,
            image=("input.png", picture, "image/png"),
            prompt=instruction,
            extra_body={**self.fields, **({"seed": seed} if self.settings.send_seed else {})},
        )


class GPTImage(OpenAIImages):
    """GPT-Image of OpenAI; the key is read from OPENAI_API_KEY."""

    model_is = None
    default_model = "gpt-image-1.5"
    licence = "OpenAI's terms of use"

"""Models behind ``POST /v1/images/edits``: OpenAI's own, or a server of vLLM-Omni or SGLang.

The protocol: https://platform.openai.com/docs/api-reference/images/createEdit (multipart fields
``image``, ``prompt``, ``model``; the answer is ``data[0].b64_json``). The further fields of vLLM-Omni:
https://docs.vllm.ai/projects/vllm-omni/en/latest/serving/image_edit_api/
"""

import base64
import binascii
import json
import os
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import urlsplit

from PIL import Image
from pydantic import BaseModel, Field, Json

from motionedit_bench.adapters.base import Adapter, Settings
from motionedit_bench.errors import (
    AdapterError,
    EditFailed,
    EditRefused,
    ImageError,
    UsageError,
    one_line,
)
from motionedit_bench.images import decode, encode_png
from motionedit_bench.provenance import package_version
from motionedit_bench.proxies import unusable
from motionedit_bench.records import Item
from motionedit_bench.redaction import Redaction

if TYPE_CHECKING:
    import openai

KEY = "OPENAI_API_KEY"
BASE_URL = "OPENAI_BASE_URL"

REFUSALS = ("moderation_blocked", "content_policy_violation", "content_filter", "contentfilter")
"""Error codes, in small letters, with which a model or its safety system declines (OpenAI, Azure)."""

SPENT = ("insufficient_quota", "billing_hard_limit_reached", "billing_not_active")
"""Error codes after which no further request of this account is served."""

FILLED_IN = ("image", "image[]", "prompt", "model", "n", "stream", "seed")
"""Fields of the request that `OpenAIImages` fills in itself, or leaves out because of what it expects."""


class OpenAIImagesSettings(Settings):
    """Fields of the request are sent only where they are set; ``None`` leaves them to the server."""

    base_url: str | None = Field(
        None, min_length=1, description=f"the server, up to and with /v1  [default: {BASE_URL}, else OpenAI]"
    )
    concurrency: int = Field(1, ge=1, le=256, exclude=True, description="requests under way at once")
    timeout: float = Field(300, gt=0, exclude=True, description="seconds that one request may take")
    retries: int = Field(
        5, ge=0, exclude=True, description="further tries after 408, 409, 429, 5xx, a time-out or a lost line"
    )
    send_seed: bool = Field(
        False, description="send the item's seed (vLLM-Omni and SGLang take one, OpenAI does not)"
    )
    size: str | None = Field(None, pattern=r"^(auto|\d+x\d+)$", description="size of the edit: auto or WxH")
    quality: str | None = Field(None, min_length=1, description="OpenAI: low, medium, high, auto")
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


class OpenAIImages(Adapter):
    """Any model that a server edits with over the OpenAI images API; the key is read from OPENAI_API_KEY.

    The input is sent as an RGB PNG of its own size. The ``openai`` package tries again by itself, after
    the server's ``Retry-After`` (up to two minutes) or else after 0.5 to 8 s, doubling. The run ends
    where nothing more can be had: a refused key, a spent account, nobody at the address, and, as long
    as nothing was served, a forbidden or unknown model.

    Without ``send_seed`` the server draws its own random numbers, and a repeat gives another image.
    """

    Settings = OpenAIImagesSettings
    settings: OpenAIImagesSettings
    model: str
    samples = True
    model_is = "the name under which the server knows the model"

    _client: "openai.OpenAI"

    def __init__(
        self, settings: BaseModel | None = None, model: str | None = None, device: str = "auto"
    ) -> None:
        super().__init__(settings, model, device)
        self._served = False
        self._key = os.environ.get(KEY, "").strip()
        self._clean = Redaction([self._key], f"[{KEY}]")
        self._base_url = self.settings.base_url or os.environ.get(BASE_URL) or None
        if self._base_url is not None:
            _check_base_url(self._base_url)
        for name in self.settings.extra or {}:
            if name in FILLED_IN or name in OpenAIImagesSettings.model_fields:
                raise UsageError(f"--set extra=... cannot hold {name!r}: the adapter sees to that itself")
        if self._clean.holds(json.dumps([self.model, self._base_url, self.settings.model_dump(mode="json")])):
            raise UsageError(f"the key stands in a setting, which would end up in files: {KEY} is enough")

    @property
    def concurrency(self) -> int:
        return self.settings.concurrency

    @property
    def fields(self) -> dict[str, Any]:
        """What is sent with every request besides image, prompt, model and seed; JSON values."""
        chosen = self.settings.model_dump(mode="json", exclude=TRANSPORT, exclude_none=True)
        return {**chosen, **(self.settings.extra or {})}

    def load(self) -> None:
        """Make the client; nothing is sent yet.

        Raises:
            AdapterError: the package is not installed, or there is no key for OpenAI's own server.
        """
        try:
            import openai
        except ImportError as error:
            raise AdapterError(
                "openai_images needs the package openai: pip install 'motionedit-bench[openai]'"
            ) from error
        if not self._key and self._base_url is None:
            raise AdapterError(
                f"no key: export {KEY}, or name a server of your own with --set base_url=http://HOST:PORT/v1"
            )
        if not (self._key.isascii() and self._key.isprintable()):
            raise AdapterError(f"{KEY} holds characters that no key has: copy the key again")
        try:
            self._client = openai.OpenAI(
                api_key=self._key or "none",
                base_url=self._base_url,
                timeout=self.settings.timeout,
                max_retries=self.settings.retries,
                default_headers={"Connection": "close"},  # a used line may hold bytes of another answer
            )
        except Exception as error:  # of one HTTP package or another, as the version of openai has it
            raise unusable(error) or error from error

    def edit(self, item: Item, seed: int) -> Image.Image:
        """The edited image, of the size that the server gives it.

        Raises:
            EditRefused: the model or its safety system declined.
            EditFailed: the server failed, also when tried again, or its answer holds no image.
            AdapterError: the server will serve no further item either.
        """
        import openai

        picture = encode_png(decode(item.input.read()))
        fields = {**self.fields, **({"seed": seed} if self.settings.send_seed else {})}
        try:
            answer = self._client.images.edit(
                model=self.model,
                image=("input.png", picture, "image/png"),
                prompt=item.instruction,
                extra_body=fields,
            )
        except openai.APIStatusError as error:
            raise self._rejected(error) from error
        except openai.APITimeoutError as error:
            raise EditFailed(f"the server did not answer within {self.settings.timeout:g} s") from error
        except openai.APIConnectionError as error:
            cause = self._one_line(str(error.__cause__ or error))
            # By name, for the class is of one HTTP package or another, as the version of openai has it.
            if type(error.__cause__).__name__ == "ConnectError":
                raise AdapterError(
                    f"nobody answers at {self._client.base_url} ({cause}): "
                    "start the server, or mend --set base_url=..."
                ) from error
            raise EditFailed(f"the connection to the server was lost: {cause}") from error
        except (json.JSONDecodeError, UnicodeDecodeError) as error:
            raise EditFailed("the server's answer is not JSON") from error
        except openai.OpenAIError as error:
            raise EditFailed(self._one_line(f"{type(error).__name__}: {error}")) from error
        if (said := _withheld(answer)) is not None:
            raise EditRefused(f"the model declined: {self._one_line(said)}")
        edited = _image_of(answer)
        self._served = True
        return edited

    def provenance(self) -> dict[str, Any]:
        """Which server was asked for which model, and what was sent; never the key."""
        return {
            "model": self.model,
            "revision": None,
            "revision_is": "unknown: the server does not say which weights it serves",
            "base_url": self._base_url or str(self._client.base_url),
            "sent": self.fields,
            "seeding": "the item's seed is sent" if self.settings.send_seed else "left to the server",
            "openai": package_version("openai"),
        }

    def _rejected(self, error: "openai.APIStatusError") -> EditRefused | EditFailed | AdapterError:
        """What an answer with an error status means for this item or for the run."""
        code, status = (error.code or "").lower(), error.status_code
        said = self._one_line(_message(error.body))
        if code in REFUSALS:
            return EditRefused(f"the model declined: {said}")
        if status == 401:
            return AdapterError(f"the server refuses the key (401: {said}): check {KEY}")
        if code in SPENT:
            return AdapterError(f"the account is spent ({status}: {said}): see to it, then run this again")
        if status in (403, 404) and not self._served:
            return AdapterError(
                f"the server does not give {self.model} ({status}: {said}): "
                "check --model, --set base_url=... and what the key may use"
            )
        return EditFailed(f"the server answered {status}: {said}")

    def _one_line(self, text: str) -> str:
        """On one line, at most 300 characters, without the key, which a server may have sent back."""
        return one_line(self._clean(text), most=300)


def _check_base_url(url: str) -> None:
    """Make sure that it is an HTTP address and holds no password, which would end up in the manifest."""
    try:
        parts = urlsplit(url)
        named = bool(parts.hostname) and parts.port != 0
    except ValueError:
        raise UsageError("the base URL is not an address; it looks like http://HOST:PORT/v1") from None
    if "@" in url or parts.query or parts.fragment:
        raise UsageError(f"the base URL must hold no name, password or query: a key is read from {KEY}")
    if parts.scheme not in ("http", "https") or not named:
        raise UsageError(f"the base URL must look like http://HOST:PORT/v1, but got {url!r}")


def _message(body: object) -> str:
    """What an error's body says, in the forms in which servers say it."""
    if isinstance(body, dict):
        body = body.get("message") or body.get("detail") or body
    if not body:
        return "no reason given"
    return body if isinstance(body, str) else json.dumps(body)


def _withheld(answer: object) -> str | None:
    """Why a served answer holds no picture of the model's making: it says so itself, whatever it holds."""
    images = getattr(answer, "data", None)
    for part in (answer, *(images if isinstance(images, list) else ())):
        error = getattr(part, "error", None)
        if isinstance(error, dict) and str(error.get("code")).lower() in REFUSALS:
            return _message(error)
        if getattr(part, "nsfw_content_detected", None) in (True, [True]):
            return "the safety checker withheld the picture"
    return None


def _image_of(answer: object) -> Image.Image:
    """The one image in an answer; nothing about its form is taken for granted, `openai` checks nothing."""
    images = getattr(answer, "data", None)
    first = images[0] if isinstance(images, list) and images else None
    encoded = getattr(first, "b64_json", None)
    if not isinstance(encoded, str) or not encoded:
        if getattr(first, "url", None):
            raise EditFailed(
                "the server answered with a URL: ask for the picture with --set response_format=b64_json"
            )
        raise EditFailed("the server answered without an image")
    try:
        return decode(base64.b64decode(encoded, validate=True))
    except (binascii.Error, ImageError) as error:
        raise EditFailed(f"the server's answer is no image: {error}") from error

"""Gemini's image models, behind ``generateContent``.

The protocol: https://ai.google.dev/gemini-api/docs/image-generation, and for what ends an answer
https://ai.google.dev/api/generate-content#FinishReason
"""

from typing import TYPE_CHECKING, Any

from pydantic import Field

from motionedit_bench.adapters.served.base import Served, ServedSettings
from motionedit_bench.adapters.served.reply import Reply, line_failed
from motionedit_bench.calls.pace import TryFailed, retry_after
from motionedit_bench.errors import AdapterError
from motionedit_bench.provenance import package_version
from motionedit_bench.proxies import unusable

if TYPE_CHECKING:
    from google import genai
    from google.genai import types
    from google.genai.errors import APIError

BROKEN_OFF = (
    *("OTHER", "IMAGE_OTHER", "MAX_TOKENS", "CONTINUATION", "FINISH_REASON_UNSPECIFIED"),
    *("MALFORMED_RESPONSE", "MALFORMED_FUNCTION_CALL", "UNEXPECTED_TOOL_CALL", "TOO_MANY_TOOL_CALLS"),
    "MISSING_THOUGHT_SIGNATURE",
)
"""Ends of an answer that are nobody's refusal; all others but STOP are."""

BARRED = "PUP_LIMITED_DISABLED"
"""The end of every answer to an account that is barred."""


class GeminiImagesSettings(ServedSettings):
    base_url: str | None = Field(
        None,
        min_length=1,
        description="the server, without /v1beta  [default: GOOGLE_GEMINI_BASE_URL, else Google]",
    )
    send_seed: bool = Field(False, description="send the item's seed, which image models need not heed")


class GeminiImages(Served):
    """Gemini's image models; the key is read from GEMINI_API_KEY."""

    Settings = GeminiImagesSettings
    settings: GeminiImagesSettings
    default_model = "gemini-2.5-flash-image"
    licence = "the Gemini API's terms of service"

    provider = "gemini"
    address = "https://generativelanguage.googleapis.com"
    key = "GEMINI_API_KEY"
    address_variable = "GOOGLE_GEMINI_BASE_URL"
    package = "google-genai"

    _client: "genai.Client"

    @property
    def fields(self) -> dict[str, Any]:
        return {"response_modalities": ["TEXT", "IMAGE"]}

    @property
    def seeding(self) -> str:
        return "the item's seed is sent" if self.settings.send_seed else super().seeding

    def load(self) -> None:
        """Make the client; nothing is sent yet.

        Raises:
            AdapterError: the package is not installed, or there is no key for Google's own server.
        """
        try:
            from google import genai
            from google.genai import types
        except ImportError as error:
            raise AdapterError(
                "gemini_images needs the package google-genai: pip install 'motionedit-bench[gemini]'"
            ) from error
        self.check_key()
        try:
            self._client = genai.Client(
                vertexai=False,
                api_key=self._key or "none",
                http_options=types.HttpOptions(
                    base_url=self.named_address or self.address,
                    api_version="v1beta",
                    timeout=int(self.settings.timeout * 1000),
                    headers={"Connection": "close"},  # a used line may hold bytes of another answer
                ),
            )
        except Exception as error:  # of one HTTP package or another, as the client's version has it
            raise unusable(error) or error from error

    def close(self) -> None:
        if hasattr(self, "_client"):
            self._client.close()

    def ask(self, picture: bytes, instruction: str, seed: int) -> Reply:
        from google.genai import types
        from google.genai.errors import APIError

        contents: list[Any] = [types.Part.from_bytes(data=picture, mime_type="image/png"), instruction]
        try:
            answer = self._client.models.generate_content(
                model=self.model,
                contents=contents,
                config=types.GenerateContentConfig(
                    seed=seed if self.settings.send_seed else None, **self.fields
                ),
            )
        except APIError as error:
            return self._refused(error)
        except ValueError as error:  # of JSON, of base64, of the client's own checks
            raise TryFailed(f"the server's answer is not of the protocol: {self.one_line(error)}") from error
        except Exception as error:
            found = line_failed(
                error, self.named_address or self.address, self.one_line(error), self.settings.timeout
            )
            raise (found or error) from error
        return self.read(answer)

    def read(self, answer: "types.GenerateContentResponse") -> Reply:
        """What an answer holds.

        Raises:
            AdapterError: the account is barred.
        """
        usage = answer.usage_metadata
        made = ((usage.candidates_token_count or 0) + (usage.thoughts_token_count or 0)) if usage else 0
        tokens = (usage.prompt_token_count or 0, made) if usage else None
        known: dict[str, Any] = {"model": answer.model_version, "tokens": tokens}
        feedback = answer.prompt_feedback
        if feedback and feedback.block_reason:
            why = _named("blockReason", feedback.block_reason, feedback.block_reason_message)
            return Reply(refusal=why, **known)
        if not answer.candidates:
            return Reply(failure="the server answered without a candidate", **known)
        first = answer.candidates[0]
        parts = (first.content.parts if first.content else None) or []
        said = " ".join(part.text for part in parts if part.text and not part.thought)
        end = getattr(first.finish_reason, "value", None) or "STOP"
        for part in parts:
            if part.inline_data and part.inline_data.data and not part.thought and end == "STOP":
                return Reply(part.inline_data.data, **known)
        if end == BARRED:
            raise AdapterError(f"the account is barred ({end}): see to it, then run this again")
        why = _named("finishReason", end, first.finish_message or said)
        if end in BROKEN_OFF:
            return Reply(failure=f"no image: {why}", **known)
        if end != "STOP":
            return Reply(refusal=why, **known)
        if said:
            return Reply(refusal=f"it answered in words: {said}", **known)
        return Reply(failure="the server answered without an image", **known)

    def _refused(self, error: "APIError") -> Reply:
        """What an answer with an error status means."""
        headers = getattr(error.response, "headers", None) or {}
        wait = retry_after(headers.get("Retry-After"), headers.get("Date"))
        told = error.details if isinstance(error.details, dict) else {}
        listed = (told.get("error") or {}).get("details") if isinstance(told.get("error"), dict) else None
        details = [one for one in listed or () if isinstance(one, dict)]
        for one in details:
            wait = max(wait, _seconds(one.get("retryDelay")))
        said = error.message or str(error.details or "no reason given")
        invalid = any(one.get("reason") == "API_KEY_INVALID" for one in details)
        return self.rejected(401 if invalid else error.code, (error.status or "",), said, wait)

    def provenance(self) -> dict[str, Any]:
        return super().provenance() | {"google-genai": package_version("google-genai")}


def _named(field: str, value: Any, said: str | None) -> str:
    name = f"{field} {getattr(value, 'value', value)}"
    return f"{name}: {said}" if said else name


def _seconds(delay: object) -> float:
    """A duration as Google writes it, such as ``17.5s``; 0 where it is none."""
    text = str(delay or "").removesuffix("s")
    return float(text) if text.replace(".", "", 1).isdecimal() else 0.0

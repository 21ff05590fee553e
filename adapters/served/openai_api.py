"""Servers that are asked by the ``openai`` package, whoever runs them."""

import base64
import binascii
import json
from abc import abstractmethod
from typing import TYPE_CHECKING, Any

from motionedit_bench.adapters.served.base import Served
from motionedit_bench.adapters.served.reply import Reply, line_failed, message_of
from motionedit_bench.calls.pace import TryFailed, retry_after
from motionedit_bench.errors import AdapterError
from motionedit_bench.provenance import package_version
from motionedit_bench.proxies import unusable

if TYPE_CHECKING:
    import openai


class OpenAIServed(Served):
    """Asks by the ``openai`` package; a subclass says for what (`request`)."""

    package = "openai"

    _client: "openai.OpenAI"

    @abstractmethod
    def request(self, picture: bytes, instruction: str, seed: int) -> Any:
        """Send one request by the client, and return its answer."""

    def load(self) -> None:
        """Make the client; nothing is sent yet.

        Raises:
            AdapterError: the package is not installed, or there is no key for the provider's own server.
        """
        try:
            import openai
        except ImportError as error:
            raise AdapterError(
                f"{type(self).__name__} needs the package openai: pip install 'motionedit-bench[openai]'"
            ) from error
        self.check_key()
        try:
            self._client = openai.OpenAI(
                api_key=self._key or "none",
                base_url=self.named_address or self.address,
                timeout=self.settings.timeout,
                max_retries=0,
                default_headers={"Connection": "close"},  # a used line may hold bytes of another answer
            )
        except Exception as error:  # of one HTTP package or another, as the version of openai has it
            raise unusable(error) or error from error

    def close(self) -> None:
        if hasattr(self, "_client"):
            self._client.close()

    def ask(self, picture: bytes, instruction: str, seed: int) -> Reply:
        import openai

        try:
            answer = self.request(picture, instruction, seed)
        except openai.APIStatusError as error:
            headers = error.response.headers
            wait = retry_after(headers.get("Retry-After"), headers.get("Date"))
            codes = (error.code or "", error.type or "")
            return self.rejected(error.status_code, codes, message_of(error.body), wait)
        except openai.APIConnectionError as error:
            cause = error.__cause__ or error
            said = self.one_line(cause)
            address = str(self._client.base_url)
            found = line_failed(cause, address, said, self.settings.timeout)
            raise found or TryFailed(f"the connection to the server was lost: {said}", 0) from error
        except (json.JSONDecodeError, UnicodeDecodeError) as error:
            raise TryFailed("the server's answer is not JSON") from error
        except openai.OpenAIError as error:
            raise TryFailed(self.one_line(f"{type(error).__name__}: {error}")) from error
        return self.read(answer)

    def read(self, answer: Any) -> Reply:
        """What an answer holds; nothing about its form is taken for granted, `openai` checks nothing."""
        known: dict[str, Any] = {"model": _text(getattr(answer, "model", None)), "tokens": _tokens(answer)}
        if (said := _withheld(answer, self.declined)) is not None:
            return Reply(refusal=said, **known)
        images = getattr(answer, "data", None)
        first = images[0] if isinstance(images, list) and images else None
        encoded = getattr(first, "b64_json", None)
        if not isinstance(encoded, str) or not encoded:
            error = getattr(first, "error", None)
            if isinstance(error, dict):
                return Reply(failure=f"the server made no image: {message_of(error)}", **known)
            if getattr(first, "url", None):
                url = (
                    "the server answered with a URL: ask for the picture with --set response_format=b64_json"
                )
                return Reply(failure=url, **known)
            return Reply(failure="the server answered without an image", **known)
        try:
            return Reply(base64.b64decode(encoded, validate=True), **known)
        except binascii.Error as error:
            return Reply(failure=f"the server's answer is no image: {error}", **known)

    def provenance(self) -> dict[str, Any]:
        return super().provenance() | {"openai": package_version("openai")}


def _withheld(answer: object, declined: tuple[str, ...]) -> str | None:
    """Why a served answer holds no picture of the model's making: it says so itself, whatever it holds."""
    images = getattr(answer, "data", None)
    for part in (answer, *(images if isinstance(images, list) else ())):
        error = getattr(part, "error", None)
        if isinstance(error, dict) and str(error.get("code")).lower().startswith(declined):
            return message_of(error)
        if getattr(part, "nsfw_content_detected", None) in (True, [True]):
            return "the safety checker withheld the picture"
    return None


def _tokens(answer: object) -> tuple[int, int] | None:
    usage = getattr(answer, "usage", None)
    counts = [getattr(usage, name, None) for name in ("input_tokens", "output_tokens")]
    if not any(isinstance(count, int) for count in counts):
        return None
    sent, made = (count if isinstance(count, int) else 0 for count in counts)
    return sent, made


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None

"""What a server made of one try, and what its errors mean."""

import json
from dataclasses import dataclass

from motionedit_bench.calls.pace import LONGEST_WAIT, TryFailed
from motionedit_bench.errors import AdapterError

DECLINED = ("moderation_blocked", "content_policy_violation", "content_filter", "contentfilter")
"""Error codes, in small letters, with which a model or its safety system declines (OpenAI, Azure)."""

SPENT = ("insufficient_quota", "billing_hard_limit_reached", "billing_not_active")
"""Error codes after which no further request of this account is served."""


@dataclass(frozen=True)
class Reply:
    """A server's answer to one try: a picture, or why there is none.

    Attributes:
        image: the picture as a file's bytes.
        refusal: what the model, or a safety system before or behind it, says where it declines.
        failure: what is wrong with an answer that is neither.
        model: the version that the server says it used.
        tokens: as the server counted them, in and out.
        dollars: what the server says that the try costs.
    """

    image: bytes | None = None
    refusal: str | None = None
    failure: str | None = None
    model: str | None = None
    tokens: tuple[int, int] | None = None
    dollars: float | None = None


def message_of(body: object) -> str:
    """What an error's body says, in the forms in which servers say it."""
    if isinstance(body, dict):
        body = body.get("message") or body.get("detail") or body.get("error") or body
        if isinstance(body, dict) and body.get("message"):
            body = body["message"]
    if not body:
        return "no reason given"
    return body if isinstance(body, str) else json.dumps(body)


def tried_again(status: int) -> bool:
    """Whether another try can help after an answer of that status."""
    return status in (408, 409, 425, 429) or status >= 500


def failed(status: int, said: str, wait: float = 0.0) -> TryFailed:
    """What an error status means that is neither a refusal nor about the key, the account or the model."""
    reason = f"the server answered {status}: {said}"
    if not tried_again(status):
        return TryFailed(reason)
    if wait > LONGEST_WAIT:
        return TryFailed(f"{reason}; it asks to be left alone for {wait:.0f} s", hopeless=True)
    return TryFailed(reason, wait)


def line_failed(error: BaseException, address: str, said: str, timeout: float) -> TryFailed | None:
    """What an error of the line means; ``None`` where it is another one.

    By name, for the class is of one HTTP package or another, as the version of a client has it.
    """
    names = {kind.__name__ for kind in type(error).__mro__}
    if "ConnectError" in names:
        return TryFailed(
            f"nobody answers at {address} ({said}): start the server, or mend --set base_url=...",
            0,
            hopeless=True,
        )
    if "TimeoutException" in names:
        return TryFailed(f"the server did not answer within {timeout:g} s", 0)
    if "TransportError" in names:
        return TryFailed(f"the connection to the server was lost: {said}", 0)
    return None


def hopeless(
    status: int, codes: tuple[str, ...], spent: tuple[str, ...], said: str, key: str
) -> AdapterError | None:
    """Why no further item will be served after an answer; ``None`` where others may be."""
    if status == 401:
        return AdapterError(f"the server refuses the key (401: {said}): check {key}")
    if status == 402 or any(code in spent for code in codes):
        return AdapterError(f"the account is spent ({status}: {said}): see to it, then run this again")
    return None

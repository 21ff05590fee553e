"""Whose servers can be asked, and where they are."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from motionedit_bench.errors import UsageError


@dataclass(frozen=True)
class Provider:
    """Who serves: the address, and the environment's variables with the key and with another address."""

    address: str
    key: str
    base_url: str | None
    seeds: bool


PROVIDERS = {
    "openai": Provider("https://api.openai.com/v1", "OPENAI_API_KEY", "OPENAI_BASE_URL", True),
    "gemini": Provider(
        "https://generativelanguage.googleapis.com/v1beta/openai", "GEMINI_API_KEY", None, False
    ),
}


def address_of(url: str) -> str:
    """A server's address without a slash at its end.

    Raises:
        UsageError: it is none, or holds a password, which would end up in files.
    """
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname or "@" in url or parts.query:
        raise UsageError(f"--base-url must look like http://HOST:PORT/v1, without a key, but got {url!r}")
    return url.rstrip("/")

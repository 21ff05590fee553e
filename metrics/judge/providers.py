"""Whose servers can be asked, and where they are."""

import os
from dataclasses import dataclass
from urllib.parse import urlsplit

from motionedit_bench.errors import UsageError
from motionedit_bench.redaction import Redaction


@dataclass(frozen=True)
class Provider:
    """Who serves: the address, and the environment's variables with the key and with another address."""

    address: str
    key: str
    base_url: str | None
    seeds: bool

    def named(self, address: str | None) -> str | None:
        """The address that the user or the environment names; ``None`` where neither does."""
        return address or (os.environ.get(self.base_url) if self.base_url else None) or None


PROVIDERS = {
    "openai": Provider("https://api.openai.com/v1", "OPENAI_API_KEY", "OPENAI_BASE_URL", True),
    "gemini": Provider(
        "https://generativelanguage.googleapis.com/v1beta/openai", "GEMINI_API_KEY", None, False
    ),
}


def address_of(url: str, option: str = "--base-url", like: str = "http://HOST:PORT/v1") -> str:
    """A server's address without a slash at its end.

    Raises:
        UsageError: it is none, or holds a password, which would end up in files.
    """
    if any(sign in url for sign in "@?#"):
        raise UsageError(
            f"{option} must look like {like}, without a name, password or query: they would end up in files"
        )
    try:
        parts = urlsplit(url)
        named = bool(parts.hostname) and parts.port != 0
    except ValueError:
        named = False
    if not named or parts.scheme not in ("http", "https") or not url.isprintable() or " " in url:
        raise UsageError(f"{option} must look like {like}, but got {url!r}")
    return url.rstrip("/")


def key_of(provider: str) -> str:
    """The key for a provider's servers, from the environment; empty where there is none.

    Raises:
        UsageError: it holds characters that no key has.
    """
    name = PROVIDERS[provider].key
    key = os.environ.get(name, "").strip()
    if not (key.isascii() and key.isprintable()):
        raise UsageError(f"{name} holds characters that no key has: copy the key again")
    return key


def redaction() -> Redaction:
    """Takes the keys of all providers out of texts."""
    return Redaction(os.environ.get(known.key) for known in PROVIDERS.values())

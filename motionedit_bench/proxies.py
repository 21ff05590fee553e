"""Proxies that the environment names and that cannot be used."""

import os

from motionedit_bench.errors import UsageError

NAMES = ("ALL_PROXY", "HTTPS_PROXY", "HTTP_PROXY")


def unusable(error: Exception) -> UsageError | None:
    """What to tell the user where making an HTTP client failed; ``None`` where no proxy is named.

    Addresses of proxies hold passwords: of theirs, only the scheme is told.
    """
    told = []
    for name in (*NAMES, *(name.lower() for name in NAMES)):
        if address := os.environ.get(name, "").strip():
            scheme, found, _ = address.partition("://")
            told.append(f"{name} ({scheme}://...)" if found and scheme.isalnum() else name)
    if not told:
        return None
    install = ", or install socksio for socks5://" if isinstance(error, ImportError) else ""
    return UsageError(
        f"the proxy that {', '.join(told)} names cannot be used: unset it, or give http://HOST:PORT{install}"
    )

"""One request over HTTP and the whole of its answer, never more of it than an answer can be."""

import zlib
from dataclasses import dataclass

import httpx2

from motionedit_bench.calls.pace import retry_after

MOST_BYTES = 10_000_000
"""An answer of more bytes, packed or unpacked, is none; the longest thoughts are a tenth of it."""
MOST_AT_ONCE = 64 * 1024


class NotReadable(Exception):
    """The answer's body is too large, or packed in a way that is not known; the text says which.

    ``again``: whether the next one may be readable.
    """

    def __init__(self, reason: str, again: bool) -> None:
        super().__init__(reason)
        self.again = again


@dataclass(frozen=True)
class Response:
    """An answer as it came, unpacked; ``wait`` is what it asks for in seconds (Retry-After)."""

    status: int
    content: bytes
    wait: float


async def post(client: httpx2.AsyncClient, url: str, content: bytes, key: str) -> Response:
    """Send one request and read its answer.

    Nothing is read beyond `MOST_BYTES`, and nothing unpacked: a few kilobytes can be packed gigabytes.

    Raises:
        httpx2.HTTPError: no answer, or not all of it. NotReadable: it cannot be taken.
    """
    headers = {
        "Authorization": f"Bearer {key or 'none'}",
        "Content-Type": "application/json",
        "Accept-Encoding": "identity",
        "Connection": "close",
    }
    async with client.stream("POST", url, content=content, headers=headers) as response:
        body = _Body(response.headers.get("Content-Encoding", ""))
        async for part in response.aiter_raw(MOST_AT_ONCE):
            body.add(part)
        wait = retry_after(response.headers.get("Retry-After"), response.headers.get("Date"))
        return Response(response.status_code, bytes(body.content), wait)


class _Body:
    """A body in the making, of bounded size; also servers that were not asked to may pack it."""

    def __init__(self, packing: str) -> None:
        name = packing.strip().lower()
        if name not in ("", "identity", "gzip", "x-gzip", "deflate"):
            raise NotReadable(
                f"the server's answer is packed as {packing[:40]!r}, which was not asked for", True
            )
        self._unpacker = None if name in ("", "identity") else zlib.decompressobj(wbits=47)
        self.content = bytearray()
        self._received = 0

    def add(self, part: bytes) -> None:
        self._received += len(part)
        if self._unpacker is not None:
            try:
                part = self._unpacker.decompress(part, MOST_BYTES + 1 - len(self.content))
            except zlib.error as error:
                raise NotReadable(f"the server's answer cannot be unpacked ({error})", True) from error
        self.content += part
        if max(len(self.content), self._received) > MOST_BYTES:
            raise NotReadable(f"the server's answer is larger than {MOST_BYTES / 1e6:g} MB", False)

"""An S3 server for the tests of stores, and a cache of each test's own."""

from pathlib import Path

import pytest
from helpers.s3_server import S3Server, s3_server


@pytest.fixture(scope="session")
def server():
    with s3_server() as running:
        yield running


@pytest.fixture
def s3(server: S3Server, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> S3Server:
    """The server with an empty bucket, as the only one that this process and those it starts know."""
    server.remove()
    for name, value in server.environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("MEBENCH_CACHE", str(tmp_path / "cache"))
    return server


@pytest.fixture
def upload(s3: S3Server):
    """Put a folder of this machine into the bucket."""

    def put(folder: Path, prefix: str) -> str:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                s3.put(f"{prefix}/{path.relative_to(folder).as_posix()}", path.read_bytes())
        return f"s3://bucket/{prefix}"

    return put

"""Places to publish to: a folder, and buckets of a real S3 server on this machine."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest

SECRET = "a-secret-key-for-tests"
WAIT = 120  # seconds; a busy machine starts slowly


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@pytest.fixture(scope="session")
def s3_server() -> Iterator[str]:
    """The address of moto's S3 server."""
    address = f"http://127.0.0.1:{(port := free_port())}"
    code = "import sys; from moto.server import main; main(sys.argv[1:])"
    server = subprocess.Popen(
        [sys.executable, "-W", "ignore", "-c", code, "-H", "127.0.0.1", "-p", str(port)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        until = time.monotonic() + WAIT
        while True:
            assert server.poll() is None, "the S3 server ended"
            try:
                urlopen(address, timeout=5).close()
                break
            except (URLError, OSError):
                assert time.monotonic() < until, "the S3 server does not answer"
                time.sleep(0.1)
        yield address
    finally:
        server.kill()
        server.wait()


@pytest.fixture
def s3(s3_server: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> str:
    """The address of an empty bucket, and the environment that opens it."""
    from pyarrow import fs

    settings = {
        "AWS_ENDPOINT_URL": s3_server,
        "AWS_ACCESS_KEY_ID": "tests",
        "AWS_SECRET_ACCESS_KEY": SECRET,
        "AWS_REGION": "us-east-1",
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_CONFIG_FILE": str(tmp_path / "no-config"),
        "AWS_SHARED_CREDENTIALS_FILE": str(tmp_path / "no-credentials"),
    }
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    bucket = f"bucket-{os.getpid()}-{time.monotonic_ns()}"
    endpoint = s3_server.removeprefix("http://")
    made = fs.S3FileSystem(
        endpoint_override=endpoint, scheme="http", region="us-east-1", allow_bucket_creation=True
    )
    made.create_dir(bucket)
    return f"s3://{bucket}/data/sets"


@pytest.fixture(params=["folder", "s3"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Each kind of place."""
    if request.param == "folder":
        return f"file://{tmp_path}/far side"
    return str(request.getfixturevalue("s3"))

"""Every file store keeps the same promises: same bytes, same name; damaged is never served."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterator
from pathlib import Path

import boto3
import pytest
from moto.server import ThreadedMotoServer

from portal.bootstrap import file_store
from portal.errors import FileDamaged, NotFound
from portal.files.local import LocalFiles
from portal.files.s3 import S3Files
from portal.ports import FileStore

DATA = "Señor cliente: ñandú".encode()
SHA256 = hashlib.sha256(DATA).hexdigest()


@pytest.fixture(scope="module")
def s3() -> Iterator[str]:
    """An S3 server of our own with an empty bucket; yields its address."""
    server = ThreadedMotoServer(port=0)
    server.start()
    _, port = server.get_host_and_port()
    address = f"http://127.0.0.1:{port}"
    keys = {"region_name": "us-east-1", "aws_access_key_id": "x", "aws_secret_access_key": "x"}
    boto3.client("s3", endpoint_url=address, **keys).create_bucket(Bucket="portal")
    yield address
    server.stop()


@pytest.fixture(params=["local", "s3"])
def store(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FileStore:
    if request.param == "local":
        return file_store(f"file://{tmp_path}/files")
    for name, value in {
        "AWS_ENDPOINT": request.getfixturevalue("s3"),
        "AWS_ACCESS_KEY_ID": "x",
        "AWS_SECRET_ACCESS_KEY": "x",
        "AWS_REGION": "us-east-1",
        "AWS_ALLOW_HTTP": "true",
    }.items():
        monkeypatch.setenv(name, value)
    return file_store(f"s3://portal/{tmp_path.name}")


def test_what_was_put_comes_back_byte_for_byte(store: FileStore) -> None:
    assert store.put(DATA) == SHA256
    assert store.get(SHA256) == DATA
    assert store.size(SHA256) == len(DATA)


def test_what_is_large_comes_in_blocks_and_what_is_removed_is_gone(store: FileStore) -> None:
    large = DATA * 200_000
    sha256 = store.put_stream(io.BytesIO(large))
    blocks = list(store.blocks(sha256))
    assert b"".join(blocks) == large and len(blocks) > 1
    for _ in range(2):
        store.remove(sha256)
    for ask in (store.get, store.size, store.blocks):
        with pytest.raises(NotFound):
            ask(sha256)
    assert store.put(DATA) == SHA256 and store.get(SHA256) == DATA


def test_the_same_bytes_twice_are_one_file(store: FileStore) -> None:
    assert store.put(DATA) == store.put(DATA) == store.put_stream(io.BytesIO(DATA))


def test_a_stream_is_kept_under_the_name_of_its_bytes(store: FileStore) -> None:
    large = DATA * 100_000
    sha256 = store.put_stream(io.BytesIO(large))
    assert sha256 == hashlib.sha256(large).hexdigest()
    assert store.get(sha256) == large


def test_nothing_is_an_empty_file_too(store: FileStore) -> None:
    assert store.get(store.put(b"")) == b""


def test_what_is_not_there_is_not_found(store: FileStore) -> None:
    with pytest.raises(NotFound):
        store.get("0" * 64)
    with pytest.raises(NotFound):
        store.size("0" * 64)


def test_damaged_bytes_are_never_served(tmp_path: Path) -> None:
    store = LocalFiles(tmp_path)
    store.put(DATA)
    next(path for path in tmp_path.rglob("*") if path.is_file()).write_bytes(b"other")
    with pytest.raises(FileDamaged):
        store.get(SHA256)


def test_a_stream_that_breaks_leaves_nothing_behind(tmp_path: Path) -> None:
    class Broken(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            raise OSError("gone")

    with pytest.raises(OSError, match="gone"):
        LocalFiles(tmp_path).put_stream(Broken(DATA))
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_the_address_says_which_store(tmp_path: Path) -> None:
    assert isinstance(file_store(f"file://{tmp_path}"), LocalFiles)
    assert isinstance(file_store("s3://bucket/prefix"), S3Files)

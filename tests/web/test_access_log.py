import logging

import pytest

from portal.web.access_log import WithoutTokens, mask_tokens

TOKEN = "DK0Z1ejvbvMAAAABOzOrycIa_6Svqfqs0rH-TV1Y"


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        (f"/l/{TOKEN}", "/l/…"),
        (f"/l/{TOKEN}?a=b", "/l/…"),
        (f"/l/{TOKEN}/more", "/l/…"),
        (f"/stop/{TOKEN}", "/stop/…"),
        (f"/?next=/l/{TOKEN}", "/"),
        ("/documents/5.pdf?inline=1", "/documents/5.pdf"),
        ("/", "/"),
    ],
)
def test_a_record_keeps_the_path_and_no_secret(given: str, kept: str) -> None:
    record = logging.makeLogRecord({"msg": '%s - "GET %s" %d', "args": ("127.0.0.1:1", given, 200)})
    assert WithoutTokens().filter(record)
    assert record.getMessage() == f'127.0.0.1:1 - "GET {kept}" 200'


def test_the_filter_is_put_on_once() -> None:
    for _ in range(3):
        mask_tokens()
    for name in ("uvicorn.access", "uvicorn.error"):
        assert sum(isinstance(one, WithoutTokens) for one in logging.getLogger(name).filters) == 1

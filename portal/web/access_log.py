"""What the server's log may hold of an address: no query, and of a link that opens something only that it was one."""

from __future__ import annotations

import logging
import re

_LINK = re.compile(r"/(l|stop|verificar|auth/(?:proof|reset|invitation)|webhooks/mail)/[^\s?\"]*")
_QUERY = re.compile(r"\?\S*")
_LOGGERS = ("uvicorn.access", "uvicorn.error")


class WithoutTokens(logging.Filter):
    """Masks every text that a record is about to print; never drops a record."""

    def filter(self, record: logging.LogRecord) -> bool:
        if isinstance(record.args, tuple):
            record.args = tuple(_masked(arg) if isinstance(arg, str) else arg for arg in record.args)
        return True


def mask_tokens() -> None:
    """Put the filter on uvicorn's loggers, whoever started uvicorn; harmless to repeat."""
    for name in _LOGGERS:
        logger = logging.getLogger(name)
        if not any(isinstance(present, WithoutTokens) for present in logger.filters):
            logger.addFilter(WithoutTokens())


def _masked(text: str) -> str:
    return _QUERY.sub("", _LINK.sub(r"/\1/…", text))

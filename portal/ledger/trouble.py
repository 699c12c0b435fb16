"""The database's own errors, for use cases: which of them may be gone at the next try."""

from __future__ import annotations

from sqlalchemy.exc import IntegrityError as AlreadyThere
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as NoneFree

__all__ = ["AlreadyThere", "passes"]
_TOO_LARGE = "54"  # PostgreSQL's class of errors about what exceeds a limit of its own: it does so every time


def passes(error: Exception) -> bool:
    """Whether it comes from the database, the network or the disk as they are now, not from what was being done."""
    if isinstance(error, OperationalError):
        return not str(getattr(error.orig, "sqlstate", None) or "").startswith(_TOO_LARGE)
    if isinstance(error, InterfaceError | NoneFree | ConnectionError | TimeoutError):
        return True
    return isinstance(error, OSError) and error.errno is not None  # a decoder's own has none

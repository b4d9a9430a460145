"""Remember answers by Idempotency-Key, and refuse what is still running."""

import hashlib
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

from sqlalchemy import delete, insert, select

from storefront.till.errors import ApiError
from storefront.till.ledger import Json, Ledger
from storefront.till.tables import answers

REMEMBERED_SECONDS = 24 * 60 * 60


class Answer(NamedTuple):
    """Hold what a request was answered with."""

    status: int
    body: Json
    request_id: str
    replayed: bool = False


class Running:
    """Know which keys are at work right now."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._keys: set[str] = set()

    @contextmanager
    def hold(self, key: str | None) -> Iterator[None]:
        """Keep a key to one request at a time.

        Raises:
            ApiError: another request with this key has not been answered yet.
        """
        if key is None:
            yield
            return
        with self._lock:
            if key in self._keys:
                raise in_use(key)
            self._keys.add(key)
        try:
            yield
        finally:
            with self._lock:
                self._keys.discard(key)


def in_use(key: str) -> ApiError:
    """Say that a request with this key is still running."""
    return ApiError(
        "There is currently another in-progress request using this Idempotent Key (that"
        f" probably means you submitted twice, and the other request is still going): {key}.",
        status=409,
        kind="idempotency_error",
        code="idempotency_key_in_use",
    )


def fingerprint(method: str, path: str, body: str) -> str:
    """Sum up a request, so that the same key with another one is noticed."""
    return hashlib.sha256(f"{method} {path}\n{body}".encode()).hexdigest()


def recall(ledger: Ledger, key: str | None, print_: str, now: int) -> Answer | None:
    """Find the answer this key was given, if it still counts.

    Raises:
        ApiError: the key was used with another request.
    """
    old = answers.c.created <= now - REMEMBERED_SECONDS
    ledger.connection.execute(delete(answers).where(old))
    wanted = select(answers).where(answers.c.key == key)
    row = ledger.connection.execute(wanted).one_or_none()
    if row is None:
        return None
    if row.fingerprint != print_:
        raise ApiError(
            "Keys for idempotent requests can only be used with the same parameters they were"
            f" first used with. Try using a key other than '{key}' if you meant to execute a"
            " different request.",
            kind="idempotency_error",
        )
    return Answer(row.status, row.body, row.request_id, replayed=True)


def keep(ledger: Ledger, key: str | None, print_: str, answer: Answer, now: int) -> None:
    """Remember an answer together with the work it reports."""
    if key is not None:
        row = {"key": key, "fingerprint": print_, "status": answer.status, "body": answer.body}
        row |= {"request_id": answer.request_id, "created": now}
        ledger.connection.execute(insert(answers).values(**row))

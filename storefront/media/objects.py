"""An object store that speaks S3, for gated and public media (DELIVERY=s3)."""

from datetime import timedelta
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from storefront.errors import NotFound, RefusedToStart
from storefront.settings import Settings

if TYPE_CHECKING:
    from obstore.store import S3Store

GATED, PUBLIC = "gated/", "public/"  # never listed, never open to all: each address is signed
MISSING = "DELIVERY=s3 needs obstore: install flask-storefront-routines[s3]."
MOST_TEXT = 4_000_000  # bytes of a playlist or of captions
SECONDS = {"timeout": "10s", "connect_timeout": "5s"}


class Objects:
    """The media of a shop in a bucket."""

    def __init__(self, bucket: "S3Store") -> None:
        self._bucket = bucket

    def put(self, name: str, file: Path) -> None:
        """Store a file; large ones go up in pieces."""
        import obstore

        obstore.put(self._bucket, name, file)

    def has(self, name: str) -> bool:
        """Tell whether something is stored under a name."""
        return self.size(name) is not None

    def size(self, name: str) -> int | None:
        """Count the bytes that are stored under a name; None where nothing is."""
        import obstore

        try:
            return int(obstore.head(self._bucket, name)["size"])
        except FileNotFoundError:
            return None

    def remove(self, name: str) -> None:
        """Remove what is stored under a name, if anything is."""
        import obstore

        try:
            obstore.delete(self._bucket, name)
        except FileNotFoundError:
            return

    def read(self, name: str) -> bytes:
        """Read a small text.

        Raises:
            NotFound: there is none of that name, or it is no small text.
        """
        import obstore

        try:
            found = obstore.get(self._bucket, name)
        except FileNotFoundError as error:
            raise NotFound from error
        if found.meta["size"] > MOST_TEXT:
            raise NotFound
        return bytes(found.bytes())

    def sign(self, name: str, seconds: int, method: str = "GET") -> str:
        """Write an address that works for a while."""
        import obstore

        life = timedelta(seconds=seconds)
        return str(obstore.sign(self._bucket, "HEAD" if method == "HEAD" else "GET", name, expires_in=life))  # fmt: skip


def store(settings: Settings) -> Objects:
    """Give the shop's object store.

    Raises:
        RefusedToStart: obstore is not installed.
    """
    return _store(
        settings.media_s3_bucket, settings.media_s3_endpoint, settings.media_s3_region,
        settings.media_s3_access_key_id, settings.media_s3_secret_access_key, settings.media_s3_prefix,
    )  # fmt: skip


@lru_cache(maxsize=4)
def _store(
    bucket: str, endpoint: str, region: str, key: str, secret: str, prefix: str
) -> Objects:
    try:
        from obstore.store import S3Store
    except ImportError as error:
        raise RefusedToStart(MISSING) from error
    more = {"endpoint": endpoint} if endpoint else {}
    options = {**SECONDS, "allow_http": endpoint.startswith("http://")}
    return Objects(
        S3Store(bucket, prefix=prefix or None, region=region, access_key_id=key, secret_access_key=secret,
                client_options=options, **more)  # type: ignore[arg-type]
    )  # fmt: skip

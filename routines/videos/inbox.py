"""A form with a film: its files go to the disk as they come in, and are gone unless they are taken."""

import hashlib
from pathlib import Path
from typing import IO, Any

from flask import Request
from werkzeug.datastructures import FileStorage, MultiDict
from werkzeug.formparser import FormDataParser

from routines.videos import captions, store
from storefront.public import Invalid, Settings, guards

MOST_PARTS = 20
MOST_TEXT = 500_000  # bytes that are held at once; larger than a piece that comes in


class Inbox:
    """The files of one form."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._open: list[IO[bytes]] = []
        self._files: MultiDict[str, FileStorage] = MultiDict()

    def __enter__(self) -> "Inbox":
        """Begin."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the files, and remove those that nobody has taken."""
        for file in self._open:
            file.close()
            Path(file.name).unlink(missing_ok=True)

    def read(self, request: Request) -> MultiDict[str, str]:
        """Read the form, and give its fields.

        Raises:
            Invalid: a field has text that cannot be stored.
            RequestEntityTooLarge: it is larger than allowed.
        """
        parser = FormDataParser(
            stream_factory=self._place, max_form_memory_size=MOST_TEXT, max_form_parts=MOST_PARTS,
            max_content_length=request.max_content_length, silent=True,
        )  # fmt: skip
        _, fields, self._files = parser.parse(
            request.stream, request.mimetype, request.content_length, request.mimetype_params
        )
        guards.check_pairs(fields.items(multi=True), self._settings)
        return fields

    def film(self) -> tuple[Path, int, str]:
        """Give the film's file, its size and its checksum.

        Raises:
            Invalid: there is none, or it is too large.
        """
        file = self._files.get("film")
        if file is None or not file.filename:
            raise Invalid(fields={"film": "Choose a film."})
        path = Path(str(file.stream.name))
        file.stream.flush()
        size = path.stat().st_size
        if size > self._settings.video_max_bytes:
            raise Invalid(fields={"film": store.too_large(self._settings.video_max_bytes)})
        if not size:
            raise Invalid(fields={"film": "The file is empty."})
        with path.open("rb") as stream:
            return path, size, hashlib.file_digest(stream, "sha256").hexdigest()

    def captions(self) -> bytes:
        """Give the captions; nothing when there are none."""
        file = self._files.get("captions")
        return file.stream.read(captions.MOST_BYTES + 1) if file and file.filename else b""

    def name_of(self, field: str) -> str:
        """Tell what a file was called."""
        file = self._files.get(field)
        return guards.printable(file.filename or "") if file else ""

    def _place(self, *_: Any, **__: Any) -> IO[bytes]:
        file = store.incoming(self._settings).open("wb+")
        self._open.append(file)
        return file

"""The files of a film as they can be delivered at this moment, and where each lies."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from routines.videos.models import Upload, VideoAsset

UPLOADS = "_uploads/"  # in the gated folder; nothing that a routine names begins like that
MARK = 12  # characters of the checksum in the names of public files
PLAYLIST = "master.m3u8"
CHAPTERS = "chapters.vtt"  # made from the steps where no file has them
# What may be asked for below a film's HLS folder: playlists, and the segments beside them.
SEGMENT = re.compile(r"([a-z0-9][a-z0-9_-]{0,60}/)?[a-z0-9][a-z0-9_-]{0,60}\.(m3u8|m4s|mp4|ts)")


@dataclass(frozen=True)
class Size:
    """A film in one size."""

    name: str
    height: int


@dataclass(frozen=True)
class Words:
    """Words that go with a film."""

    kind: str
    language: str
    label: str
    name: str


@dataclass(frozen=True)
class Film:
    """What of a film can be asked for by name; each lies below `folder` in the gated store."""

    folder: str  # empty, or it ends with a slash
    file: str  # the MP4 that is played where nothing else is asked for
    sizes: tuple[Size, ...]
    words: tuple[Words, ...]
    hls: str  # a folder, or empty
    chapters: str  # a file, or empty
    duration_ms: int
    language: str
    preview: str  # a public clip, or empty
    poster: str  # the stem of public pictures that an upload brought, or empty

    @property
    def captions(self) -> Words | None:
        """Give the captions in the language of the film, or the first there are."""
        found = [one for one in self.words if one.kind == "captions"]
        return next((one for one in found if one.language == self.language), None) or next(
            iter(found), None
        )

    @property
    def playlist(self) -> str:
        """Name the master playlist; empty when there is none."""
        return f"{self.hls}/{PLAYLIST}" if self.hls else ""

    def place(self, name: str) -> str | None:
        """Tell where in the store a name lies; None for a name that is none of its files.

        The text of a request is only compared: what is opened was written by us.
        """
        if name in self._names():
            return self.folder + name
        inside = name.removeprefix(f"{self.hls}/") if self.hls else name
        is_segment = inside != name and SEGMENT.fullmatch(inside)
        return self.folder + name if is_segment else None

    def gated(self) -> tuple[str, ...]:
        """Name every file of it that the gate keeps; of its HLS the playlist, since segments have no names of their own."""
        names = filter(None, (*self._names(), self.playlist))
        return tuple(dict.fromkeys(self.folder + name for name in names))

    def _names(self) -> Iterator[str]:
        yield from (one.name for one in self.sizes)
        yield from (one.name for one in self.words)
        yield from (name for name in (self.file, self.chapters) if name)


def of_document(asset: VideoAsset) -> Film | None:
    """Give the film whose files a routine names itself; None when it names none."""
    if not asset.file:
        return None
    sizes = [Size(one["file"], one["height"]) for one in asset.renditions]
    captions = Words("captions", asset.language, "Captions", asset.captions)
    more = [Words(one["kind"], one["language"], one["label"], one["file"]) for one in asset.tracks]  # fmt: skip
    return Film(
        folder="", file=asset.file, sizes=tuple(sizes), words=(*([captions] if asset.captions else []), *more),
        hls=asset.hls, chapters=asset.chapters, duration_ms=asset.duration_ms, language=asset.language,
        preview=asset.preview, poster="",
    )  # fmt: skip


def public_stem(upload: Upload) -> str:
    """Name the still and the preview of a revision; nobody guesses those of a film that is not shown yet."""
    return f"{upload.slug}-r{upload.revision}-{upload.checksum[:MARK]}"


def of_upload(upload: Upload) -> Film:
    """Give the film that was made of an upload."""
    inside = f"r{upload.revision}/"
    sizes = tuple(Size(inside + one.name, one.height) for one in upload.parts if one.kind == "mp4")  # fmt: skip
    kinds = {one.kind for one in upload.parts}
    stem = public_stem(upload)
    words = [Words(one.kind, one.language, one.label, inside + one.name) for one in upload.tracks]  # fmt: skip
    return Film(
        folder=f"{UPLOADS}{upload.slug}/", file=sizes[-1].name, sizes=sizes, words=tuple(one for one in words if one.kind != "chapters"),
        hls=f"{inside}hls" if "hls" in kinds else "", chapters=next((one.name for one in words if one.kind == "chapters"), ""),
        duration_ms=upload.duration_ms, language=upload.language,
        preview=f"{stem}-preview.mp4" if "preview" in kinds else "", poster=f"{stem}-poster",
    )  # fmt: skip

"""What a document says of its film: files, sizes, words, and who may see it."""

from typing import Annotated, Literal

from pydantic import Field

from routines.library.pieces import Clause, Document, Slug, Text

GatedFilm = Annotated[str, Field(pattern=r"^([a-z0-9][a-z0-9.-]*\.mp4)?$", max_length=120)]
GatedWords = Annotated[str, Field(pattern=r"^([a-z0-9][a-z0-9.-]*\.vtt)?$", max_length=120)]
Language = Annotated[str, Field(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$", max_length=20)]


class Rendition(Document):
    """The same film in another size."""

    file: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9.-]*\.mp4$", max_length=120)]
    height: Annotated[int, Field(ge=90, le=2160)]


class Track(Document):
    """Words that go with a film besides its captions: other languages, descriptions."""

    kind: Literal["captions", "subtitles", "descriptions"]
    file: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9.-]*\.vtt$", max_length=120)]
    language: Language
    label: Annotated[str, Field(min_length=1, max_length=80)]


class Video(Document):
    """A follow-along video; its bytes and captions live in the gated media folder.

    Without `file`, they are what was uploaded under this slug, or the film of another site (`embed`).
    """

    slug: Slug
    title: Text
    file: GatedFilm = ""
    captions: GatedWords = ""
    poster: Slug | None = None  # a public picture; an upload brings its own
    duration_ms: Annotated[int, Field(ge=0, le=86_400_000)] = 0  # of an upload it is measured
    opens_for: tuple[Clause, ...] = ("newsletter", "email", "owns", "member")
    language: Language = "en"
    renditions: Annotated[tuple[Rendition, ...], Field(max_length=8)] = ()
    hls: Annotated[str, Field(pattern=r"^([a-z0-9][a-z0-9-]*)?$", max_length=80)] = (
        ""  # a folder
    )
    chapters: GatedWords = ""  # without it they are made from the steps
    tracks: Annotated[tuple[Track, ...], Field(max_length=20)] = ()
    preview: GatedFilm = ""  # a short public clip, among the pictures
    embed: Annotated[str, Field(max_length=300)] = ""  # the address of a film on another site

    @property
    def names(self) -> tuple[str, ...]:
        """Name the film and its pictures in the gated folder, which no other routine may name."""
        found = (self.slug, self.file, self.hls, *(one.file for one in self.renditions))
        return tuple(name for name in found if name)

"""Rules for films: whose they are, what goes with them, and what cannot be gated."""

from collections.abc import Iterator

from routines.library import embeds
from routines.library.documents import Published, Routine
from routines.library.films import Video
from routines.library.rules.lacks import Known, Lack, Where

FIELDS = ("slug", "file", "hls")
OF_A_FILE = ("captions", "renditions", "hls", "chapters", "tracks")


def films(document: Published, known: Known) -> Iterator[Lack]:
    """Look at the video of a routine."""
    video = document.video if isinstance(document, Routine) else None
    if video is None:
        return
    yield from _owned(video, known)
    yield from _embedded(video) if video.embed else _stored(video)


def _owned(video: Video, known: Known) -> Iterator[Lack]:
    """Another routine's film or file would open by this one's rule, and leave that one."""
    if not known.films or not known.own:
        return
    for where, name in _named(video):
        owner = known.films.get(name)
        if owner and known.own != ("routine", owner):
            yield Lack(where, f"This belongs to the film of the routine {owner}. Give it a name of its own.")  # fmt: skip


def _named(video: Video) -> Iterator[tuple[Where, str]]:
    for field in FIELDS:
        yield ("video", field), getattr(video, field)
    for index, one in enumerate(video.renditions):
        yield ("video", "renditions", index, "file"), one.file


def _embedded(video: Video) -> Iterator[Lack]:
    if embeds.host_of(video.embed) is None:
        begins = " or ".join(embeds.HOSTS.values())
        yield Lack(("video", "embed"), f"Films of other sites have an address that begins with {begins}, followed by the film's name.")  # fmt: skip
    if set(video.opens_for) != {"open"}:
        yield Lack(("video", "opens_for"), embeds.NOT_GATED)
    for field in ("file", *OF_A_FILE):
        if getattr(video, field):
            yield Lack(("video", field), "A film is either here or on another site.")


def _stored(video: Video) -> Iterator[Lack]:
    if not video.file:
        for field in OF_A_FILE:
            if getattr(video, field):
                yield Lack(("video", field), "This belongs to a file: name that too, or leave both to the upload.")  # fmt: skip
        return
    wanted = {"captions": "A film has captions: not everybody hears it.",
              "poster": "A film has a still picture.", "duration_ms": "Say how long the film is."}  # fmt: skip
    for field, sentence in wanted.items():
        if not getattr(video, field):
            yield Lack(("video", field), sentence)

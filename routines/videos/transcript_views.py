"""What is said in a film, as a page to read: behind the same gate as the film."""

from flask import Blueprint, Response

from routines.library import assets
from routines.videos import captions, files, gate, service
from storefront.public import NotFound, session, web

blueprint: Blueprint = assets.blueprint("transcripts", __name__)


@blueprint.get("/transcripts/<video>")
@web.public_page
def transcript_page(video: str) -> Response:
    """Show the words of a film, or the ways to open it.

    Raises:
        NotFound: there is no such film, or nothing is said in it.
    """
    db = session()
    asset, film = service.named(db, video)
    routine = service.routine_of(db, video)
    if film is None or film.captions is None or routine is None:
        raise NotFound
    panel = gate.gate_of(db, asset, film)
    text = ""
    if panel and panel.decision.allowed:
        text = files.read_text(web.settings(), film.folder + film.captions.name)
    response = web.page(
        "routines/transcript.html", title=asset.title, routine=routine, said=captions.transcript(text) if text else (),
        gate=panel,
    )  # fmt: skip
    response.headers["X-Robots-Tag"] = "noindex"
    return response

"""Films in the studio: what was uploaded, how far each is, and bringing one in."""

from typing import Any

from flask import Response, request, url_for
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.wrappers import Response as AnyResponse

from routines.studio.editing import local
from routines.studio.room import blueprint, page
from routines.videos import captions, importing, replacing, service, store, tracks, uploads
from routines.videos.inbox import Inbox
from routines.videos.models import TRACK_KINDS, Upload
from storefront.public import Invalid, clock, desk, session, transaction, web

ONE = "/studio/films/<slug>"
TOO_LARGE = f"The captions are larger than {captions.MOST_BYTES // 1_000_000} MB."
STATES = {
    "held": ("Waits for your word", "busy"),
    "new": ("Waits to be looked into", "busy"), "probing": ("Is looked into", "busy"),
    "deriving": ("Is being made", "busy"), "ready": ("Ready", "ok"), "failed": ("Failed", "bad"),
}  # fmt: skip


@blueprint.get("/studio/films")
def films() -> Response:
    """List the films, and ask for one."""
    return _films({})


@blueprint.post("/studio/films")
@web.takes_files("video_max_bytes")
def upload_film() -> AnyResponse:
    """Take a film, which goes to the disk as it comes in; what cannot be used leaves nothing behind."""
    settings, sent = web.settings(), {}
    with Inbox(settings) as inbox:
        try:
            fields = inbox.read(request)
            sent = {name: fields.get(name, "").strip() for name in ("slug", "language")}
            wish = importing.wish(sent["slug"], sent["language"] or "en")
            upload_id = importing.keep(
                settings, wish.slug, inbox.film(), inbox.name_of("film"), inbox.captions(),
                language=wish.language, by=desk.who(), now=clock.now(),
            )  # fmt: skip
        except RequestEntityTooLarge:
            return _films(sent, Invalid(fields={"film": store.too_large(settings.video_max_bytes)}))  # fmt: skip
        except Invalid as problem:
            return _films(sent, problem)
    with transaction() as db:
        upload = db.get_one(Upload, upload_id)
        desk.audit(db, "film.uploaded", upload.slug, revision=upload.revision)
        slug, waits = upload.slug, upload.state == replacing.HELD
    notice = "The film has come in." + (
        " It replaces nothing before you say so." if waits else ""
    )
    return web.go(url_for(".film_page", slug=slug), notice=notice)


@blueprint.get(ONE)
def film_page(slug: str) -> Response:
    """Show how far a film is, part by part, and the words that go with it."""
    return _film(slug, {})


@blueprint.post(f"{ONE}/words")
@web.takes_files("video_max_bytes")
def film_words(slug: str) -> AnyResponse:
    """Give a film other words, or more of them; those that do not fit change nothing."""
    settings, sent = web.settings(), {}
    with Inbox(settings) as inbox:
        try:
            fields = inbox.read(request)
            sent = {
                name: fields.get(name, "").strip() for name in ("kind", "language", "label")
            }
            name = tracks.put(settings, slug, inbox.captions(), tracks.wish(**sent))
        except RequestEntityTooLarge:
            return _film(slug, sent, Invalid(TOO_LARGE))
        except Invalid as problem:
            return _film(slug, sent, problem)
    with transaction() as db:
        desk.audit(db, "film.words", slug, file=name)
    return web.go(url_for(".film_page", slug=slug), notice="The words are in place.")


@blueprint.post(f"{ONE}/again")
def film_again(slug: str) -> AnyResponse:
    """Let what was given up be made again."""
    with transaction() as db:
        upload = uploads.find(db, slug)
        uploads.again(db, upload.id)
        desk.audit(db, "film.again", upload.slug, revision=upload.revision)
    return web.go(url_for(".film_page", slug=slug), notice="It will be tried again.")


@blueprint.post(f"{ONE}/replace")
def film_replace(slug: str) -> AnyResponse:
    """Let a film that came in under a name that is there take that film's place."""
    with transaction() as db:
        upload = replacing.let_in(db, slug)
        desk.audit(db, "film.let_in", upload.slug, revision=upload.revision)
    notice = "It takes the other's place as soon as it is ready."
    return web.go(url_for(".film_page", slug=slug), notice=notice)


@blueprint.post(f"{ONE}/discard")
def film_discard(slug: str) -> AnyResponse:
    """Throw a film away that waits for leave to replace another."""
    with transaction() as db:
        revision = replacing.throw_away(db, slug)
        desk.audit(db, "film.thrown_away", slug, revision=revision)
    return web.go(
        url_for(".film_page", slug=slug),
        notice="It is thrown away. Nothing has changed for anybody.",
    )


def _film(slug: str, sent: dict[str, str], problem: Invalid | None = None) -> Response:
    """Show a film that was uploaded, or one whose files a routine names itself."""
    db, wrong = session(), problem.fields if problem else {}
    if problem and not wrong:
        wrong = {"captions": problem.detail}
    upload = uploads.newest(db, slug)
    shown: dict[str, Any] = {"upload": upload, "slug": slug, "kinds": TRACK_KINDS, "sent": sent, "wrong": wrong}  # fmt: skip
    if upload:
        asks = replacing.replaced(db, slug) if upload.state == replacing.HELD else None
        shown |= {"film": _row(upload), "parts": upload.parts, "words": tracks.of(db, slug), "asks": asks, "language": upload.language}  # fmt: skip
    else:
        asset, film = service.named(db, slug)
        shown |= {"video": asset, "words": film.words if film else (), "language": asset.language}  # fmt: skip
    return page("film.html", problem.status if problem else 200, problem=problem, **shown)


def _films(sent: dict[str, str], problem: Invalid | None = None) -> Response:
    found = [_row(one) for one in uploads.everything(session())]
    named = service.with_files(session())
    wrong = problem.fields if problem else {}
    if problem and not wrong:
        wrong = {"film": problem.detail}
    return page(
        "films.html", problem.status if problem else 200, films=found, named=named, sent=sent, problem=problem, wrong=wrong,
        most=store.too_large(web.settings().video_max_bytes),
    )  # fmt: skip


def _row(upload: Upload) -> dict[str, Any]:
    word, tone = STATES[upload.state]
    if upload.state == "deriving":
        is_begun = any(one.state != "waiting" for one in upload.parts)
        word = f"{word}, {upload.percent} %" if is_begun else "Waiting for its turn"
    return {
        "slug": upload.slug, "revision": upload.revision, "state": (word, tone), "message": upload.message,
        "original": upload.original, "when": local(upload.created_at), "who": upload.by,
    }  # fmt: skip

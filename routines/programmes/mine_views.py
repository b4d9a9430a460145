"""A reader's own page of a programme, by the cookie of a device or a mailed link. No GET changes anything."""

from flask import Response, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from routines.library import assets
from routines.pages import shop
from routines.programmes import links, pages, words
from routines.programmes import service as programmes
from storefront.public import (
    Link,
    LinkExpired,
    clock,
    remember_address,
    session,
    transaction,
    web,
)

blueprint = assets.blueprint("my_programmes", __name__)

TOLD = {
    "pause": "Paused. Nothing opens and no letter comes until you go on.",
    "go_on": "You go on. The dates have moved by the days of the pause.",
    "own_pace": "From now on each phase opens when you say so.",
    "calendar": "From now on phases open by the calendar again.",
    "open": "The phase is open.",
    "done": "Noted.",
    "not_done": "Noted: you are still at it.",
    "move": "The dates follow the other clock now.",
    "stop_letters": "No letter about phases comes any more. Everything else stays.",
    "restart": "You begin again, in the newest edition.",
}


@blueprint.get("/programmes/<slug>/mine")
@blueprint.get("/programmes/<slug>/mine/<token>")
def my_page(slug: str, token: str = "") -> AnyResponse:
    """Show how far a reader is, with the buttons; an address that is not proven gets one button."""
    found = programmes.find(session(), slug, _whose(slug, token))
    if found is None:
        return _gone(slug, token)
    if found.enrolment.state == "asked":
        answer = web.page("routines/programme_confirm.html", programme=found.programme, slug=slug, token=token)  # fmt: skip
        return web.without_referrer(answer)
    return _page(found, token)


@blueprint.post("/programmes/<slug>/mine")
@blueprint.post("/programmes/<slug>/mine/<token>")
def act(slug: str, token: str = "") -> AnyResponse:
    """Do what the pressed button says."""
    doing, whose = request.form.get("do", ""), _whose(slug, token)
    here = (
        url_for(".my_page", slug=slug, token=token) if token else url_for(".my_page", slug=slug)
    )
    if doing == "confirm":
        return _confirm(slug, whose, here)
    if doing == "leave":
        return _leave(slug, whose)
    with transaction() as db:
        programmes.change(
            db, slug, whose, doing, phase=request.form.get("phase", ""),
            zone=request.form.get("zone", ""), now=clock.now(), office=links.office(),
        )  # fmt: skip
    return web.go(here, notice=TOLD[doing])


@blueprint.get("/programmes/<slug>/stop/<token>")
def stop_page(slug: str, token: str) -> Response:
    """Show the button that stops the letters."""
    return _stop_page(slug, token, stopped=False)


@blueprint.post("/programmes/<slug>/stop/<token>")
@web.from_other_sites
def stop(slug: str, token: str) -> Response:
    """Stop the letters; the signed link is all it takes, and every answer is the same."""
    with transaction() as db:
        programmes.stop(db, slug, links.read(links.STOP, token), clock.now())
    return _stop_page(slug, token, stopped=True)


def _whose(slug: str, token: str) -> str | None:
    return links.read(links.MINE, token) if token else links.on_device(slug)


def _confirm(slug: str, whose: str | None, here: str) -> AnyResponse:
    """Begin by letter; only the first press of the button proves the address to this device."""
    with transaction() as db:
        email = programmes.confirm(db, slug, whose, now=clock.now(), office=links.office())
    response = web.go(here)
    if not email or not whose:
        return response
    links.remember(response, slug, whose)
    told = "Thank you. Your address is confirmed, and the programme has begun."
    return remember_address(response, email, told=told, way="programme")


def _leave(slug: str, whose: str | None) -> AnyResponse:
    with transaction() as db:
        programmes.leave(db, slug, whose)
    here = url_for("routines_programmes.programme_page", slug=slug)
    response = web.go(here, notice="You have left the programme. Nothing about you is kept of it.")  # fmt: skip
    links.forget(response, slug)
    return response


def _gone(slug: str, token: str) -> AnyResponse:
    """Lead a device that holds nothing to the programme; say of a link that it is used up."""
    if token:
        raise LinkExpired(programmes.GONE)
    return web.go(url_for("routines_programmes.programme_page", slug=slug))


def _page(found: programmes.Following, token: str) -> Response:
    db, programme = session(), found.programme
    way = pages.way(found, pages.pinned_cards(db, found), clock.now(), web.settings().locale)
    public = url_for("routines_programmes.programme_page", slug=found.slug)
    answer = web.page(
        "routines/my_programme.html", programme=programme, slug=found.slug, way=way, enrolment=found.enrolment,
        is_newest=found.is_newest, zones=words.zones(), action=request.path,
        trail=[*shop.trail(), Link("Programmes", url_for("routines_programmes.programme_list")),
               Link(programme.title, public), Link("My way", request.path)],
    )  # fmt: skip
    return web.without_referrer(answer) if token else answer


def _stop_page(slug: str, token: str, *, stopped: bool) -> Response:
    return web.without_referrer(
        web.page("routines/programme_stop.html", slug=slug, token=token, stopped=stopped)
    )

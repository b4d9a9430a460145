"""The public pages of programmes, and beginning one."""

from flask import Response, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from routines.library import assets, cards, prose, service
from routines.library.documents import Programme
from routines.library.related import related
from routines.library.service import Found
from routines.pages import shop
from routines.programmes import links, pages
from routines.programmes import service as programmes
from routines.toolbox import told
from storefront.public import Invalid, Link, canonical_email, clock, session, transaction, web

blueprint = assets.blueprint("programmes", __name__)


@blueprint.get("/programmes/")
@web.public_page
def programme_list() -> Response:
    """Show all programmes."""
    found = cards.shown(service.of_kind(session(), "programme"))
    trail = [*shop.trail(), Link("Programmes", request.path)]
    return web.page("routines/programmes.html", cards=found, trail=trail)


@blueprint.get("/programmes/<slug>")
@web.public_page
def programme_page(slug: str) -> Response:
    """Show one programme with all its phases; on a device that follows it with their dates."""
    return show_programme(service.find_programme(session(), slug))


@blueprint.post("/programmes/<slug>")
def begin(slug: str) -> AnyResponse:
    """Begin on this device, or write to an address to begin by letter; the answer tells nothing of it."""
    zone = request.form.get("zone") or web.settings().timezone
    if request.form.get("how") == "letter":
        return _begin_by_letter(slug, zone)
    web.limit("programme_client", web.settings().limit_signup_client, web.client_address())
    if links.on_device(slug) and programmes.find(session(), slug, links.on_device(slug)):
        return web.go(url_for("routines_my_programmes.my_page", slug=slug))
    with transaction() as db:
        enrolment_id = programmes.begin_on_device(db, slug, zone, clock.now()).id
    response = web.go(
        url_for("routines_my_programmes.my_page", slug=slug), notice="Phase 1 is open."
    )
    links.remember(response, slug, enrolment_id)
    return response


@blueprint.get("/programmes/<slug>/asked")
def asked_page(slug: str) -> Response:
    """Say that a letter is on its way, to whoever asks."""
    programme = service.find_programme(session(), slug).document
    return web.page("routines/programme_asked.html", programme=programme, slug=slug)


def _begin_by_letter(slug: str, zone: str) -> AnyResponse:
    settings = web.settings()
    web.limit("programme_letters", settings.limit_signup_client, web.client_address())
    web.limit("programme_global", settings.limit_signup_global, "all")
    try:
        address = canonical_email(request.form.get("email", ""))
    except Invalid as problem:
        return show_programme(
            service.find_programme(session(), slug),
            422,
            email=request.form.get("email", ""),
            problem=problem,
        )
    web.limit("programme_address", settings.limit_signup_address, address)
    if not request.form.get("website"):  # people do not see this field
        with transaction() as db:
            programmes.ask(db, slug, address, zone, now=clock.now(), office=links.office())
    return web.go(url_for(".asked_page", slug=slug))


def show_programme(
    edition: Found[Programme],
    status: int = 200,
    *,
    email: str = "",
    problem: Invalid | None = None,
) -> Response:
    """Render the page of a programme; whoever follows the same edition sees their dates."""
    db, slug, programme = session(), edition.slug, edition.document
    found = pages.routine_cards(db, programme)
    links = related(db, programme.related)
    following = _followed(slug)
    way = pages.way(following, found, clock.now(), web.settings().locale) if following else None
    errors = problem.facts.get("fields", {}) if problem else {}
    return web.page(
        "routines/programme.html", status, programme=programme, slug=slug, way=way, email=email,
        phases=way.phases if way and following and following.is_newest else pages.phases(programme, found),
        weeks=sum(phase.weeks for phase in programme.phases), text=prose.prose(programme, web.settings().url_prefix),
        related=told.told_cards(db, [link.card for link in links], reasons={link.card.id: link.reason for link in links}),
        picture=shop.picture(programme.picture), reviewed_on=shop.day(programme.review.on), errors=errors,
        trail=[*shop.trail(), Link("Programmes", url_for("routines_programmes.programme_list")), Link(programme.title, request.path)],
    )  # fmt: skip


def _followed(slug: str) -> programmes.Following | None:
    """Find what this device follows, once its phases are known."""
    held = links.on_device(slug)
    found = programmes.find(session(), slug, held) if held else None
    return found if found and found.enrolment.state == "active" else None

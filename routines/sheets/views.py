"""The sheet to print, its PDF, and the routine's days for a calendar."""

from zoneinfo import available_timezones

import segno
from flask import Response, redirect, request, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response as AnyResponse

from routines.library import assets, service, timeline
from routines.library.documents import Routine
from routines.library.dosage import dosage_text
from routines.library.service import Found
from routines.pages import editions, shop
from routines.sheets import asked, days, printed
from routines.sheets.sheet import DAYS, sheet
from routines.toolbox.service import component_names
from storefront.public import Invalid, Link, clock, session, typeset, web

blueprint = assets.blueprint("sheets", __name__)


@blueprint.get("/routines/<slug>/sheet")
@web.public_page
def sheet_page(slug: str) -> Response:
    """Show a routine on one page to print, with boxes to tick."""
    db = session()
    edition = editions.asked()
    found = service.find_routine(db, slug, edition)
    routine = found.document
    player = player_address(slug, edition)
    return web.page(
        "routines/sheet.html", slug=slug, found=found, edition=edition, paper=sheet(db, routine, component_names(db)), days=DAYS, code=code(player),
        player=player, reviewed_on=shop.day(routine.review.on), has_pdf=typeset.is_available(),
    )  # fmt: skip


@blueprint.get("/routines/<slug>/sheet.pdf")
@web.public_page
def sheet_file(slug: str) -> Response:
    """Give the sheet as PDF."""
    db = session()
    found = service.find_routine(db, slug, editions.asked())
    made = sheet(db, found.document, component_names(db))
    reviewed_on = shop.day(found.document.review.on)
    content = printed.pdf(
        made, player_address(slug, editions.asked()), reviewed_on, found.published_at
    )
    return file(content, "application/pdf", f"{slug}.pdf")


@blueprint.get("/routines/<slug>/calendar")
@web.public_page
def calendar_page(slug: str) -> Response:
    """Ask when somebody wants to do a routine."""
    return _calendar_page(slug, service.find_routine(session(), slug).document)


@blueprint.get("/routines/<slug>/calendar.ics")
@web.public_page
def calendar_file(slug: str) -> AnyResponse:
    """Give the days of a routine as a calendar file; lead to the form where the days are the reader's."""
    found = service.find_routine(session(), slug)
    if not request.args and not days.days_of(found.document.schedule):
        return redirect(url_for(".calendar_page", slug=slug))
    try:
        wanted = asked.choice(
            request.args, found.document.schedule, clock.now(), web.settings().timezone
        )
    except Invalid as wrong:
        return _calendar_page(slug, found.document, wrong)
    content = days.calendar(web.settings().shop_name, occasion(found), wanted)
    return file(content, "text/calendar; charset=utf-8", f"{slug}.ics")


def occasion(found: Found[Routine]) -> days.Occasion:
    """Write down what a calendar says of a routine."""
    routine, address = found.document, player_address(found.slug)
    lines = [dosage_text(routine.schedule).capitalize(), routine.stop_rule, address]
    return days.Occasion(
        key=f"{web.settings().base_url} {found.slug} {found.revision}", title=routine.title,
        text="\n".join(line for line in lines if line), url=address,
        minutes=timeline.minutes(timeline.expand(routine)), changed_at=found.published_at,
    )  # fmt: skip


def player_address(slug: str, edition: int | None = None) -> str:
    """Give the whole address of the player, of the edition that is published or of another."""
    return web.absolute(url_for("routines_player.play_page", slug=slug, revision=edition))


def code(address: str) -> Markup:
    """Draw an address as a QR code for a page."""
    drawn = segno.make(address, error="m").svg_inline(scale=3, border=2, svgclass=None, lineclass=None)  # fmt: skip
    return Markup(drawn)  # noqa: S704  # our own drawing of our own address


def file(content: bytes, kind: str, name: str) -> Response:
    """Answer with a file to keep."""
    response = Response(content, content_type=kind)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _calendar_page(slug: str, routine: Routine, wrong: Invalid | None = None) -> Response:
    schedule = routine.schedule
    told = asked.days_told(request.args) or days.days_of(schedule)
    times = asked.several_times(request.args) or [f"{at:%H:%M}" for at in asked.times_for(schedule)]  # fmt: skip
    return web.page(
        "routines/calendar.html", 422 if wrong else 200, slug=slug, routine=routine, schedule=dosage_text(schedule),
        days=[(number, name, number in told) for number, name in enumerate(DAYS)], times=times,
        weeks=request.args.get("weeks") or days.weeks_of(schedule), zone=request.args.get("zone") or web.settings().timezone,
        zones=sorted(zone for zone in available_timezones() if "/" in zone and not zone.startswith("Etc/")),
        start=request.args.get("start", ""), wrong=wrong.fields if wrong else {},
        trail=[*shop.trail(), Link("Routines", url_for("routines_library.routine_list")),
               Link(routine.title, url_for("routines_library.routine_page", slug=slug)), Link("Calendar", request.path)],
    )  # fmt: skip

"""The whole check of one app: plant, crawl as three people, and once more behind a shared cache."""

import shutil
from collections.abc import Callable, Mapping

from flask import Flask

from storefront import clock, database
from storefront.leakcheck import kinds, planting, shared_cache, surfaces, visitors
from storefront.leakcheck.canaries import Canaries
from storefront.leakcheck.crawl import Crawl
from storefront.leakcheck.report import Report
from storefront.leakcheck.visitors import OUTSIDER, STRANGER, Person
from storefront.newsletter import consent
from storefront.newsletter import service as newsletter

GRANTS = "/api/v1/media/grants"
Say = Callable[[str], None]


def plant(app: Flask) -> tuple[Canaries, dict[str, Person]]:
    """Plant canaries in an app's database and gated folder, and make the people who ask."""
    canaries, state = Canaries(), app.extensions["storefront"]
    signer, settings = visitors.shop_of(app)
    with app.app_context(), database.transaction() as db:
        planting.plant(db, canaries)
        canaries.names += state.hooks.plant_canaries(db, canaries.word)
        email = f"{canaries.word('address of a reader')}@example.org"
        reader = visitors.proven(db, "a reader", email, signer, settings)
        shown = consent.by_us(email, "", "leak check", settings)
        slugs = [each.slug for each in newsletter.lists.everything(db)]
        newsletter.join(db, shown, slugs, client="", now=clock.now(), settings=settings)
        outsider = visitors.proven(db, "an outsider", OUTSIDER, signer, settings)
        database.raise_content_revision(db)
    return canaries, {"reader": reader, "outsider": outsider}


def run(app: Flask, say: Say, *, nginx: str | None, only: tuple[str, ...] = ()) -> Report:
    """Check an app that is filled and migrated, and belongs to nobody.

    Args:
        app: it is changed: canaries are planted in it.
        say: told how far it is.
        nginx: the program to put in front as a shared cache; None leaves that part out.
        only: ask for addresses that begin so, and no others.
    """
    canaries, people = plant(app)
    return look(app, canaries, people, say, nginx=nginx, only=only)


def look(
    app: Flask, canaries: Canaries, people: Mapping[str, Person], say: Say, *, nginx: str | None,
    only: tuple[str, ...] = (),
) -> Report:  # fmt: skip
    """Look for what was planted in an app; see `run`."""
    report = Report(planted=len(canaries.planted))
    crawl = Crawl(app, canaries, report, "http://localhost", only)
    seeds = surfaces.seeds(app, canaries)
    say(f"{report.planted} canaries planted. A stranger looks at everything.")
    crawl.begin(seeds, STRANGER)
    say(f"{len(crawl.asked)} addresses. An outsider looks at them.")
    crawl.again(people["outsider"])
    _grants(crawl, people["outsider"])
    say("A reader looks at them, and must find the film.")
    _must_be_seen(crawl, people["reader"])
    if shutil.which("pdftotext") is None:
        report.left_out.append("the words of PDFs: pdftotext is not installed")
    if not only:
        report.empty += kinds.missing(app, report.yielded)
    if nginx is None:
        report.left_out.append("the shared cache: nginx is not installed")
        return report
    say("Everybody once more, behind a shared cache.")
    _make_pages_anew(app)
    shared_cache.check(app, crawl, [people["reader"], people["outsider"], STRANGER], nginx)
    return report


def _make_pages_anew(app: Flask) -> None:
    """Let the reader be the first to ask for each page."""
    with app.app_context(), database.transaction() as db:
        database.raise_content_revision(db)


def _grants(crawl: Crawl, outsider: Person) -> None:
    """Ask for a grant of everything that has a name."""
    for person in (STRANGER, outsider):
        client = crawl.client(person)
        for name in filter(lambda name: not name.startswith("/"), crawl.canaries.names):
            crawl.ask(client, person, GRANTS, "POST", json={"video": name})


def _must_be_seen(crawl: Crawl, reader: Person) -> None:
    """Let the reader look: whoever is let in finds the film, or the check has been blind."""
    mine = Report()
    theirs = Crawl(
        crawl.app,
        crawl.canaries,
        mine,
        crawl.origin,
        asked=crawl.asked,
        answered=crawl.answered,
    )
    theirs.again(reader)
    found = {leak.where for leak in mine.leaks}
    films = {each.where for each in crawl.canaries.planted if each.is_film}
    crawl.report.take(mine)
    crawl.report.unseen += sorted(films - found)
    own = films | {"address of a reader"}
    crawl.report.leaks += [leak for leak in mine.leaks if leak.where not in own]

"""Nothing gated or private gets out, and the check would have noticed: each hole made on purpose is found."""

import shutil

import pytest
from sqlalchemy import true
from sqlalchemy.ext.hybrid import hybrid_property

import storefront.caching
from routines.access import decide
from routines.leaks.planting import FILM, ROUTINE
from routines.library import jsonld
from routines.videos import door, files, gate
from routines.videos import service as videos
from storefront import clock, database, resources
from storefront.backoffice import desk
from storefront.catalog.models import Product
from storefront.customers.visitor import STRANGER
from storefront.issues import archive
from storefront.leakcheck import check, shared_cache, surfaces, visitors
from storefront.leakcheck.crawl import Crawl
from storefront.leakcheck.report import Report
from storefront.orders import service as orders
from storefront.staff.sessions import Staff

PAGE = f"/routines/{ROUTINE}"
JUST_PAGE = f"{PAGE}$"  # the page itself, and not its sheet, calendar and player
NGINX = shutil.which("nginx") or shutil.which("/usr/sbin/nginx")
needs_nginx = pytest.mark.skipif(NGINX is None, reason="nginx was not found")


def looked(shop, *only):
    """Look at some surfaces of the planted shop, with no page kept from the last look."""
    app, canaries, people = shop
    make_pages_anew(app)
    return check.look(app, canaries, people, lambda text: None, nginx=None, only=only)


def looked_behind_a_cache(shop, *more):
    """Let everybody ask for the page of a routine, and more, through nginx as a shared cache."""
    app, canaries, people = shop
    make_pages_anew(app)
    crawl = Crawl(app, canaries, Report(), "http://localhost")
    crawl.answered |= dict.fromkeys((PAGE, f"{PAGE}/play", "/newsletter", *more))
    everybody = [people["reader"], people["outsider"], visitors.STRANGER]
    shared_cache.check(app, crawl, everybody, NGINX)
    return crawl.report


def make_pages_anew(app):
    with app.app_context(), database.transaction() as db:
        database.raise_content_revision(db)


def test_nothing_gets_out_where_it_could_be_guessed(shop):
    report = looked(
        shop, PAGE, f"/gated/x/{FILM}/", f"/media/{FILM}", "/shop/hidden", "/shop/scheduled", "/search?q=kanari",
        "/sitemap", "/newsletter/archive/draft", "/newsletter/archive/unlisted", "/orders/LEAK", "/studio/drafts/1$",
        "/backoffice/orders/LEAK", "/feeds/routines", f"/api/v1/routines/{ROUTINE}", "/api/v1/products/hidden",
    )  # fmt: skip

    assert list(report.lines())[-1] == "0 leaks, 0 broken answers.", list(report.lines())
    assert report.unseen == []
    assert report.asked.total() > 300
    assert {"gated", "search", "archive", "API", "errors", "pages"} <= report.asked.keys()


@needs_nginx
def test_behind_a_shared_cache_nobody_gets_the_page_of_a_reader(shop):
    report = looked_behind_a_cache(shop)

    assert (report.leaks, report.broken, report.empty) == ([], [], [])
    assert report.kept == 3  # the stranger's second look at each page that is the same for all


def yes(*arguments, **named):
    return True


def for_ever(*arguments):
    return decide.NEVER


def opened(*arguments, **named):
    return decide.Decision(True, "", "newsletter")


def without_key(db, number, key):
    return orders.find(db, number)


def with_file(found, *arguments, **named):
    made = JSONLD(found, *arguments, **named)
    video = found.document.video
    return (
        made | {"contentUrl": video.renditions[0].file} if video and video.renditions else made
    )


def with_gated_files(settings):
    return [*MEDIA_FOLDERS(settings), settings.storefront_data / "gated"]


def without_grant(sealed, video):
    return videos.film_of(database.session(), videos.find(database.session(), video))


def an_owner():
    return Staff(1, "owner@example.org", "owner", 1, "code", clock.now(), clock.now())


JSONLD, MEDIA_FOLDERS = jsonld.routine_data, resources.media_folders
published = hybrid_property(lambda product: True, expr=lambda cls: true())
HOLES = {
    "the gate meets every clause": ([(decide, "_end", for_ever)], JUST_PAGE, "a file"),
    "the page is told yes": ([(gate.service, "decision", opened)], JUST_PAGE, "a file"),
    "a grant of somebody's own making holds": (
        [(door, "film_for", without_grant)], f"/gated/x/{FILM}/{FILM}.captions", "captions",
    ),
    "a grant is given to whoever asks": ([(videos, "decision", opened)], "/nowhere", "a file"),
    "the data for search engines names a file": ([(jsonld, "routine_data", with_file)], JUST_PAGE, "a file"),
    "gated files lie among the pictures": ([(resources, "media_folders", with_gated_files)], "/media/leak-film.mp4", "film"),
    "hidden goods are on the shelf": ([(Product, "is_published", published)], "/shop/hidden-goods$", "hidden product"),
    "scheduled goods are on the shelf": ([(Product, "is_published", published)], "/shop/scheduled-goods$", "scheduled product"),
    "goods that are not out are found": ([(Product, "is_published", published)], "/api/v1/products/hidden", "product"),
    "drafts are in the archive": ([(archive, "GONE_OUT", ("draft", "scheduled"))], "/newsletter/archive/draft", "issue"),
    "an order opens without its key": ([(orders, "find_for_buyer", without_key)], "/orders/LEAK-0001$", "a buyer"),
    "nobody guards the counter": ([(desk, "current", an_owner), (desk.entrance, "note_seen", yes)], "/backoffice/orders/LEAK", "a buyer"),
}  # fmt: skip


@pytest.mark.parametrize("hole", HOLES)
def test_a_hole_that_is_made_on_purpose_is_found(shop, monkeypatch, hole):
    changes, only, where = HOLES[hole]
    for module, name, value in changes:
        monkeypatch.setattr(module, name, value)

    report = looked(shop, only)

    assert any(where in leak.where for leak in report.leaks), list(report.lines())


def kept_by_all(response):
    response.headers["Cache-Control"] = storefront.caching.PUBLIC
    return response


@needs_nginx
@pytest.mark.parametrize(
    "change",
    [
        (storefront.caching, "PRIVATE", storefront.caching.PUBLIC),
        (storefront.caching, "visitor", lambda: STRANGER),
        (files, "kept_by_nobody", kept_by_all),
    ],
    ids=["private answers may be kept", "everybody's pages count as a stranger's", "films may be kept"],
)  # fmt: skip
def test_what_a_cache_may_keep_by_mistake_is_found(shop, monkeypatch, change):
    monkeypatch.setattr(*change)

    report = looked_behind_a_cache(shop, film_of_the_reader(shop))

    assert any("behind a cache" in leak.how for leak in report.leaks), list(report.lines())


def film_of_the_reader(shop):
    """Give the address of a film as the gate gives it to the reader."""
    app, canaries, people = shop
    client = Crawl(app, canaries, Report(), "http://localhost").client(people["reader"])
    return client.post(check.GRANTS, json={"video": FILM}).json["url"]


def test_a_check_that_could_see_nothing_says_so(shop, monkeypatch):
    monkeypatch.setattr(door, "film_for", lambda sealed, video: None)

    report = looked(shop, JUST_PAGE)

    assert not report.holds
    assert "captions of a film" in report.unseen
    assert FILM not in report.unseen


def test_a_surface_that_shows_nothing_is_told(shop, monkeypatch):
    app, canaries, people = shop
    monkeypatch.setattr(surfaces, "seeds", lambda app, canaries: ["/robots.txt"])

    report = check.look(app, canaries, people, lambda text: None, nginx=None)

    assert not report.holds
    everything = {
        "API", "HEAD", "JSON-LD", "archive", "calendars", "errors", "feeds", "gated", "media", "pages",
        "ranges", "search", "sheets", "sitemap", "transcripts",
    }  # fmt: skip
    assert set(report.empty) >= everything - {"errors", "HEAD"}
    assert "EMPTY feeds: nothing was seen of it" in report.lines()

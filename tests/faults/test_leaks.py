"""Nothing gated or private gets out, and the check would have noticed: each hole made on purpose is found."""

import shutil

import pytest
from sqlalchemy import true
from sqlalchemy.ext.hybrid import hybrid_property

import storefront.caching
from routines.access import decide
from routines.leaks.planting import FILM, ROUTINE
from routines.library import jsonld
from routines.videos import door, gate
from routines.videos import service as videos
from storefront import clock, database, resources
from storefront.backoffice import desk
from storefront.catalog.models import Product
from storefront.cli.content import throw_away
from storefront.customers.visitor import STRANGER
from storefront.issues import archive
from storefront.leakcheck import check
from storefront.orders import service as orders
from storefront.settings import Settings
from storefront.staff.sessions import Staff

PAGE = f"/routines/{ROUTINE}"


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    app = throw_away(Settings(secret_key="not used"), tmp_path_factory.mktemp("leaks"))
    yield app, *check.plant(app)
    with app.app_context():
        app.extensions["sqlalchemy"].engine.dispose()


def looked(shop, *only, nginx=None):
    """Look at some surfaces of the planted shop, with no page kept from the last look."""
    app, canaries, people = shop
    with app.app_context(), database.transaction() as db:
        database.raise_content_revision(db)
    return check.look(app, canaries, people, lambda text: None, nginx=nginx, only=only)


def test_nothing_gets_out_where_it_could_be_guessed(shop):
    report = looked(
        shop, PAGE, "/gated/", "/media/leak", "/shop/hidden", "/shop/scheduled", "/search?q=kanari", "/sitemap",
        "/newsletter/archive", "/orders/LEAK", "/studio/drafts", "/backoffice/orders/LEAK", "/feeds/routines",
        f"/api/v1/routines/{ROUTINE}", "/api/v1/products/hidden",
    )  # fmt: skip

    assert list(report.lines())[-1] == "0 leaks, 0 broken answers.", list(report.lines())
    assert report.unseen == []
    assert report.asked.total() > 300
    assert {"gated", "search", "archive", "API", "errors", "pages"} <= report.asked.keys()


def test_behind_a_shared_cache_nobody_gets_the_page_of_a_reader(shop):
    nginx = shutil.which("nginx") or shutil.which("/usr/sbin/nginx")
    if nginx is None:
        pytest.skip("nginx was not found")

    report = looked(shop, PAGE, "/newsletter", nginx=nginx)

    assert report.leaks == []
    assert report.kept > 5  # the cache keeps what is the same for all


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
    "the gate meets every clause": ([(decide, "_end", for_ever)], PAGE, "a file"),
    "the page is told yes": ([(gate.service, "decision", opened)], PAGE, "a file"),
    "a grant of somebody's own making holds": (
        [(door, "film_for", without_grant)], "/gated/", "captions",
    ),
    "a grant is given to whoever asks": ([(videos, "decision", opened)], "/nowhere", "a file"),
    "the data for search engines names a file": ([(jsonld, "routine_data", with_file)], PAGE, "a file"),
    "gated files lie among the pictures": ([(resources, "media_folders", with_gated_files)], "/media/leak", "film"),
    "hidden goods are on the shelf": ([(Product, "is_published", published)], "/shop/hidden", "hidden product"),
    "scheduled goods are on the shelf": ([(Product, "is_published", published)], "/shop/scheduled", "scheduled product"),
    "goods that are not out are found": ([(Product, "is_published", published)], "/api/v1/products/hidden", "product"),
    "drafts are in the archive": ([(archive, "GONE_OUT", ("draft", "scheduled"))], "/newsletter/archive", "issue"),
    "an order opens without its key": ([(orders, "find_for_buyer", without_key)], "/orders/LEAK", "a buyer"),
    "nobody guards the counter": ([(desk, "current", an_owner), (desk.entrance, "note_seen", yes)], "/backoffice/orders", "a buyer"),
}  # fmt: skip


@pytest.mark.parametrize("hole", HOLES)
def test_a_hole_that_is_made_on_purpose_is_found(shop, monkeypatch, hole):
    changes, only, where = HOLES[hole]
    for module, name, value in changes:
        monkeypatch.setattr(module, name, value)

    report = looked(shop, only)

    assert any(where in leak.where for leak in report.leaks), list(report.lines())


@pytest.mark.parametrize(
    "change",
    [
        (storefront.caching, "PRIVATE", storefront.caching.PUBLIC),
        (storefront.caching, "visitor", lambda: STRANGER),
    ],
    ids=["private answers may be kept", "everybody's pages count as a stranger's"],
)
def test_a_page_that_a_cache_may_keep_by_mistake_is_found(shop, monkeypatch, change):
    nginx = shutil.which("nginx") or shutil.which("/usr/sbin/nginx")
    if nginx is None:
        pytest.skip("nginx was not found")
    monkeypatch.setattr(*change)

    report = looked(shop, PAGE, "/newsletter", nginx=nginx)

    assert any("behind a cache" in leak.how for leak in report.leaks), list(report.lines())


def test_a_check_that_could_see_nothing_says_so(shop, monkeypatch):
    monkeypatch.setattr(door, "film_for", lambda sealed, video: None)

    report = looked(shop, PAGE)

    assert not report.holds
    assert "captions of a film" in report.unseen
    assert FILM not in report.unseen

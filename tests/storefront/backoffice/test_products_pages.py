"""Products in the backoffice: found, changed by the rules of a pack, and never overwritten unseen."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from storefront import clock
from storefront.catalog.models import Collection, Product, ProductType
from storefront.staff.models import AuditEntry
from tests.makers import both, make_product
from tests.storefront.backoffice.at_the_desk import signed_in
from tests.storefront.backoffice.counted import statements
from tests.storefront.backoffice.goods_at_the_desk import MAKER, form_of

LIST = "/backoffice/products"
ROLLER = ProductType(
    slug="roller", name="Roller",
    attributes=[
        {"slug": "density", "name": "Density", "kind": "number", "unit": "kg/m³", "required": True},
        {"slug": "latex", "name": "Latex", "kind": "flag"},
        {"slug": "material", "name": "Material", "kind": "choice", "choices": ["EVA", "EPP"]},
    ],
)  # fmt: skip


@pytest.fixture
def url(db):
    kind = ProductType(slug=ROLLER.slug, name=ROLLER.name, attributes=ROLLER.attributes)
    db.add_all([kind, Collection(slug="rollers", name="Rollers", position=1)])
    variant = make_product(db, name="Mini roller", maker=MAKER, summary="Small.")
    db.commit()
    return f"{LIST}/{variant.product_id}"


@pytest.fixture
def author(app, url):
    return signed_in(app, "author")


def product(db):
    db.rollback()
    db.expire_all()
    return db.scalars(select(Product).order_by(Product.id)).first()


@both
def test_an_author_changes_a_text_and_buyers_read_it_at_once(app, db, url, author):
    old = app.test_client().get("/shop/mini-foam-roller").text
    sent = form_of(author, url) | {
        "name": "Little roller", "description": "**Light** and <script>x</script> small.",
        "collection.rollers": "yes", "type": "roller", "action.roll": "yes", "facts": "Size: 30 cm",
        "questions.0.ask": "Why?", "questions.0.answer": "Because.", "warnings": "Not for babies.",
    }  # fmt: skip
    sent = {
        **form_of_kind(author, url, sent),
        "attributes.density": "32,5",
        "attributes.latex": "no",
    }

    assert author.post(url, data=sent).status_code == 303

    text = app.test_client().get("/shop/mini-foam-roller").text
    assert "Little roller" not in old
    assert "Little roller" in text
    assert "<strong>Light</strong>" in text
    assert "<script>x" not in text
    saved = product(db)
    assert saved.attributes == {"density": 32.5, "latex": False}
    assert [each.slug for each in saved.collections] == ["rollers"]
    assert saved.questions == [{"ask": "Why?", "answer": "Because."}]
    assert (saved.facts, saved.actions) == ({"Size": "30 cm"}, ["roll"])
    assert (saved.maker, saved.warnings) == (MAKER, ["Not for babies."])
    assert "Little" in app.test_client().get("/search?q=little").text
    entry = db.scalars(select(AuditEntry).where(AuditEntry.action == "product.saved")).one()
    assert "description" in entry.facts["changed"]


def form_of_kind(client, url, sent):
    """Ask for the fields of a kind, as the button beside it does; nothing is saved by that."""
    answer = client.post(url, data=sent | {"wish": "fields"})
    assert answer.status_code == 200
    assert 'name="attributes.density"' in answer.text
    assert "kg/m³" in answer.text
    return sent


def test_a_form_that_is_sent_as_it_stands_changes_nothing(db, url, author):
    before = {
        name: getattr(product(db), name) for name in ("name", "maker", "pictures", "facts")
    }

    assert author.post(url, data=form_of(author, url)).status_code == 303

    assert {name: getattr(product(db), name) for name in before} == before
    entry = db.scalars(select(AuditEntry).where(AuditEntry.action == "product.saved")).one()
    assert entry.facts["changed"] == []


@both
def test_the_second_of_two_who_save_is_told_and_loses_nothing(app, db, url, author):
    theirs, mine = form_of(author, url), form_of(author, url)
    author.post(url, data=theirs | {"summary": "Theirs."})

    answer = author.post(url, data=mine | {"summary": "Mine.", "care": "Wash it."})

    assert answer.status_code == 409
    assert "Somebody else has saved" in answer.text
    assert "Theirs." in answer.text
    assert "Wash it." in answer.text
    assert product(db).summary == "Theirs."
    again = form_of(author, url)["seen"]
    assert f'value="{again}"' in answer.text
    assert author.post(url, data=mine | {"summary": "Mine.", "seen": again}).status_code == 303
    assert product(db).summary == "Mine."


def test_renaming_keeps_the_old_address(app, db, url, author):
    author.post(url, data=form_of(author, url) | {"slug": "little-roller"})

    answer = app.test_client().get("/shop/mini-foam-roller")

    assert answer.status_code in {301, 308}
    assert answer.location.endswith("/shop/little-roller")


def test_a_preview_shows_the_text_and_saves_nothing(db, url, author):
    sent = form_of(author, url) | {"description": "*Soft*", "wish": "preview"}

    answer = author.post(url, data=sent)

    assert answer.status_code == 200
    assert "<em>Soft</em>" in answer.text
    assert product(db).description == ""


@pytest.mark.parametrize(
    ("wrong", "field", "said"),
    [({"name": ""}, "name", "Fill this in."), ({"name": "n" * 161}, "name", "At most 160"),
     ({"slug": "Big Roller"}, "slug", "Small letters"), ({"slug": ""}, "slug", "Small letters"),
     ({"summary": "s" * 401}, "summary", "At most 400"), ({"facts": "no colon"}, "facts", "a colon"),
     ({"type": "none-such"}, "type", "There is no"), ({"pressure": "brutal"}, "pressure", "should be"),
     ({"pictures.0": "none-such"}, "pictures.0", "edia.json has no"),
     ({"questions.0.ask": "Why?", "questions.0.answer": ""}, "questions.0.answer", "Fill this in."),
     ({"maker.email": "nobody"}, "maker.email", "no mail address"),
     ({"maker.country": "Germany"}, "maker.country", "Two capital letters"),
     ({"maker.country": "GB"}, "responsible.name", "outside the European Union"),
     ({f"maker.{name}": "" for name in MAKER}, "maker.name", "names its maker"),
     ({"spare_for": "none-such"}, "spare_for", "There is no"),
     ({"type": "roller"}, "attributes.density", "Is missing"),
     ({"type": "roller", "attributes.density": "32 kg"}, "attributes.density", "without its unit"),
     ({"type": "roller", "attributes.density": "-3"}, "attributes.density", "From 0"),
     ({"type": "roller", "attributes.density": "3", "attributes.material": "Lead"}, "attributes.material", "is none of"),
     ({"type": "roller", "attributes.density": "3", "attributes.latex": "x"}, "attributes.latex", "Yes or no")],
)  # fmt: skip
def test_what_the_rules_refuse_is_said_beside_its_field(db, url, author, wrong, field, said):
    answer = author.post(url, data=form_of(author, url) | {"care": "Kept."} | wrong)

    assert answer.status_code == 422
    assert said in answer.text
    assert f'id="{field}-error"' in answer.text
    assert ">\nKept.</textarea>" in answer.text
    assert product(db).care == ""


def test_a_new_product_is_hidden_until_it_is_ready(app, db, url, author):
    answer = author.post(f"{LIST}/new", data={"name": "Peanut ball", "slug": "", "summary": ""})
    made = answer.location
    twice = author.post(f"{LIST}/new", data={"name": "Peanut ball", "slug": "", "summary": ""})

    assert answer.status_code == 303
    assert (twice.status_code, "It is taken." in twice.text) == (422, True)
    assert app.test_client().get("/shop/peanut-ball").status_code == 404
    refused = author.post(f"{made}/publish", data={"begins": "", "ends": ""})
    assert refused.status_code == 422
    assert "no variant yet" in refused.text


@pytest.mark.parametrize(
    "sent", [{"name": ""}, {"name": "!!!"}, {"name": "x", "slug": "A B"}, {}]
)
def test_a_new_product_needs_a_name_that_can_stand_in_an_address(db, url, author, sent):
    assert author.post(f"{LIST}/new", data=sent).status_code == 422


@both
def test_it_is_hidden_scheduled_and_published(app, db, url, author):
    def seen():
        return app.test_client().get("/shop/mini-foam-roller").status_code

    author.post(f"{url}/hide")
    assert seen() == 404
    later = (clock.now() + timedelta(days=2)).strftime("%Y-%m-%dT%H:%M")
    assert author.post(f"{url}/publish", data={"begins": later}).status_code == 303
    assert seen() == 404
    assert "Scheduled" in author.get(LIST).text
    assert author.post(f"{url}/publish", data={"begins": "", "ends": later}).status_code == 303
    assert seen() == 200


@pytest.mark.parametrize(
    ("sent", "said"),
    [({"begins": "2001-01-01T00:00"}, "has passed"), ({"ends": "2001-01-01T00:00"}, "end after"),
     ({"begins": "soon"}, "such as 2027"), ({"begins": "0001-01-01T00:00"}, "such as 2027"),
     ({"ends": "9999-12-31T23:59"}, "such as 2027")],
)  # fmt: skip
def test_moments_that_make_no_sense_are_refused(db, url, author, sent, said):
    answer = author.post(f"{url}/publish", data=sent)

    assert answer.status_code == 422
    assert said in answer.text


def test_the_list_is_narrowed_by_state_collection_and_words(db, url, author):
    hidden = make_product(db, "strap", sku="STRAP", name="Stretching strap", published_at=None)
    blocked = make_product(db, "ball", sku="BALL-1", name="Pressure ball")
    blocked.is_blocked = True
    hidden.product.collections = list(db.scalars(select(Collection)))
    db.commit()

    def names(**asked):
        text = author.get(LIST, query_string=asked).text
        return [
            n
            for n in ("Mini roller", "Stretching strap", "Pressure ball")
            if f">{n}</a>" in text
        ]

    assert len(names()) == 3
    assert names(state="published") == ["Mini roller", "Pressure ball"]
    assert names(state="hidden") == ["Stretching strap"]
    assert names(state="blocked") == ["Pressure ball"]
    assert names(state="scheduled") == []
    assert names(collection="rollers") == ["Stretching strap"]
    assert names(words="ball-1") == ["Pressure ball"]
    assert names(words="100%") == []


def test_a_long_list_of_products_costs_as_many_statements_as_a_short_one(app, db, url, author):
    author.get(LIST)
    few = statements(app, lambda: author.get(LIST))
    for number in range(20):
        make_product(db, f"thing-{number}", sku=f"THING-{number}")
    db.commit()

    assert statements(app, lambda: author.get(LIST)) == few


def test_what_is_not_there_is_not_found(author):
    for path in ("999999", "999999/publish", "999999/hide"):
        way = author.get if path == "999999" else author.post
        assert way(f"{LIST}/{path}").status_code == 404

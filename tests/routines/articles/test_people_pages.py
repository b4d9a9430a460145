import json
import re

import pytest

from routines.library import vocabulary
from routines.library.pieces import Person
from routines.library.publishing import publish
from storefront.database import session
from tests.routines.articles.test_article_pages import article_of
from tests.routines.made import publish_routine

ADA = {"slug": "ada-demo", "name": "Ada Demo", "credentials": "Demo author", "demo": True}
BEN = {"slug": "ben-demo", "name": "Ben Demo", "credentials": "Demo reviewer", "demo": True}
SIGNED = {"author": ADA, "review": {"by": BEN, "on": "2026-10-01"}}


@pytest.fixture(autouse=True)
def signed(app):
    with app.app_context():
        db = session()
        publish_routine(db, "calf", **SIGNED)
        publish(db, "article", "leg-cramps", article_of(**SIGNED))
        known = Person.model_validate(ADA | {"about": "Made up.", "profile": "https://example.org/ada"})  # fmt: skip
        vocabulary.store(db, "person", [known])
        db.commit()


def test_a_person_has_a_page_with_credentials_and_works(client):
    page = client.get("/people/ada-demo").text
    data = json.loads(re.findall(r'<script type="application/ld\+json">(.*?)</script>', page)[0])  # fmt: skip

    for text in ("Demo author", "Made up.", "This is a demo person", "Calf loosener", "Leg cramps", "Wrote</h2>"):  # fmt: skip
        assert text in page
    assert "Checked</h2>" not in page
    assert data["mainEntity"]["sameAs"] == "https://example.org/ada"
    assert data["mainEntity"]["url"] == "http://localhost/people/ada-demo"


def test_who_is_not_in_the_vocabulary_is_taken_from_what_they_signed(client):
    page = client.get("/people/ben-demo").text

    assert "Demo reviewer" in page
    assert "Checked</h2>" in page
    assert client.get("/people/nobody").status_code == 404


def test_texts_lead_to_their_people(client):
    for path in ("/library/leg-cramps", "/routines/calf"):
        page = client.get(path).text
        assert '<a href="/people/ada-demo">Ada Demo</a>, Demo author' in page
        assert '<a href="/people/ben-demo">Ben Demo</a>, Demo reviewer' in page
    assert 'href="/people/ada-demo"' in client.get("/people/").text

import pytest

from routines.library import vocabulary
from routines.library.documents import BodyPart
from routines.library.publishing import publish_body_parts
from storefront.database import content_revision
from storefront.errors import NotFound
from tests.makers import both
from tests.routines.made_words import (
    care_of,
    condition_of,
    exercise_of,
    muscle_of,
    person_of,
    point_of,
)


@both
def test_words_come_back_as_they_were_and_in_their_order(db):
    words = {
        "muscle": [muscle_of("soleus"), muscle_of("gastrocnemius", latin="M. gastrocnemius")],
        "condition": [condition_of(body="Text.")], "point": [point_of(effort_of_ten="5-6")],
        "exercise": [exercise_of(dosage={"sets": "3-4", "reps": 8})], "person": [person_of()], "tool_care": [care_of()],
    }  # fmt: skip
    for kind, documents in words.items():
        assert vocabulary.store(db, kind, documents) == len(documents)

    for kind, documents in words.items():
        assert list(vocabulary.terms(db, kind).values()) == documents
        assert vocabulary.find(db, kind, documents[0].slug) == documents[0]
    assert {kind: list(found.values()) for kind, found in vocabulary.everything(db).items()} == words  # fmt: skip


def test_the_same_words_again_change_nothing_and_a_new_order_does(db):
    one, two = muscle_of("one"), muscle_of("two")
    vocabulary.store(db, "muscle", [one, two])
    before = content_revision(db)

    assert vocabulary.store(db, "muscle", [one, two]) == 0
    assert content_revision(db) == before
    assert vocabulary.store(db, "muscle", [two, one]) == 2
    assert list(vocabulary.terms(db, "muscle")) == ["two", "one"]


def test_words_from_elsewhere_come_behind_those_that_are_there(db):
    vocabulary.store(db, "muscle", [muscle_of("one"), muscle_of("two")])

    vocabulary.store(db, "muscle", [muscle_of("three"), muscle_of("one")], after_others=True)

    assert list(vocabulary.terms(db, "muscle")) == ["one", "two", "three"]


@both
def test_a_place_has_the_words_of_all_its_parts(db):
    places = [BodyPart(slug="leg", name="Leg"), BodyPart(slug="calf", name="Calf", parent="leg"),
              BodyPart(slug="neck", name="Neck")]  # fmt: skip
    publish_body_parts(db, places)
    vocabulary.store(db, "muscle", [muscle_of(), muscle_of("levator", body_part="neck")])
    vocabulary.store(db, "point", [point_of()])
    vocabulary.store(db, "condition", [condition_of()])
    vocabulary.store(db, "exercise", [exercise_of(exercise={"muscles": ["unknown", "soleus"]})])

    def named(kind, place):
        return [word.slug for word in vocabulary.in_body_part(db, kind, place)]

    assert named("muscle", "leg") == named("muscle", "calf") == ["soleus"]
    assert named("muscle", "neck") == ["levator"]
    assert named("point", "leg") == ["calf-middle"]
    assert named("condition", "leg") == ["calf-cramp"]
    assert named("exercise", "leg") == ["calf-press"]
    assert named("exercise", "neck") == []


def test_a_word_that_is_not_there_is_not_found(db):
    with pytest.raises(NotFound):
        vocabulary.find(db, "point", "nothing")


def test_a_word_without_a_slug_is_refused(db):
    with pytest.raises(ValueError, match="no slug"):
        vocabulary.store(db, "person", [person_of(None)])

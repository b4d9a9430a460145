import pytest

from routines.library.documents import Article
from routines.library.rules.problems import problems
from tests.routines.made import PEOPLE, routine_of, step_of

REFERENCE = {"key": "known-2020", "title": "A paper"}


def article_of(**fields):
    values = {
        "title": "Leg cramps",
        "summary": "What they are.",
        "picture": "leg",
        "kind": "encyclopedia",
    }
    return Article.model_validate(values | PEOPLE | {"body": "Text [@known-2020].", "references": [REFERENCE]} | fields)  # fmt: skip


def said(document, pictures=None):
    return [str(problem) for problem in problems(document, pictures)]


def test_a_complete_routine_and_article_have_no_problems():
    pictures = {"product-roller": "A roller", "leg": "A leg"}

    assert said(routine_of(), pictures) == []
    assert said(article_of(), pictures) == []


@pytest.mark.parametrize(
    "sentence",
    [
        "This cures cramps.", "Your tendon heals in a week.", "Pain-free in 5 minutes.", "It is guaranteed to help.",
        "Treats sciatica.", "It gets rid of pain.", "A detox for the legs.", "It replaces your doctor.",
    ],
)  # fmt: skip
def test_wording_that_promises_a_cure_is_refused_wherever_it_stands(sentence):
    in_body = routine_of(body=sentence)
    in_a_cue = routine_of(step_of(cues=[{"kind": "feel", "text": sentence}]))

    assert "promises a cure" in said(in_body)[0]
    assert problems(in_a_cue)[0].field == (
        "sections",
        0,
        "steps",
        0,
        "exercise",
        "cues",
        0,
        "text",
    )


def test_the_title_of_a_reference_may_use_any_word():
    assert (
        said(article_of(references=[{"key": "known-2020", "title": "A cure for cramps?"}]))
        == []
    )


def test_a_citation_without_its_reference_is_named():
    assert "cites gone-1999" in said(routine_of(body="So it is [@gone-1999]."))[0]


def test_evidence_without_a_citation_is_refused_in_its_part_of_the_text():
    body = "Text [@known-2020].\n\n## Sleep\n\nStudies show that it helps."

    assert 'The part "Sleep Studies show' in said(article_of(body=body))[0]


def test_an_encyclopedia_article_needs_a_source():
    assert "at least one reference" in said(article_of(body="Text."))[0]
    assert "sources" in said(article_of(claims_sourced=False))[0]


def claim_of(text, *references):
    return {"text": text, "references": list(references)}


def test_a_claim_stands_in_the_text_and_its_references_are_listed():
    body = "Text [@known-2020].\n\nRolling *reduces* soreness [@known-2020]. It is cheap."

    assert said(article_of(body=body, claims=[claim_of("Rolling reduces soreness.", "known-2020")])) == []  # fmt: skip
    gone = article_of(body=body, claims=[claim_of("Rolling reduces swelling.", "gone-1999")])
    assert {problem.field for problem in problems(gone)} == {
        ("claims", 0, "text"),
        ("claims", 0, "references", 0),
    }


@pytest.mark.parametrize(
    "sentence",
    [
        "Rolling reduces soreness.", "A strap improves your flexibility.", "It prevents cramps.", "Heat boosts blood flow.",
        "Stretching protects against injury.", "It speeds up recovery.", "Pressing increases circulation.",
    ],
)  # fmt: skip
def test_a_claim_about_health_needs_its_source_in_the_paragraph_or_among_the_claims(sentence):
    body = f"Text [@known-2020].\n\nSome words. {sentence}"

    (lack,) = problems(article_of(body=body))
    assert (lack.field, "claims an effect" in str(lack)) == (("body",), True)
    assert said(article_of(body=f"{body} [@known-2020]")) == []
    assert said(article_of(body=body, claims=[claim_of(sentence, "known-2020")])) == []
    assert "claims an effect" in said(routine_of(body=sentence))[0]


@pytest.mark.parametrize(
    "sentence",
    [
        "Nobody knows whether it prevents cramps.",
        "Does rolling reduce soreness?",
        "Push the floor away.",
    ],
)
def test_a_question_or_a_doubt_is_no_claim(sentence):
    assert said(article_of(body=f"Text [@known-2020].\n\n{sentence}")) == []


@pytest.mark.parametrize("name", ["Admin", "unknown", "-", "Team", "7"])
def test_an_article_is_by_somebody(name):
    author = {"name": name, "credentials": "Physiotherapist"}

    assert "name a person" in said(article_of(author=author))[0]
    assert "credentials are empty" in said(article_of(author={"name": "Ada", "credentials": ""}))[0]  # fmt: skip


def test_a_picture_must_exist_and_have_a_text():
    assert said(routine_of(), {}) == ["There is no picture named product-roller."]
    assert said(routine_of(), {"product-roller": " "}) == [
        "The picture product-roller has no alternative text."
    ]


def test_a_demo_person_must_say_so():
    author = {"name": "Ada", "credentials": "Physiotherapist", "demo": True}

    assert "demo person" in said(routine_of(author=author))[0]


def test_nobody_reviews_their_own_text():
    assert "review" in said(routine_of(review={"by": PEOPLE["author"], "on": "2026-10-01"}))[0]


def test_the_review_day_must_exist():
    review = PEOPLE["review"] | {"on": "2026-02-30"}

    assert "not a day" in said(routine_of(review=review))[0]


def test_a_stop_rule_must_say_something():
    assert "too short" in said(routine_of(stop_rule="Stop."))[0]


def test_two_steps_with_one_key_and_a_clip_that_runs_backwards_are_named():
    steps = [step_of("same"), step_of("same", clip_start_ms=10, clip_end_ms=5)]

    assert [problem.field[-1] for problem in problems(routine_of(*steps))] == [
        "key",
        "clip_end_ms",
    ]


def test_a_call_must_lead_somewhere():
    calls = [
        {"kind": "booking", "label": "Book", "target": "javascript:alert(1)"},
        {"kind": "article", "label": "Read"},
    ]

    assert len(said(routine_of(calls=calls))) == 2

"""One spelling for each address, and the record that it was proven."""

from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.utils import getaddresses

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from storefront.customers import service
from storefront.customers.models import VerifiedAddress
from storefront.errors import Invalid

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
ANA = "ana@example.org"


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        (" Ana@Example.ORG ", ANA),
        ("ana+tools@example.org", "ana+tools@example.org"),
        ("o'neil@example.org", "o'neil@example.org"),
        ("ana@example", None),
        ("ana@@example.org", None),
        ("@example.org", None),
        ("ana@example.org\r\nBcc: bo@example.org", None),
        ("ana,bo@example.org", None),
        ('"ana bo"@example.org', None),
        ("a" * 250 + "@example.org", None),
        ("a" * 242 + "@example.org", "a" * 242 + "@example.org"),  # 254 octets
        ("a" * 241 + "é" + "@example.org", None),
        ("é" * 121 + "@example.org", "é" * 121 + "@example.org"),
        ("ana\udc00@example.org", None),
        ("ana\u202e@example.org", None),
        ("ana@example..org", None),
        ("ana@example.org.", None),
        ("ana@.example.org", None),
        ("=?utf-8?q?eve=40example.net=2c?=ana@example.org", None),
        ("ana@=?utf-8?q?x?=.example.org", None),
        ("ana=b?c@example.org", "ana=b?c@example.org"),
    ],
)
def test_an_address_has_one_spelling_or_is_refused(typed, stored):
    if stored is None:
        with pytest.raises(Invalid) as refused:
            service.canonical_email(typed)
        assert "email" in refused.value.facts["fields"]
    else:
        assert service.canonical_email(typed) == stored


@settings(derandomize=True, max_examples=300, deadline=None)
@given(st.text(max_size=40))
def test_whatever_is_typed_it_is_an_address_or_a_sentence(text):
    try:
        email = service.canonical_email(text)
    except Invalid:
        return
    assert service.canonical_email(email) == email
    assert not set("\r\n,;<>") & set(email)


PIECES = st.sampled_from(
    [
        "=?utf-8?q?",
        "=?utf-8?b?LGE=",
        "?=",
        "=2c",
        "=40",
        "=0a",
        ".",
        "..",
        "@",
        "a",
        "é",
        "％",
        ",",
        "\t",
        "'",
    ]
)


@settings(derandomize=True, max_examples=500, deadline=None)
@given(
    st.lists(PIECES, max_size=8).map("".join),
    st.sampled_from(["@a.org", "@a..org", "@.org", "@a.org.", ""]),
)
def test_a_letter_to_an_address_goes_there_and_nowhere_else(local, domain):
    try:
        email = service.canonical_email(local + domain)
    except Invalid:
        return
    letter = EmailMessage()
    letter["To"] = email
    assert [one.username + "@" + one.domain for one in letter["To"].addresses] == [email]
    assert [address for _, address in getaddresses([str(letter["To"])])] == [email]


def test_an_address_is_proven_once_and_keeps_its_first_moment(db):
    service.mark_verified(db, ANA, NOW)
    service.mark_verified(db, ANA, NOW + timedelta(days=1))

    assert db.get(VerifiedAddress, ANA).verified_at == NOW
    assert db.get(VerifiedAddress, ANA).newsletter_opened_at is None


def test_what_the_newsletter_opened_is_remembered_from_the_first_time(db):
    service.mark_verified(db, ANA, NOW)
    service.mark_verified(db, ANA, NOW + timedelta(days=1), by_newsletter=True)
    service.mark_verified(db, ANA, NOW + timedelta(days=2), by_newsletter=True)

    assert db.get(VerifiedAddress, ANA).newsletter_opened_at == NOW + timedelta(days=1)

"""A signed event is read without trusting any of its shapes."""

import json

import pytest

from storefront.errors import Invalid
from storefront.payments.hints import read_hint

EVENT = {
    "id": "evt_1", "type": "checkout.session.completed", "livemode": False,
    "data": {"object": {"id": "cs_1", "client_reference_id": "ref"}},
}  # fmt: skip


def changed(**fields) -> bytes:
    return json.dumps(EVENT | fields).encode()


def test_an_event_says_which_object_to_read():
    hint = read_hint(changed(), 30)

    assert (hint.event_id, hint.object_id, hint.reference, hint.livemode) == (
        "evt_1",
        "cs_1",
        "ref",
        False,
    )


def test_an_object_without_id_or_reference_is_still_an_event():
    assert read_hint(changed(data={"object": {}}), 30).object_id == ""


def test_a_reference_of_somebody_else_may_be_as_long_as_stripe_takes_it():
    longest = {"id": "cs_1", "client_reference_id": "x" * 200}

    assert read_hint(changed(data={"object": longest}), 30).reference == "x" * 200


THIN = {
    "id": "evt_2", "object": "v2.core.event", "type": "v1.checkout.session.completed", "livemode": False,
    "related_object": {"id": "cs_1", "type": "checkout.session", "url": "/v1/checkout/sessions/cs_1"},
}  # fmt: skip


def test_a_thin_event_says_the_same_as_a_whole_one():
    hint, whole = read_hint(json.dumps(THIN).encode(), 30), read_hint(changed(), 30)

    assert (hint.type, hint.object_id, hint.livemode) == (
        whole.type,
        whole.object_id,
        whole.livemode,
    )


@pytest.mark.parametrize("about", [None, [], "cs_1", {"id": 7}])
def test_a_thin_event_about_nothing_is_unreadable(about):
    with pytest.raises(Invalid):
        read_hint(json.dumps(THIN | {"related_object": about}).encode(), 30)


@pytest.mark.parametrize(
    "body",
    [
        b"", b"not json", b"[]", b'"text"', b"null", b"[" * 5000, b'{"id":"evt_1"}', b'{"created":' + b"9" * 5000 + b"}",
        changed(id="\0"), changed(id="\ud800"), changed(id="x" * 121), changed(id=""), changed(id=7), changed(type=None),
        changed(data={}), changed(data=[]), changed(data={"object": None}), changed(livemode=None), changed(livemode="no"),
        changed(data={"object": {"id": "\0"}}), changed(data={"object": {"id": "cs_1", "client_reference_id": {}}}),
    ],
)  # fmt: skip
def test_whatever_else_is_signed_is_told_to_be_unreadable(body):
    with pytest.raises(Invalid):
        read_hint(body, 30)

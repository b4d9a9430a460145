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

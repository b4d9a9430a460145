"""Links that open one thing: made and taken back by the staff, forged by nobody."""

from datetime import UTC, datetime, timedelta

import pytest

from routines.access import shares
from storefront.errors import Invalid, LinkExpired
from storefront.tokens import Signer
from tests.makers import both

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
MOMENT = timedelta(microseconds=1)
SIGNER = Signer(["a key of more than thirty-two characters"])


@pytest.fixture
def link(db):
    return shares.make(db, "video:strap", days=1, by="kim@example.org", now=NOW)


@both
def test_a_link_opens_until_its_end_and_not_a_moment_longer(db, link):
    end = NOW + timedelta(days=1)

    assert shares.opened(db, [link.id], end - MOMENT) == {"video:strap": end}
    assert shares.opened(db, [link.id], end) == {}
    assert shares.opened(db, [], NOW) == {}
    assert shares.find(db, SIGNER, shares.token(SIGNER, link), end - MOMENT) is link


def test_forged_expired_and_revoked_links_are_answered_alike(db, link):
    token = shares.token(SIGNER, link)
    other = Signer(["another key of more than thirty-two letters"])
    said = set()
    for text, now in [
        (shares.token(other, link), NOW), (token[:-3] + "abc", NOW), ("x" * 10_000, NOW), ("", NOW),
        (SIGNER.sign_lasting("media", link.id), NOW), (SIGNER.sign_lasting(shares.PURPOSE, "1"), NOW),
        (SIGNER.sign_lasting(shares.PURPOSE, 999), NOW), (token, NOW + timedelta(days=1)),
    ]:  # fmt: skip
        with pytest.raises(LinkExpired) as refused:
            shares.find(db, SIGNER, text, now)
        said.add(str(refused.value))
    shares.revoke(link, NOW)
    with pytest.raises(LinkExpired) as refused:
        shares.find(db, SIGNER, token, NOW)
    assert said | {str(refused.value)} == {str(refused.value)}
    assert shares.opened(db, [link.id], NOW) == {}


@pytest.mark.parametrize(
    ("days", "note"), [(0, ""), (91, ""), (-1, ""), (1, "a\r\nb"), (1, "x" * 121)]
)
def test_a_link_lives_for_some_days_and_has_a_note_of_one_line(db, days, note):
    with pytest.raises(Invalid):
        shares.make(db, "video:strap", days=days, by="kim", now=NOW, note=note)

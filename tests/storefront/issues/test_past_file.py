"""Past letters of the demo: in the archive and its feeds, marked, and sent to nobody."""

import pytest
from sqlalchemy import func, select

from storefront import clock
from storefront.dispatch.models import Delivery
from storefront.errors import Invalid
from storefront.issues import archive, links, past_file
from storefront.issues.models import Issue
from storefront.outbox import OutboxRow
from tests.routines.made import publish_routine, step_of
from tests.storefront.issues.made import WEEKLY, make_list

FILE = """
[sample-one]
list = "weekly"
days_ago = 15
subject = "Warm feet first"
intro = "A sample."
[[sample-one.slots]]
kind = "lead"
reference = "routine:calf"
"""


@pytest.fixture
def file(app, db, tmp_path):
    make_list(db)
    publish_routine(db, "calf", step_of())
    found = tmp_path / "issues.toml"
    found.write_text(FILE.replace("weekly", WEEKLY))
    return found


def load(db, file):
    return past_file.load(db, file, links.office(), clock.now())


def test_a_past_letter_is_in_the_archive_once_and_nobody_is_written_to(db, file):
    assert (load(db, file), load(db, file)) == (1, 0)
    db.commit()

    found = archive.find(db, "sample-one", links.office())

    assert found.issue.state == "done"
    assert found.says.slots[0].reference == "routine:calf@1"
    assert found.blocks[0].title
    assert db.scalar(select(func.count(Delivery.id))) == 0
    assert db.scalar(select(func.count(OutboxRow.id))) == 0


@pytest.mark.parametrize(
    ("right", "wrong"),
    [("routine:calf", "routine:gone"), ('kind = "lead"', 'kind = "spam"'), ('subject = "Warm feet first"', 'subject = "A\\nB"'), ("days_ago = 15", "days_ago = 0")],
)  # fmt: skip
def test_what_is_no_letter_is_refused_by_name_and_nothing_is_written(db, file, right, wrong):
    file.write_text(file.read_text().replace(right, wrong))

    with pytest.raises(Invalid, match="sample-one"):
        load(db, file)
    assert db.scalar(select(func.count(Issue.id))) == 0

"""`newsletter issue`: what a cron does twice is done once, and what is wrong stops it."""

import json

from storefront.issues.models import Issue
from tests.routines.made import publish_routine
from tests.storefront.issues.made import make_list


def run(app, *arguments):
    return app.test_cli_runner().invoke(args=["storefront", "newsletter", "issue", *arguments])


def test_an_issue_is_composed_once_checked_and_scheduled(app, db):
    make_list(db)
    publish_routine(db, "calf")
    made = [
        json.loads(run(app, "compose", "--list", "letter", "--json").output) for _ in range(2)
    ]
    number = str(made[0]["id"])

    stopped, refused = run(app, "check", number), run(app, "schedule", number)
    db.rollback()
    db.get(Issue, int(number)).subject = "A calmer calf"
    db.commit()
    done, shown = run(app, "schedule", number), run(app, "show", number)

    assert made[0] == made[1]
    assert made[0]["slots"] == [{"kind": "lead", "reference": "routine:calf@1"}]
    assert (stopped.exit_code, refused.exit_code) == (1, 1)
    assert "The subject is empty." in stopped.output
    assert (done.exit_code, shown.exit_code) == (0, 0)
    assert "state: scheduled" in shown.output


def test_what_is_not_there_is_told(app, db):
    assert "no such newsletter" in run(app, "compose", "--list", "none").output
    assert "no issue of that number" in run(app, "show", "7").output

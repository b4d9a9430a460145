"""The strict gate is a choice with a risk, and the shop says so where an owner looks."""

import pytest

from storefront.cli.commands import group
from tests.storefront.backoffice.at_the_desk import signed_in


@pytest.mark.parametrize("keeps", [True, False], ids=["fair", "strict"])
def test_only_the_strict_gate_is_warned_of(app, keeps):
    state = app.extensions["storefront"]
    state.settings = state.settings.model_copy(update={"gate_keep_after_leaving": keeps})

    page = signed_in(app, "keeper").get("/backoffice/health").text
    checked = app.test_cli_runner().invoke(group, ["config", "check"])

    assert ("GATE_KEEP_AFTER_LEAVING" in page) is not keeps
    assert ("GDPR" in checked.output) is not keeps
    assert checked.exit_code == 0

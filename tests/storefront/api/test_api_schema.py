"""The API keeps its own description, whatever is sent."""

import contextlib
import shutil

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.specs.openapi.checks import positive_data_acceptance

import storefront
from storefront import database
from storefront.cli import demo
from storefront.resources import data_folder
from storefront.settings import Settings


@pytest.fixture(scope="module")
def api(sqlite_template, tmp_path_factory):
    """Describe a demo shop of our own, which the test may write to."""
    folder = tmp_path_factory.mktemp("api")
    shutil.copy(sqlite_template, folder / "storefront.sqlite3")
    app = storefront.create_app(
        Settings(
            storefront_data=folder, secret_key="a test key of more than 32 characters",
            base_url="http://localhost", limit_checkout_client="100000/hour",
        )
    )  # fmt: skip
    with app.app_context(), database.transaction() as db:
        demo.fill(db, data_folder("config") / "demo")
    yield schemathesis.openapi.from_wsgi("/openapi.json", app)
    with app.app_context():
        app.extensions["sqlalchemy"].engine.dispose()


SLUGS = [
    "mini-foam-roller",
    "hamstring-cramps-press-and-stretch",
    "hamstring-strap-follow-along",
]
# Not every text is an address, a SKU or a country that we deliver to.
CHECKS = {"POST /api/v1/checkout": [positive_data_acceptance]}


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
def test_every_answer_is_as_described_and_none_is_a_fault(api, mode):
    checked = [_check(result.ok(), mode) for result in api.get_all_operations()]

    assert len(checked) >= 9


def _check(operation, mode) -> str:
    """Send an operation what its description allows, or what it forbids."""
    without = CHECKS.get(operation.label, [])

    @settings(
        max_examples=30, derandomize=True, deadline=None, database=None,
        phases=(Phase.explicit, Phase.generate), suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(operation.as_strategy(generation_mode=mode), st.sampled_from([None, *SLUGS]))
    def answers_as_described(case, slug):
        if slug and "slug" in (case.path_parameters or {}):
            case.path_parameters["slug"] = slug
        plain = {"Accept-Encoding": "identity"}
        case.call_and_validate(headers=plain, excluded_checks=without)

    nothing_is_forbidden = Unsatisfiable if mode == GenerationMode.NEGATIVE else ()
    with contextlib.suppress(nothing_is_forbidden):
        answers_as_described()
    return operation.label

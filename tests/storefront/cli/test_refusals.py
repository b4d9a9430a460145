"""What goes wrong in a foreseeable way is a sentence and exit code 1, never a trace."""

import os
import subprocess
import sys

import pytest


@pytest.mark.parametrize(
    ("environment", "sentence"),
    [
        ({"DATABASE_URL": "garbage"}, "DATABASE_URL is no address"),
        ({"PORT": "abc"}, "PORT: "),
        ({"PAYMENTS": "foo"}, "PAYMENTS: "),
        ({"STOREFRONT_CONFIG": "/nowhere.toml"}, "no such file"),
        ({"STOREFRONT_DATA": "/dev/null"}, "/dev/null"),
        (
            {"DATABASE_URL": "postgresql+psycopg://x@127.0.0.1:1/x"},
            "The database did not answer",
        ),
        ({"STRIPE_SECRET_KEY": "sk_live_x"}, "A live Stripe key must never meet the test till"),
    ],
    ids=lambda each: next(iter(each)) if isinstance(each, dict) else "",
)
def test_a_wrong_setting_is_a_sentence(tmp_path, environment, sentence):
    surroundings = {"PATH": os.environ["PATH"], "STOREFRONT_DATA": str(tmp_path)} | environment
    command = [sys.executable, "-m", "storefront.cli.main", "orders", "list"]

    answer = subprocess.run(
        command, env=surroundings, capture_output=True, text=True, check=False
    )

    assert answer.returncode == 1
    assert sentence in answer.stderr
    assert "Traceback" not in answer.stderr


def test_what_is_wrong_with_an_argument_is_told(tmp_path):
    surroundings = {"PATH": os.environ["PATH"], "STOREFRONT_DATA": str(tmp_path)}
    command = [sys.executable, "-m", "storefront.cli.main", "subscribers", "show"]

    answer = subprocess.run(
        [*command, "--email", "ana"], env=surroundings, capture_output=True, text=True, check=False
    )  # fmt: skip

    assert answer.returncode == 1
    assert "Please check what you entered\n" in answer.stderr
    assert "Enter an address such as" in answer.stderr

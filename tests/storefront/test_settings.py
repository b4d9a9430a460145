"""Settings: file, then environment; and the starts that are refused."""

import pytest
from pydantic import ValidationError

from storefront.errors import RefusedToStart
from storefront.settings import Settings
from storefront.settings_check import check, production_problems

GOOD = {
    "environment": "production", "secret_key": "k" * 40, "payments": "stripe", "base_url": "https://shop.example",
    "stripe_secret_key": "sk_live_x", "stripe_webhook_secrets": ("whsec_1",),
    "seller_name": "Pressline Ltd", "seller_address": "2 Real Street, Berlin", "seller_vat_id": "DE136695976",
}  # fmt: skip


def test_the_environment_beats_the_file(tmp_path, monkeypatch):
    file = tmp_path / "shop.toml"
    file.write_text('shop_name = "From the file"\nlow_stock = 3\n', "utf-8")
    monkeypatch.setenv("STOREFRONT_CONFIG", str(file))
    monkeypatch.setenv("LOW_STOCK", "7")
    monkeypatch.setenv("STRIPE_WEBHOOK_SECRETS", "whsec_1, whsec_2")

    settings = Settings()

    assert (settings.shop_name, settings.low_stock) == ("From the file", 7)
    assert settings.stripe_webhook_secrets == ("whsec_1", "whsec_2")


def test_an_unknown_name_in_the_file_is_refused(tmp_path, monkeypatch):
    file = tmp_path / "shop.toml"
    file.write_text("low_stok = 3\n", "utf-8")
    monkeypatch.setenv("STOREFRONT_CONFIG", str(file))

    with pytest.raises(ValidationError, match="low_stok"):
        Settings()


@pytest.mark.parametrize("rule", ["100", "often", "3/fortnight", "/day"])
def test_a_limit_that_is_no_rate_is_refused_by_name(monkeypatch, rule):
    monkeypatch.setenv("LIMIT_SIGN_IN_ADDRESS", rule)

    with pytest.raises(ValidationError, match=r"limit_sign_in_address\n.*such as 20/hour"):
        Settings()


def test_a_file_that_is_not_there_stops_the_start(monkeypatch):
    monkeypatch.setenv("STOREFRONT_CONFIG", "/nowhere/shop.toml")

    with pytest.raises(RefusedToStart, match="no such file"):
        Settings()


def test_good_production_settings_start():
    settings = Settings(**GOOD)

    assert check(settings) is settings


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"secret_key": "dev"}, "SECRET_KEY"),
        ({"secret_key": "short but random"}, "SECRET_KEY"),
        ({"payments": "till", "stripe_secret_key": "sk_test_till_demo"}, "PAYMENTS=till"),
        ({"payments": "till"}, "live Stripe key must never meet"),
        ({"stripe_api_base": "http://127.0.0.1:9"}, "STRIPE_API_BASE"),
        ({"stripe_api_base": "http://stripe.example"}, "only sent to Stripe"),
        ({"stripe_webhook_secrets": ()}, "STRIPE_WEBHOOK_SECRETS"),
        ({"stripe_webhook_secrets": ("whsec_till_demo",)}, "STRIPE_WEBHOOK_SECRETS"),
        ({"stripe_secret_key": "sk_test_x"}, "not a live key"),
        ({"base_url": "http://shop.example"}, "https"),
        ({"seller_vat_id": "DE000000000 (demo)"}, "SELLER_VAT_ID"),
    ],
)
def test_a_dangerous_production_start_is_refused(wrong, sentence):
    with pytest.raises(RefusedToStart, match=sentence):
        check(Settings(**(GOOD | wrong)))


def test_a_live_key_without_production_is_refused():
    with pytest.raises(RefusedToStart, match="ENVIRONMENT=production"):
        check(Settings(**(GOOD | {"environment": "development"})))


def test_every_reason_is_told_at_once():
    assert len(production_problems(Settings(environment="production"))) >= 4


def test_a_till_on_another_machine_is_refused_in_development_too():
    with pytest.raises(RefusedToStart, match="loopback"):
        check(Settings(stripe_api_base="http://10.0.0.1:8001"))


def test_holds_must_outlive_the_pay_page():
    with pytest.raises(ValidationError, match="STOCK_HOLD_MINUTES"):
        Settings(session_minutes=60, stock_hold_minutes=40)

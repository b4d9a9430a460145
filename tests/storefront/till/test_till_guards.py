"""The till does not start where it could do harm."""

import socket

import pytest

from storefront.till.server import Till, TillRefused, TillSettings


@pytest.fixture
def settings(tmp_path):
    facts = {
        "database": tmp_path / "till.sqlite3",
        "webhook_url": "http://127.0.0.1:1/",
        "webhook_secret": "whsec_x",
    }
    return lambda **changes: TillSettings(**{**facts, **changes})


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"environment": "production"}, "never runs in production"),
        ({"secret_key": "sk_live_abc"}, "live Stripe key"),
        ({"secret_key": "rk_live_abc"}, "live Stripe key"),
        ({"secret_key": "sk_test_abc"}, "must begin with sk_test_till_"),
        ({"host": "0.0.0.0"}, "loopback"),
        ({"host": "192.168.1.7"}, "loopback"),
        ({"host": "shop.example"}, "loopback"),
    ],
)
def test_a_dangerous_till_is_refused(settings, changes, words):
    with pytest.raises(TillRefused, match=words):
        Till(settings(**changes))


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "127.0.0.9"])
def test_a_loopback_address_is_taken(settings, host):
    with Till(settings(host=host)) as till:
        assert till.base_address.startswith(f"http://{host}:")


def test_a_taken_port_is_a_clear_sentence(settings):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()

        with pytest.raises(TillRefused, match="is in use"):
            Till(settings(port=taken.getsockname()[1])).start()


def test_a_till_can_be_stopped_twice_and_started_again(settings):
    till = Till(settings())
    till.start()
    till.stop()
    till.stop()

    till.start()
    assert till.base_address
    till.stop()

"""The same Idempotency-Key, the same answer."""

import threading
import time
from urllib.parse import urlencode

import pytest
import stripe

from tests.storefront.till.till_makers import get, post, press, request_of


def body(name: str = "Roller") -> str:
    pairs = {
        "mode": "payment",
        "success_url": "http://127.0.0.1:1/",
        "line_items[0][quantity]": "1",
        "line_items[0][price_data][currency]": "eur",
        "line_items[0][price_data][unit_amount]": "100",
        "line_items[0][price_data][product_data][name]": name,
    }
    return urlencode(pairs)


def send(till, key, data=None):
    return post(till, "/v1/checkout/sessions", data or body(), **{"Idempotency-Key": key})


def count(till):
    return len(get(till, "/v1/checkout/sessions").json()["data"])


def test_the_same_key_and_body_get_the_stored_answer(till):
    first = send(till, "k")

    second = send(till, "k")

    assert second.json() == first.json()
    assert "Idempotent-Replayed" not in first.headers
    assert second.headers["Idempotent-Replayed"] == "true"
    assert second.headers["Original-Request"] == first.headers["Request-Id"]
    assert count(till) == 1


def test_the_same_key_with_another_body_is_refused(till):
    send(till, "k")

    answer = send(till, "k", body("Strap"))

    assert answer.status_code == 400
    assert answer.json()["error"]["type"] == "idempotency_error"
    assert count(till) == 1


def test_the_sdk_raises_for_another_body(client):
    client.v1.checkout.sessions.create(request_of(), {"idempotency_key": "k"})

    with pytest.raises(stripe.IdempotencyError):
        client.v1.checkout.sessions.create(
            request_of(client_reference_id="other"), {"idempotency_key": "k"}
        )


def test_a_key_still_at_work_is_refused(till):
    till.faults.switch({"slow": 0.5})
    answers = []
    slow = threading.Thread(target=lambda: answers.append(send(till, "k")))
    slow.start()
    time.sleep(0.2)

    second = send(till, "k")
    till.faults.switch({"reset": True})
    slow.join()

    assert second.status_code == 409
    assert second.json()["error"]["code"] == "idempotency_key_in_use"
    assert answers[0].status_code == 200
    assert count(till) == 1


def test_many_at_once_with_one_key_make_one_session(till):
    answers = []
    threads = [
        threading.Thread(target=lambda: answers.append(send(till, "k"))) for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert {answer.status_code for answer in answers} <= {200, 409}
    assert len({one.json()["id"] for one in answers if one.status_code == 200}) == 1
    assert count(till) == 1


def test_a_key_is_forgotten_after_a_day(till):
    first = send(till, "k")
    till.clock.advance(24 * 3600 + 1)

    second = send(till, "k", body("Strap"))

    assert second.status_code == 200
    assert second.json()["id"] != first.json()["id"]


def test_a_request_refused_for_its_shape_is_not_remembered(till):
    assert send(till, "k", body() + "&colour=red").status_code == 400
    assert send(till, "k", body() + "&expires_at=1").status_code == 400

    assert send(till, "k").status_code == 200


def test_a_refusal_of_the_work_itself_is_remembered(till, client):
    session = client.v1.checkout.sessions.create(request_of())
    press(session.url)
    path = f"/v1/checkout/sessions/{session.id}/expire"

    first = post(till, path, **{"Idempotency-Key": "k"})
    second = post(till, path, **{"Idempotency-Key": "k"})

    assert (first.status_code, second.status_code) == (400, 400)
    assert second.headers["Idempotent-Replayed"] == "true"


def test_answers_survive_a_restart(shop, tmp_path):
    from storefront.till.server import Till, TillSettings

    settings = TillSettings(tmp_path / "till.sqlite3", shop.address, "whsec_x")
    with Till(settings) as till:
        first = send(till, "k")
    with Till(settings) as till:
        second = send(till, "k")

    assert second.json()["id"] == first.json()["id"]


@pytest.mark.parametrize("key", ["", "x" * 256])
def test_a_key_of_no_or_too_many_letters_is_refused(till, key):
    assert send(till, key).status_code == 400

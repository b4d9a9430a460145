"""The development mailbox shows letters to people and scripts, and nowhere else."""

from email.message import EmailMessage

import pytest

import storefront


def letter(to="ana@example.org", subject="Please confirm", html="<p>Hello</p>", number=1):
    message = EmailMessage()
    message["To"], message["Subject"] = to, subject
    message["Message-ID"] = f"<{number}@example.org>"
    message.set_content("Hello in text")
    message.add_alternative(html, subtype="html")
    return message


@pytest.fixture
def mailbox(app):
    return app.extensions["storefront"].transport


def test_scripts_read_letters_newest_first_and_by_address(client, mailbox):
    mailbox.deliver(letter(number=1))
    mailbox.deliver(letter("bo@example.org", "Your order", number=2))

    everything = client.get("/dev/mailbox.json").json
    to_ana = client.get("/dev/mailbox.json?to=ANA@example.org").json

    assert [each["subject"] for each in everything] == ["Your order", "Please confirm"]
    assert [each["to"] for each in to_ana] == ["ana@example.org"]
    assert {"to", "subject", "text", "html", "headers"} <= set(to_ana[0])


def test_people_read_the_list_and_the_letter(client, mailbox):
    mailbox.deliver(letter())
    found = client.get("/dev/mailbox.json").json[0]

    assert "Please confirm" in client.get("/dev/mailbox").text
    page = client.get(f"/dev/mailbox/{found['id']}")
    assert "Hello in text" in page.text
    assert (
        f'sandbox title="The letter as HTML" src="/dev/mailbox/{found["id"]}/body"' in page.text
    )
    assert "frame-src 'self'" in page.headers["Content-Security-Policy"]


def test_nothing_in_a_letter_can_run(client, mailbox):
    mailbox.deliver(letter(html="<script>alert(1)</script>"))
    found = client.get("/dev/mailbox.json").json[0]

    body = client.get(f"/dev/mailbox/{found['id']}/body")

    policy = body.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "sandbox" in policy
    assert "script-src" not in policy
    assert "alert(1)" not in client.get(f"/dev/mailbox/{found['id']}").text


@pytest.mark.parametrize("letter_id", ["never", "..%2f..%2fsecret", "%00", "9" * 40])
def test_there_is_no_letter_of_another_name(client, letter_id):
    assert client.get(f"/dev/mailbox/{letter_id}").status_code == 404
    assert client.get(f"/dev/mailbox/{letter_id}/body").status_code == 404


def test_an_empty_mailbox_says_so(client):
    assert "No letter yet to ana" in client.get("/dev/mailbox?to=ana").text
    assert client.get("/dev/mailbox.json").json == []


def test_there_is_no_mailbox_beside_a_mail_server(settings):
    app = storefront.create_app(settings.model_copy(update={"smtp_host": "mail.example.org"}))

    assert app.test_client().get("/dev/mailbox").status_code == 404
    assert app.test_client().get("/dev/mailbox.json").status_code == 404


def test_there_is_no_mailbox_in_production(settings):
    real = {
        "environment": "production", "payments": "stripe", "stripe_secret_key": "sk_live_x",
        "seller_name": "Pressline Ltd", "seller_address": "2 Real Street, Berlin", "seller_vat_id": "DE136695976",
        "stripe_webhook_secrets": ("whsec_x",), "base_url": "https://shop.example.org",
    }  # fmt: skip
    app = storefront.create_app(settings.model_copy(update=real))
    client = app.test_client()

    assert client.get("/dev/mailbox", base_url="https://shop.example.org").status_code == 404
    assert not [rule for rule in app.url_map.iter_rules() if rule.rule.startswith("/dev/")]

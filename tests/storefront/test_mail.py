"""Letters: text and HTML of the same content, delivered once."""

import socketserver
import threading

import pytest

from storefront import mail, outbox
from storefront.mail import DirectoryMailbox


@pytest.fixture
def letters(app):
    """A letter `greeting` that the host's templates define."""
    from jinja2 import ChoiceLoader, DictLoader

    made = {
        "email/greeting/subject.txt": "Hello\n{{ name }}",
        "email/greeting/body.txt": "Dear {{ name }}, {{ shop_name }}",
        "email/greeting/body.mjml": "<mjml><mj-body><mj-section><mj-column><mj-text>Dear {{ name }}</mj-text>"
        "</mj-column></mj-section></mj-body></mjml>",
    }
    app.jinja_env.loader = ChoiceLoader([DictLoader(made), app.jinja_env.loader])
    return DirectoryMailbox(app.extensions["storefront"].settings.storefront_data / "mailbox")


def send(app, **more):
    from storefront import database

    with app.app_context():
        with database.transaction() as db:
            mail.write(db, "greeting", "ana@example.org", "1", {"name": "Ana <b>"}, **more)
        outbox.drain(app.extensions["storefront"].outbox_handlers)


def test_a_letter_has_text_and_html_and_one_line_of_subject(app, letters):
    send(app)

    letter = letters.letters()[0]
    assert letter["subject"] == "Hello Ana <b>"
    assert "Dear Ana <b>, Pressline" in letter["text"]
    assert "Dear Ana &lt;b&gt;" in letter["html"]


def test_the_same_letter_is_delivered_once(app, letters):
    send(app)
    send(app)

    assert len(letters.letters()) == 1


def test_a_letter_tried_twice_keeps_its_message_id(app, letters):
    payload = {
        "letter": "greeting",
        "to": "ana@example.org",
        "key": "1",
        "context": {"name": "Ana"},
        "leave_url": "",
    }
    settings = app.extensions["storefront"].settings

    first = mail.compose(app.jinja_env, settings, payload)
    again = mail.compose(app.jinja_env, settings, payload)

    assert first["Message-ID"] == again["Message-ID"]


def test_a_bulk_letter_carries_the_one_click_headers(app, letters):
    send(app, leave_url="https://shop.example/newsletter/leave/x")

    headers = letters.letters()[0]["headers"]
    assert headers["List-Unsubscribe"] == "<https://shop.example/newsletter/leave/x>"
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_the_mailbox_filters_by_address_and_shows_the_newest_first(app, letters):
    send(app)

    assert letters.letters(to="ANA@example.org")
    assert letters.letters(to="bob@example.org") == []


class PretendPost(socketserver.StreamRequestHandler):
    """A mail server that takes one letter and keeps what it was told."""

    def handle(self):
        self.say("220 post")
        for line in iter(self.rfile.readline, b""):
            word = line.decode().strip()
            self.server.heard.append(word)
            if word.upper() == "DATA":
                self.say("354 go on")
                self.server.letter = b"".join(iter(self.rfile.readline, b".\r\n"))
            if word.upper() == "QUIT":
                self.say("221 bye")
                return
            self.say("250 ok")

    def say(self, words):
        self.wfile.write(f"{words}\r\n".encode())


@pytest.fixture
def post():
    server = socketserver.TCPServer(("127.0.0.1", 0), PretendPost)
    server.heard, server.letter = [], b""
    thread = threading.Thread(target=server.handle_request)
    thread.start()
    yield server
    thread.join()
    server.server_close()


def test_with_a_mail_server_the_letter_goes_there_and_nowhere_else(app, letters, post):
    settings = app.extensions["storefront"].settings.model_copy(
        update={"smtp_host": "127.0.0.1", "smtp_port": post.server_address[1]}
    )
    payload = {"letter": "greeting", "to": "ana@example.org", "key": "1", "context": {"name": "Ana"}, "leave_url": ""}  # fmt: skip

    mail.transport(settings).deliver(mail.compose(app.jinja_env, settings, payload))

    assert "rcpt TO:<ana@example.org>" in post.heard
    assert b"Subject: Hello Ana" in post.letter
    assert letters.letters() == []

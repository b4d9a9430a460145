"""What keeps letters from arriving is found before they are sent."""

import json

import pytest

from storefront.newsletter import doctor, names
from storefront.newsletter.names import Unanswered

NET = {
    ("pressline.test", "TXT"): ["some=thing", "v=spf1 include:mail.example -all"],
    ("pressline.test", "MX"): ["10 mx.example."],
    ("_dmarc.pressline.test", "TXT"): ["v=DMARC1; p=none; rua=mailto:x@pressline.test"],
    ("s1._domainkey.pressline.test", "TXT"): ["v=DKIM1; k=rsa; p=MIGf"],
}


@pytest.fixture
def good(settings, tmp_path):
    return settings.model_copy(
        update={
            "base_url": "https://pressline.test", "mail_from": "Pressline <hello@pressline.test>",
            "support_email": "help@pressline.test", "smtp_host": "mail.example", "smtp_tls": True,
            "dkim_selector": "s1", "bounce_maildir": str(tmp_path), "seller_name": "A shop",
            "seller_address": "1 Street, Town", "environment": "production",
        }
    )  # fmt: skip


def asked(net=NET):
    return lambda name, kind: net.get((name, kind), [])


def wrong(settings, net=NET, app=None):
    found = doctor.findings(settings, resolver=asked(net), jinja=app.jinja_env if app else None)
    return {one.about: one.level for one in found if one.level != "ok"}


def test_a_shop_that_is_set_up_well_may_send(app, good):
    assert wrong(good, app=app) == {}
    assert doctor.blockers(good, resolver=asked(), jinja=app.jinja_env) == []


@pytest.mark.parametrize(
    ("change", "about", "level"),
    [
        ({"base_url": "http://pressline.test"}, "BASE_URL", "bad"), ({"smtp_host": ""}, "SMTP_HOST", "bad"),
        ({"smtp_tls": False}, "SMTP_TLS", "bad"), ({"support_email": "help@other.test"}, "SUPPORT_EMAIL", "warn"),
        ({"bounce_maildir": ""}, "BOUNCE_MAILDIR", "warn"), ({"bounce_maildir": "/no/such"}, "BOUNCE_MAILDIR", "bad"),
        ({"dkim_selector": ""}, "DKIM", "warn"), ({"dkim_selector": "s2"}, "DKIM", "bad"),
        ({"seller_address": "1 Example Street, 10115 Berlin, Germany"}, "SELLER_ADDRESS", "bad"),
    ],
)  # fmt: skip
def test_each_setting_that_is_wrong_is_told(good, change, about, level):
    assert wrong(good.model_copy(update=change)) == {about: level}


@pytest.mark.parametrize(
    ("name", "texts", "about"),
    [
        ("pressline.test", [], "SPF"), ("pressline.test", ["v=spf1 -all", "v=spf1 ~all"], "SPF"),
        ("pressline.test", ["v=spf1 +all"], "SPF"), ("_dmarc.pressline.test", [], "DMARC"),
        ("_dmarc.pressline.test", ["v=DMARC1; p=maybe"], "DMARC"), ("s1._domainkey.pressline.test", ["v=DKIM1; p="], "DKIM"),
    ],
)  # fmt: skip
def test_each_record_that_is_wrong_is_told(good, name, texts, about):
    assert wrong(good, NET | {(name, "TXT"): texts}) == {about: "bad"}


def test_the_policy_of_the_domain_above_counts(good):
    below = good.model_copy(
        update={"mail_from": "x@news.pressline.test", "support_email": "x@news.pressline.test"}
    )
    net = NET | {
        ("news.pressline.test", "TXT"): ["v=spf1 -all"], ("news.pressline.test", "MX"): ["10 mx"],
        ("s1._domainkey.news.pressline.test", "TXT"): ["p=abc"],
    }  # fmt: skip

    assert wrong(below, net) == {}


def test_a_resolver_that_does_not_answer_is_no_reason_to_stop(good):
    def away(name, kind):
        raise Unanswered("LifetimeTimeout")

    found = doctor.findings(good, resolver=away)

    assert {one.level for one in found if one.about in ("SPF", "DKIM", "DMARC")} == {"warn"}


def test_a_letter_without_https_or_address_is_told(app, good):
    insecure = good.model_copy(update={"base_url": "http://pressline.test"})

    assert wrong(insecure, app=app) == {"BASE_URL": "bad", "List-Unsubscribe": "bad"}


def test_outside_production_nothing_is_blocked(settings):
    assert doctor.blockers(settings, resolver=asked({})) == []


def test_in_production_every_red_answer_blocks(good):
    broken = good.model_copy(update={"smtp_host": "", "base_url": "http://x.test"})

    assert len(doctor.blockers(broken, resolver=asked())) == 2


def test_the_command_exits_with_one_on_red_and_prints_facts(app, monkeypatch):
    monkeypatch.setattr(names, "resolver", lambda: asked({}))
    runner = app.test_cli_runner()

    told = runner.invoke(
        args=["storefront", "newsletter", "doctor", "--domain", "pressline.test"]
    )
    facts = runner.invoke(args=["storefront", "newsletter", "doctor", "--json"])

    assert told.exit_code == facts.exit_code == 1
    assert "SPF: pressline.test has no SPF records" in told.output
    assert {"level", "about", "text"} == set(json.loads(facts.output)[0])

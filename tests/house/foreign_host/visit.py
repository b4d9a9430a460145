"""Visit the shop inside the foreign host, with nothing but the wheel installed; exit 1 on the first lie."""

import re
import socket
import sys
import tempfile
import threading
import time
import urllib.parse
import urllib.request
from pathlib import Path

from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from host_app import Member, db, make_host
from sqlalchemy import inspect
from werkzeug.serving import make_server

import storefront
from storefront.mail import DirectoryMailbox
from storefront.settings import Settings
from storefront.till.server import Till, TillSettings

HERE = Path(tempfile.mkdtemp())


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def truth(sentence: str, holds: object) -> None:
    print(("ok: " if holds else "NOT TRUE: ") + sentence, flush=True)  # noqa: T201  # the test reads it
    if not holds:
        sys.exit(1)


def fields(html: str, action: str) -> dict[str, str]:
    """Read the hidden fields of the form with that action."""
    form = re.search(
        rf'<form[^>]*action="{re.escape(action)}"[^>]*>.*?</form>', html, re.DOTALL
    )
    assert form, f"no form posts to {action}"
    inputs = re.findall(r'<input[^>]*type="hidden"[^>]*>', form[0])
    pairs = (
        re.search(r'name="([^"]*)"', each)
        and (
            re.search(r'name="([^"]*)"', each)[1],
            (re.search(r'value="([^"]*)"', each) or ["", ""])[1],
        )
        for each in inputs
    )
    return {pair[0]: pair[1] for pair in pairs if pair}


def post(url: str, values: dict[str, str]) -> tuple[int, str, str]:
    data = urllib.parse.urlencode(values).encode()
    with urllib.request.urlopen(urllib.request.Request(url, data), timeout=30) as answer:
        return answer.status, answer.url, answer.read().decode()


port, till_port = free_port(), free_port()
base = f"http://127.0.0.1:{port}"
settings = Settings(
    storefront_data=HERE,
    url_prefix="/store",
    base_url=base,
    till_port=till_port,
    secret_key="the shop's key, long enough too",
)
app = make_host(HERE, settings)
server = make_server("127.0.0.1", port, app, threaded=True)
threading.Thread(target=server.serve_forever, daemon=True).start()
host_rules = {"/", "/admin", "/sign-in", "/static/<path:filename>"}
truth(
    "the shop is mounted below its prefix and nowhere else",
    {rule.rule for rule in app.url_map.iter_rules() if not rule.rule.startswith("/store/")}
    == host_rules,
)

runner = app.test_cli_runner()
for command in (["storefront", "migrate", "up"], ["storefront", "demo"]):
    result = runner.invoke(args=command)
    truth(
        f"flask {' '.join(command)} works: {result.output[-300:] if result.exit_code else ''}",
        result.exit_code == 0,
    )

with app.app_context():
    tables = set(inspect(db.engine).get_table_names())
    truth(
        "the host's table is still there, with its row",
        "member" in tables and db.session.get(Member, 1),
    )
    with db.engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"include_object": storefront.host_tables_only}
        )
        truth(
            "the host's own migrations see nothing of ours",
            compare_metadata(context, Member.metadata) == [],
        )

client = app.test_client()
truth("the host's home is the host's", b"Home of the host" in client.get("/").data)
truth("the host's 404 is the host's", client.get("/nothing").data == b"The host's 404")
truth("the host's admin asks for the host's sign-in", client.get("/admin").status_code == 302)
truth(
    "the host's forms still need the host's token", client.post("/sign-in").status_code == 400
)
truth(
    "the host's pages carry no header of ours",
    "Content-Security-Policy" not in client.get("/").headers,
)
truth(
    "a shop address that does not exist is the shop's 404 page",
    client.get("/store/shop/nothing").status_code == 404,
)

home = client.get("/store/").get_data(as_text=True)
truth(
    "browse: the shop's home leads to the shop below the prefix", 'href="/store/shop/"' in home
)
product = client.get("/store/shop/mini-foam-roller").get_data(as_text=True)
truth("browse: a product page names the routines that use it", "/store/routines/" in product)
for address in re.findall(r'(?:href|src|action)="(/[^"]*)"', home + product):
    truth(f"browse: {address} stays below the prefix", address.startswith("/store/"))

routine = client.get("/store/routines/calf-loosener")
player = client.get("/store/routines/calf-loosener/play")
truth(
    "follow: a routine and its player open",
    (routine.status_code, player.status_code) == (200, 200),
)

video_page = "/store/routines/hamstring-cramps-press-and-stretch"
locked = client.get(video_page).get_data(as_text=True)
truth("sign up: the video is locked for a stranger", "/store/gated/" not in locked)
answer = client.post(
    "/store/newsletter", data={"email": "bea@example.org", "next": video_page, "form": "gate"}
)
truth("sign up: the form needs no token of the host", answer.status_code == 303)
with app.app_context():
    from storefront import outbox

    outbox.drain(app.extensions["storefront"].outbox_handlers)
letter = DirectoryMailbox(HERE / "mailbox").letters(to="bea@example.org")[0]
link = re.search(r"http://\S+/store/newsletter/confirm/\S+", letter["text"])[0]
path = urllib.parse.urlsplit(link).path
truth("sign up: the link shows a button and does nothing", client.get(path).status_code == 200)
truth("sign up: the button confirms", client.post(path).status_code == 303)
opened = client.get(video_page).get_data(as_text=True)
grant = re.search(r'src="(/store/gated/[^"]+\.mp4)"', opened)
truth("sign up: the video is open", grant)
part = client.get(grant[1], headers={"Range": "bytes=0-9"})
truth("sign up: its bytes come in parts", (part.status_code, len(part.data)) == (206, 10))

with Till(
    TillSettings(
        HERE / "till.sqlite3",
        f"{base}/store/payments/webhook",
        "whsec_till_demo",
        port=till_port,
    )
):
    truth(
        "buy: a tool goes into the cart",
        client.post(
            "/store/cart/lines", data={"sku": "ROLL-MINI-M", "quantity": "2"}
        ).status_code
        == 303,
    )
    page = client.get("/store/checkout").get_data(as_text=True)
    details = fields(page, "/store/checkout") | {
        "email": "ana@example.org",
        "name": "Ana",
        "line1": "Street 1",
        "postal_code": "10115",
        "city": "Berlin",
        "country": "DE",
        "shipping": "standard",
        "terms": "y",
    }
    to_pay = client.post("/store/checkout", data=details)
    truth(
        f"buy: the checkout leads to the pay page ({to_pay.status_code})",
        to_pay.status_code == 303,
    )
    status, url, page = post(
        to_pay.location,
        {
            "email": "ana@example.org",
            "card_number": "4242424242424242",
            "expiry": "12/34",
            "cvc": "123",
            "name": "Ana",
            "action": "pay",
        },
    )
    truth(
        "buy: paying leads back to the order below the prefix",
        url.startswith(f"{base}/store/orders/"),
    )
    for _ in range(50):
        paid = client.get(url.removeprefix(base)).get_data(as_text=True)
        if "it is paid" in paid:
            break
        time.sleep(0.1)
    truth("buy: the order is paid", "it is paid" in paid)

page = client.get("/sign-in").get_data(as_text=True)
token = re.search(r'value="([^"]+)"', page)[1]
client = app.test_client()
page = client.get("/sign-in").get_data(as_text=True)
client.post("/sign-in", data={"csrf_token": re.search(r'value="([^"]+)"', page)[1]})
owner = client.get(video_page).get_data(as_text=True)
truth(
    "gate: the host's signed-in buyer owns the tool, and the video is open",
    "/store/gated/" in owner,
)
check = runner.invoke(args=["storefront", "ledger", "check"])
truth("ledger: every number is explained", check.exit_code == 0)
server.shutdown()

"""The first pages do what they say: code runs, names exist, steps lead where they promise."""

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import click
import pytest

import storefront
from storefront import resources
from storefront.cli import demo
from storefront.settings import Settings

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text("utf-8")
CODE = re.compile(r"^```python\n(.*?)^```", re.MULTILINE | re.DOTALL)
FIRST = "\n".join((ROOT / name).read_text("utf-8") for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md"))  # fmt: skip
LINKS = sorted(set(re.findall(r"\]\((?!https?:)([^)]+)\)", FIRST)))
NAMED = sorted(set(re.findall(r"`([^`\n]+)`", re.sub(r"^```.*?^```", "", FIRST, flags=re.M | re.S))))  # fmt: skip
TYPED = [line.split("#")[0].strip() for block in re.findall(r"^```sh\n(.*?)^```", FIRST, re.M | re.S)
         for line in block.splitlines()]  # fmt: skip
COMMANDS = [
    name for name in [*NAMED, *TYPED]
    if re.match(r"make |python3 run\.py|(\.venv/bin/|flask )?storefront [a-z]", name)
]  # fmt: skip
PATHS = [
    name for name in NAMED
    if "/" in name.strip("/") and " " not in name and not re.match(r"\d+/", name)
]  # fmt: skip
VISIT = """
import host

runner = host.app.test_cli_runner()
for word in (["migrate", "up"], ["demo"]):
    result = runner.invoke(args=["storefront", *word])
    assert result.exit_code == 0, result.output
client = host.app.test_client()
page = client.get("/store/")
assert page.status_code == 200 and b"/store/shop/" in page.data
assert client.get("/").status_code == 404
"""


@pytest.mark.parametrize("document", ["README.md", "docs/plugin.md"])
def test_its_python_mounts_the_shop_in_an_app(document, tmp_path):
    [block] = CODE.findall((ROOT / document).read_text("utf-8"))
    (tmp_path / "host.py").write_text(block, "utf-8")
    plain = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}

    visit = subprocess.run(
        [sys.executable, "-c", VISIT],
        cwd=tmp_path,
        env=plain | {"PYTHONPATH": f"{tmp_path}{os.pathsep}{ROOT}"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert visit.returncode == 0, visit.stderr[-3000:]


@pytest.mark.parametrize("link", LINKS)
def test_every_link_leads_somewhere(link):
    path, _, anchor = link.partition("#")
    assert (ROOT / path).exists()
    if anchor:
        headings = re.findall(r"^#+ (.*)$", (ROOT / path).read_text("utf-8"), re.MULTILINE)
        assert anchor in [re.sub(r"[^\w -]", "", each).lower().replace(" ", "-") for each in headings]  # fmt: skip


@pytest.mark.parametrize("name", PATHS)
def test_every_file_folder_and_address_that_it_names_exists(app, name):
    if name.startswith("/"):
        assert app.url_map.bind("localhost").test(name)
    else:
        assert list(ROOT.glob(re.sub("<[a-z]+>", "*", name))), name


@pytest.mark.parametrize("line", COMMANDS)
def test_every_command_that_it_names_exists(app, line):
    program, *words = [
        word for word in shlex.split(line) if word not in {"python3", "flask"} and "=" not in word
    ]  # fmt: skip
    if program in {"make", "run.py"}:
        usage = (ROOT / "run.py").read_text("utf-8")
        assert all(f"\n  {word}" in usage for word in words)
        return
    command: click.Command = app.cli.commands["storefront"]
    while isinstance(command, click.Group):
        command = command.commands[words.pop(0)]
    options = {option for each in command.params for option in each.opts}
    assert {word for word in words if word.startswith("--")} <= options


@pytest.fixture
def checkout(tmp_path, monkeypatch):
    """A copy of the demo in a folder that the commands take for ours."""
    shutil.copytree(ROOT / "config/demo", tmp_path / "config/demo")

    def folder(name):
        return tmp_path / name if name == "config" else ROOT / name

    monkeypatch.setattr(resources, "data_folder", folder)
    monkeypatch.setattr(demo, "data_folder", folder)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def shop(checkout):
    """What `make shop` makes: the tables, and the demo as it is."""
    made = storefront.create_app(Settings(storefront_data=checkout / "instance"))
    for line in ("storefront migrate up", "storefront demo"):
        do(made, line)
    yield made
    with made.app_context():
        made.extensions["sqlalchemy"].engine.dispose()


def do(app, line):
    """Type a command of the README."""
    words = shlex.split(line.removeprefix(".venv/bin/"))
    answer = app.test_cli_runner().invoke(args=words)
    assert answer.exit_code == 0, (answer.output, answer.exception)
    return answer.output


def steps(title):
    """Give the text below a heading."""
    return re.split(r"^#+ ", README.split(f"### {title}\n", 1)[1], flags=re.MULTILINE)[0]


def commands_of(title):
    return re.findall(r"`(\.venv/bin/storefront [^`]*config/demo|\.venv/bin/storefront demo[^`]*)`", steps(title))  # fmt: skip


def copy(checkout, title):
    """Do the first step: copy a file to a name of its own."""
    source, goal = re.search(r"Copy `([^`]+)` to `([^`]+)`", steps(title)).groups()
    return Path(shutil.copy(checkout / source, (checkout / source).parent / Path(goal).name))


def replace(file, *pairs):
    text = file.read_text("utf-8")
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new)
    file.write_text(text, "utf-8")


def test_adding_a_product_as_it_says_puts_it_on_the_shelf(checkout, shop):
    file = copy(checkout, "Add a product")
    replace(
        file, ('slug = "pressure-ball"\nname = "Pressure ball"', 'slug = "yoga-block"\nname = "Yoga block"'),
        ('sku = "BALL-65"', 'sku = "BLOCK-1"'), ("price_minor = 1900", "price_minor = 1250"),
        ('pictures = ["pressure-ball-1"', 'pictures = ["yoga-block"'),
        ('{slug = "pressure-ball"', '{slug = "yoga-block"'),
    )  # fmt: skip
    with (checkout / "config/demo/catalog/components.toml").open("a") as components:
        components.write('\n[[components]]\nslug = "yoga-block"\nname = "Yoga block"\n')
    media = checkout / "config/demo/media"
    for file in media.glob("pressure-ball-1-*"):
        shutil.copy(file, media / file.name.replace("pressure-ball-1", "yoga-block"))
    described = json.loads((media / "media.json").read_text("utf-8"))
    described["yoga-block"] = described["pressure-ball-1"] | {"alt": "A block of cork"}
    (media / "media.json").write_text(json.dumps(described), "utf-8")

    [command] = {line for line in commands_of("Add a product") if line.endswith("--again")}
    do(shop, command)

    client = shop.test_client()
    page = client.get("/shop/yoga-block").text
    assert "€12.50" in page
    assert "A block of cork" in page
    assert "Yoga block" in client.get("/search?q=yoga+block").text
    assert client.get("/api/v1/products/yoga-block").json["variants"][0]["sku"] == "BLOCK-1"


def test_writing_a_routine_as_it_says_publishes_it(checkout, shop):
    file = copy(checkout, "Write a routine")
    replace(file, ("title: Foot roll", "title: Evening feet"))

    check, publish = commands_of("Write a routine")
    assert do(shop, check) == "No problems.\n"
    assert "new or changed" in do(shop, publish)

    client = shop.test_client()
    for address in ("", "/play", "/sheet"):
        page = client.get(f"/routines/{file.stem}{address}")
        assert (page.status_code, "Evening feet" in page.text) == (200, True)
    assert "Evening feet" in client.get("/search?q=evening+feet").text
    assert "Evening feet" in client.get("/shop/pressure-ball").text


def test_a_mistake_is_told_and_nothing_is_loaded(checkout, shop):
    replace(
        checkout / "config/demo/catalog/products/pressure-ball.toml",
        ("price_minor = 1900", "price_minor = 2000"), ("summary =", "sumary ="),  # codespell:ignore sumary
    )  # fmt: skip

    answer = shop.test_cli_runner().invoke(args=["storefront", "demo", "--again"])

    assert "pressure-ball.toml: sumary: " in str(answer.exception)  # codespell:ignore sumary
    assert "€19.00" in shop.test_client().get("/shop/pressure-ball").text

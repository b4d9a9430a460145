"""The wheel alone, in an empty environment, carries the shop into somebody else's app."""

import importlib.metadata
import os
import re
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
HOST = Path(__file__).parent / "foreign_host"
HOSTS_OWN = ["flask-login", "flask-wtf"]


@pytest.fixture(scope="session")
def wheel(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    command = [
        sys.executable,
        "-m",
        "build",
        "--wheel",
        "--no-isolation",
        "--outdir",
        str(folder),
        str(ROOT),
    ]
    subprocess.run(command, check=True, capture_output=True)
    return next(folder.glob("*.whl"))


@pytest.fixture(scope="session")
def empty_environment(tmp_path_factory, wheel) -> Path:
    """An environment with the wheel, the locked packages it runs on, and nothing of this checkout."""
    folder = tmp_path_factory.mktemp("environment")
    venv.create(folder, symlinks=True, with_pip=False)
    site = next(folder.glob("lib/python*/site-packages"))
    locked = re.findall(
        r"^([a-z0-9._-]+)==",
        (ROOT / "config/requirements/shop.txt").read_text("utf-8"),
        re.MULTILINE,
    )
    for name in [*locked, *HOSTS_OWN]:
        link_distribution(name, site)
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(site)
    return folder


def link_distribution(name: str, site: Path) -> None:
    """Let the environment see one installed package, as it is installed here."""
    try:
        distribution = importlib.metadata.distribution(name)
    except importlib.metadata.PackageNotFoundError:
        return  # locked for another platform
    for top in {
        file.parts[0]
        for file in distribution.files or []
        if file.parts[0] not in {"..", "__pycache__"}
    }:
        target = site / top
        if not target.exists():
            target.symlink_to(distribution.locate_file(top))


def test_the_wheel_holds_two_packages_with_their_templates_migrations_and_config(wheel):
    names = zipfile.ZipFile(wheel).namelist()

    packages = {name.split("/")[0] for name in names if ".dist-info" not in name}
    assert packages == {"storefront", "routines"}
    for needed in (
        "templates/storefront/layout.html",
        "migrations/versions/0001_first.py",
        "config/default.toml",
    ):
        assert f"storefront/_data/{needed}" in names


def test_all_four_flows_work_in_a_foreign_host(empty_environment):
    environment = {
        key: value for key, value in os.environ.items() if not key.startswith("PYTHON")
    }
    command = [
        str(empty_environment / "bin/python"),
        "-I",
        "-c",
        f"import sys; sys.path.insert(0, {str(HOST)!r}); import visit",
    ]

    visit = subprocess.run(
        command,
        cwd=empty_environment,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )

    assert visit.returncode == 0, visit.stdout[-3000:] + visit.stderr[-3000:]
    assert visit.stdout.count("ok: ") > 30

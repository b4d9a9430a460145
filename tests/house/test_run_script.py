"""One command sets the checkout up, survives what may happen meanwhile, and says it plainly."""

import ast
import importlib
import importlib.util
import os
import re
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
BOOTSTRAP = ROOT / ".ci" / "bootstrap"
SOURCES = [ROOT / "run.py", *sorted(BOOTSTRAP.glob("*.py"))]
CUT_OFF = (
    "Collecting flask==3.1.3\n"
    "WARNING: Retrying (Retry(total=0)) after connection broken by 'NewConnectionError(': "
    "Failed to establish a new connection: [Errno 111] Connection refused')'\n"
    "ERROR: No matching distribution found for flask==3.1.3\n"
)


@pytest.fixture
def run():
    """Import run.py, which is no package."""
    spec = importlib.util.spec_from_file_location("run_script", ROOT / "run.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(autouse=True)
def bootstrap(monkeypatch):
    """Make the parts of run.py importable."""
    monkeypatch.syspath_prepend(str(ROOT / ".ci"))


@pytest.fixture
def screen():
    return importlib.import_module("bootstrap.screen")


@pytest.fixture
def processes():
    return importlib.import_module("bootstrap.processes")


@pytest.fixture
def commands():
    return importlib.import_module("bootstrap.commands")


@pytest.fixture
def environment(monkeypatch, tmp_path, processes):
    """Give the environment module a checkout of its own in an empty folder."""
    module = importlib.import_module("bootstrap.environment")
    venv = tmp_path / ".venv"
    for name, value in {
        "VENV": venv,
        "ROOT": tmp_path,
        "LOCKS": tmp_path,
        "UNFINISHED": venv / ".unfinished",
        "STAMP": venv / ".installed",
    }.items():
        monkeypatch.setattr(module, name, value)
    monkeypatch.setattr(processes, "VENV", venv)
    for name, text in {
        "shop.txt": "flask==3.1.3",
        "dev.txt": "ruff==1",
        "pyproject.toml": "",
    }.items():
        (tmp_path / name).write_text(text)
    (tmp_path / "storefront").mkdir()
    (tmp_path / "storefront" / "__init__.py").touch()
    return module


@pytest.fixture
def whole(environment):
    """Make something that passes for a finished .venv."""
    python = environment.VENV / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text("#!/bin/sh\nexit 0\n")
    python.chmod(0o755)
    return environment


@pytest.fixture
def ran(monkeypatch, environment):
    """Note commands instead of running them; a list of their last words."""
    notes = []

    def note(command, _screen, progress):
        notes.append(Path(command[-1]).name)
        progress.read("Installing collected packages: flask\n")
        return True

    monkeypatch.setattr(environment, "follow", note)
    return notes


def imported(source):
    for node in ast.walk(ast.parse(source.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        if isinstance(node, ast.ImportFrom):
            yield node.module.split(".")[0]


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: path.name)
def test_it_needs_nothing_but_the_standard_library(source):
    assert set(imported(source)) <= {*sys.stdlib_module_names, "bootstrap"}


def test_run_py_can_be_read_by_an_old_python():
    ast.parse((ROOT / "run.py").read_text(), feature_version=(3, 6))


def test_an_old_python_is_told_what_is_needed(run):
    assert run.too_old((3, 9, 2)) == (
        "Python 3.11 or newer is needed, and this is 3.9. Install python3.11."
    )
    assert not run.too_old((3, 11, 0))
    assert not run.too_old((4, 0, 0))


def test_a_newer_python_of_the_machine_is_found_even_behind_a_broken_one(
    run, monkeypatch, tmp_path
):
    for name, code in {"python3.11": 1, "python3.13": 0}.items():
        (tmp_path / name).write_text(f"#!/bin/sh\nexit {code}\n")
        (tmp_path / name).chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert run.newer_python() == str(tmp_path / "python3.13")


def test_an_unknown_command_shows_the_usage(run, capsys):
    assert run.main(["shpo"]) == 2
    assert capsys.readouterr().out.startswith("usage: python3 run.py")


def test_a_taken_port_is_one_clear_line():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        answer = subprocess.run(
            [sys.executable, ROOT / "run.py"],
            env={**os.environ, "PORT": str(port)},
            capture_output=True,
            text=True,
        )
    assert answer.returncode == 1
    assert re.fullmatch(
        rf"Port {port} is in use\. Choose another one: PORT=\d+ make shop",
        answer.stderr.strip(),
    )


@pytest.mark.parametrize("port", ["0", "65536", "http", "-1"])
def test_what_is_no_port_is_refused(commands, screen, monkeypatch, port):
    monkeypatch.setenv("PORT", port)
    with pytest.raises(screen.Trouble, match=f"PORT={port} will not do"):
        commands.choose_ports()


def test_the_till_and_the_address_follow_the_port(commands, monkeypatch):
    for name in ("TILL_PORT", "BASE_URL", "PAYMENTS"):
        monkeypatch.setenv(name, "")
        monkeypatch.delenv(name)
    monkeypatch.setenv("PORT", "8123")
    assert commands.choose_ports() == {"PORT": 8123, "TILL_PORT": 8124}
    assert os.environ["BASE_URL"] == "http://127.0.0.1:8123"


def test_what_is_current_is_not_installed_again(whole, ran, screen):
    for _ in range(3):
        whole.prepare("dev", screen.Screen(2))
    whole.prepare("shop", screen.Screen(2))
    assert ran == ["dev.txt", "link.py"]


def test_a_changed_lock_is_installed(whole, ran, screen, tmp_path):
    whole.prepare("shop", screen.Screen(2))
    (tmp_path / "shop.txt").write_text("flask==3.1.4")
    whole.prepare("shop", screen.Screen(2))
    assert ran == ["shop.txt", "link.py"] * 2


def test_changed_entry_points_are_linked_again(whole, ran, screen, tmp_path):
    whole.prepare("shop", screen.Screen(2))
    (tmp_path / "pyproject.toml").write_text("# another plugin")
    whole.prepare("shop", screen.Screen(2))
    assert ran == ["shop.txt", "link.py", "link.py"]


def test_a_finished_environment_is_kept(whole):
    assert whole.is_whole()


@pytest.mark.parametrize("harm", ["no python", "python fails", "unfinished", "moved"])
def test_a_half_made_environment_is_made_anew(whole, ran, screen, harm):
    python = whole.VENV / "bin" / "python"
    (whole.VENV / "leaving").touch()
    if harm == "no python":
        python.unlink()
    elif harm == "python fails":
        python.write_text("#!/bin/sh\nexit 1\n")
    elif harm == "unfinished":
        whole.UNFINISHED.touch()
    else:
        whole.STAMP.write_text('{"folder": "/somewhere/else"}')
    whole.prepare("shop", screen.Screen(2))
    assert not (whole.VENV / "leaving").exists()
    assert ran == [".venv", "shop.txt", "link.py"]


def test_a_broken_stamp_counts_as_none(whole):
    whole.STAMP.write_text('{"folder"')
    assert whole.read_stamp() == {}


@pytest.mark.parametrize(("unpacking", "trusted"), [(False, True), (True, False)])
def test_an_interrupt_spoils_the_environment_only_while_unpacking(
    whole, monkeypatch, screen, unpacking, trusted
):
    def interrupted(_command, _screen, progress):
        assert not whole.is_whole()
        progress.read(
            "Installing collected packages: flask\n" if unpacking else "Collecting a\n"
        )
        raise KeyboardInterrupt

    monkeypatch.setattr(whole, "follow", interrupted)
    with pytest.raises(KeyboardInterrupt):
        whole.prepare("shop", screen.Screen(2))
    assert whole.is_whole() is trusted
    assert whole.read_stamp() == {}


def test_a_python_without_venv_is_told_the_package(environment, monkeypatch, screen):
    monkeypatch.setattr(importlib.util, "find_spec", lambda _name: None)
    with pytest.raises(screen.Trouble, match="apt install python3-venv"):
        environment.prepare("shop", screen.Screen(2))


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        (CUT_OFF, "The package index cannot be reached."),
        ("ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM\n", "A package differs from"),
        ("OSError: [Errno 28] No space left on device\n", "The disk is full."),
        ("ERROR: something new\n", "pip failed. Its last words:\nERROR: something new"),
    ],
)
def test_what_pip_complains_about_is_said_in_one_sentence(screen, said, sentence):
    progress = screen.PipProgress(1)
    for line in said.splitlines(keepends=True):
        progress.read(line)
    assert progress.trouble().startswith(sentence)


def test_the_count_leaves_out_what_is_for_other_systems(screen):
    progress = screen.PipProgress(3)
    for line in (
        "Ignoring colorama: markers\n",
        "Collecting flask==3.1.3\n",
        "  Downloading\n",
    ):
        progress.read(line)
    assert str(progress) == "1 of 2 packages"


def test_a_log_gets_a_line_now_and_then(screen, capsys):
    shown = screen.Screen(2, log_every_seconds=0)
    shown.begin("Packages")
    shown.go_on("1 of 2 packages")
    assert capsys.readouterr().out == ("[1/2]   0 s  Packages\n        0 s  1 of 2 packages\n")


def test_a_command_is_followed_line_by_line(processes, screen):
    progress = screen.Progress()
    command = [sys.executable, "-c", "print('one'); print('two'); raise SystemExit(3)"]
    assert processes.follow(command, screen.Screen(1), progress) is False
    assert progress.trouble() == "failed. Its last words:\none\ntwo"


FAMILY = f"""
import subprocess, time
child = subprocess.Popen([{sys.executable!r}, "-c", "import time; time.sleep(60)"])
print(child.pid, flush=True)
time.sleep(60)
"""


def test_stopping_a_child_stops_its_children(processes):
    child = processes.start([sys.executable, "-c", FAMILY], stdout=subprocess.PIPE, text=True)
    with child.stdout:
        grandchild = int(child.stdout.readline())
        processes.stop(child)
    assert child.returncode == -signal.SIGTERM
    assert not is_running(grandchild)


def is_running(pid):
    try:
        return "Z" not in Path(f"/proc/{pid}/stat").read_text().split()[2]
    except FileNotFoundError:
        return False


SLOW = f"""
import sys, time
sys.path.insert(0, {str(ROOT)!r})
import run
run.run = lambda *_: (print("on", flush=True), time.sleep(60))
sys.exit(run.main(["test"]))
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_ctrl_c_is_one_clear_line_and_130(number):
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    child = subprocess.Popen([sys.executable, "-c", SLOW], text=True, **pipes)
    assert child.stdout.readline() == "on\n"
    child.send_signal(number)
    said = child.communicate(timeout=20)[1]
    assert child.returncode == 130
    assert said == "\nStopped. Nothing is broken: run the same command again.\n"


def locked(name):
    text = (ROOT / "config" / "requirements" / f"{name}.txt").read_text()
    assert "://" not in text
    return dict(re.findall(r"^([a-z0-9-]+)==(\S+)", text, re.MULTILINE)), text


def test_the_shop_and_its_tests_are_locked_to_the_same_versions():
    shop, dev = locked("shop")[0], locked("dev")[0]
    assert shop.items() <= dev.items()
    assert {"hatchling", "pytest", "ruff", "playwright"} <= dev.keys() - shop.keys()


@pytest.mark.parametrize("name", ["shop", "dev"])
def test_every_locked_package_has_a_hash(name):
    packages, text = locked(name)
    blocks = re.split(r"^(?=[a-z0-9])", text, flags=re.MULTILINE)[1:]
    assert len(blocks) >= len(packages)
    assert all("--hash=sha256:" in block for block in blocks)

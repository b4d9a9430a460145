"""A checkout whose .venv is a link to another's must not break the other."""

from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def test_removing_a_linked_environment_leaves_what_it_leads_to(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(str(ROOT / ".ci"))
    from bootstrap import environment

    theirs = tmp_path / "theirs"
    python = theirs / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.touch()
    ours = tmp_path / ".venv"
    ours.symlink_to(theirs)
    monkeypatch.setattr(environment, "VENV", ours)
    monkeypatch.setattr(environment, "in_venv", lambda name: str(ours / "bin" / name))

    environment.remove_venv()

    assert python.exists()
    assert not ours.is_symlink()

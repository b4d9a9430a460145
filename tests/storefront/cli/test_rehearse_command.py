"""The rehearsal's workers: told by their environment, which nobody else on the machine can read."""

import subprocess

from storefront.cli import rehearse


def test_no_secret_stands_in_the_list_of_processes(tmp_path, monkeypatch):
    told = rehearse._environment(tmp_path, "postgresql://u:hidden@db/x", 2525, 4)
    started = []
    monkeypatch.setattr(
        subprocess, "Popen", lambda words, **more: started.append((words, more))
    )

    rehearse._child(told, ["newsletter", "issue", "send", "1"])

    [(words, more)] = started
    assert not any(told[name] in " ".join(words) for name in ("DATABASE_URL", "SECRET_KEY"))
    assert more["env"]["DATABASE_URL"] == told["DATABASE_URL"]
    assert more["env"]["SECRET_KEY"] == told["SECRET_KEY"]

"""The key of the pseudonyms: made once, readable by its owner only, never in git, never in a message."""

from __future__ import annotations

import os
import subprocess

import pytest

import small_workspace as shop
from pipeline.errors import ParcoursError
from pipeline.files import write_json
from pipeline.keys import key_bytes
from pipeline.params import Key
from pipeline.workspace import Workspace

FILE = Key(None, None, "secrets/key")


def test_the_first_run_makes_a_key_that_only_its_owner_reads_and_git_does_not_see(tmp_path, capsys):
    workspace = Workspace.at(tmp_path)
    (tmp_path / ".gitignore").write_text("data/\n", encoding="utf-8")
    old = os.umask(0)  # even where files are everybody's
    try:
        made = key_bytes(FILE, workspace)
    finally:
        os.umask(old)
    path = tmp_path / "secrets/key"
    assert path.stat().st_mode & 0o777 == 0o600 and len(made) == 64
    assert key_bytes(FILE, workspace) == made, "made once"
    said = capsys.readouterr()
    assert "secrets/key" in said.err and made.decode() not in said.err + said.out
    subprocess.run(["git", "init", "-q", tmp_path], check=True)
    assert subprocess.run(["git", "-C", tmp_path, "check-ignore", "-q", "secrets/key"], check=False).returncode == 0
    assert (tmp_path / ".gitignore").read_text(encoding="utf-8") == "data/\n/secrets/key\n"


def test_a_folder_that_git_ignores_needs_no_line(tmp_path):
    (tmp_path / ".gitignore").write_text("secrets/\n", encoding="utf-8")
    key_bytes(FILE, Workspace.at(tmp_path))
    assert (tmp_path / ".gitignore").read_text(encoding="utf-8") == "secrets/\n"


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o644, 0o660])
def test_a_key_that_others_may_read_is_refused(tmp_path, mode):
    made = key_bytes(FILE, Workspace.at(tmp_path))
    (tmp_path / "secrets/key").chmod(mode)
    with pytest.raises(ParcoursError, match="chmod 600 secrets/key") as caught:
        key_bytes(FILE, Workspace.at(tmp_path))
    assert made.decode() not in str(caught.value)


def test_no_second_key_beside_results_of_the_first(tmp_path):
    write_json({"key_fingerprint": "0123456789abcdef"}, tmp_path / "data/clean/clean.json")
    with pytest.raises(ParcoursError, match="fingerprint is 0123456789abcdef. Put that key back"):
        key_bytes(FILE, Workspace.at(tmp_path))
    assert not (tmp_path / "secrets").exists()


@pytest.mark.parametrize("origin", ["file", "secret"])
def test_a_short_key_is_refused_and_not_shown(tmp_path, monkeypatch, origin):
    (tmp_path / "key").write_text("hunter2\n", encoding="utf-8")
    (tmp_path / "key").chmod(0o600)
    monkeypatch.setenv("SHOP_KEY", "hunter2")
    key = Key(None, None, "key") if origin == "file" else Key(None, "SHOP_KEY", None)
    with pytest.raises(ParcoursError, match="7 signs are no key") as caught:
        key_bytes(key, Workspace.at(tmp_path))
    assert "hunter2" not in str(caught.value)


def test_params_take_one_origin_only(tmp_path):
    workspace = shop.make(
        tmp_path / "w", params={"workspace": {**shop.PARAMS["workspace"], "key": {"file": "k", "secret": "S"}}}
    )
    with pytest.raises(ParcoursError, match="give one of public"):
        shop.load(workspace)

"""`parcours verify`: compute a workspace again elsewhere, and hold every output against what dvc.lock records."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from pipeline import keys, run, workspaces
from pipeline import params as parameters
from pipeline.errors import ParcoursError
from pipeline.verify.differences import differences
from pipeline.verify.recorded import Lock, Recorded, cached, is_code, md5_of
from pipeline.workspace import Workspace

SAME, DIFFERS = 0, 1


@dataclass(frozen=True)
class Judged:
    """One output: whether it is the same, and if not what is known of it."""

    output: Recorded
    is_same: bool
    lines: tuple[str, ...] = ()


def main(workspace: Workspace) -> int:
    """Print, per output of dvc.lock, whether a new computation gives the same bytes; return 0 if all do, else 1.

    Nothing in the workspace is changed, and no output has to be there: a fresh clone is enough.

    Raises
    ------
    ParcoursError
        If it cannot be computed: no dvc.lock, an input that is missing, another key of the pseudonyms.
    """
    lock = Lock.read(workspace.root)
    _refuse_another_key(workspace, lock)
    with TemporaryDirectory(prefix="parcours-verify-") as name:
        copy = Workspace.at(name)
        kept = copy_inputs(workspace.root, copy.root, lock)
        run.main(copy, without=["obtain"] if kept else [])
        judged = list(judge(workspace, copy, lock))
    other = [one for one in judged if not one.is_same]
    for one in judged:
        print(f"{'same   ' if one.is_same else 'differs'}  {one.output.path}", *one.lines, sep="\n           ")
    if not other:
        print(f"Same: all {len(judged)} outputs, byte for byte.")
        return SAME
    print(f"Differs: {len(other)} of {len(judged)} outputs: {', '.join(one.output.path for one in other)}.")
    if changed := lock.changed_inputs(workspace.root):
        print("Not as when dvc.lock was written:", *changed, sep="\n  ")
    return DIFFERS


def copy_inputs(root: Path, target: Path, lock: Lock) -> bool:
    """Copy what the DVC stages read and none of them writes; return whether the obtained files came along.

    Files that `obtain` brings from outside are taken from here where they are as recorded, so that a reviewer who was
    given them needs no second download; what `simulate` makes is made again.
    """
    obtained = [one for one in lock.outputs if one.stage == "obtain"]
    has_all = bool(obtained) and all(md5_of(root / one.path) == one.md5 for one in obtained)
    made = {(root / one.path).resolve() for one in lock.outputs} - (
        {(root / one.path).resolve() for one in obtained} if has_all else set()
    )
    shutil.copy(root / "params.yaml", target / "params.yaml")
    for one in lock.inputs:
        source = root / one.path
        if is_code(source):
            continue
        if not source.exists():
            raise ParcoursError(
                f"{one.path}: is missing, and the DVC stage {one.stage} reads it. It is an input of this workspace: "
                "ask whoever keeps the data (a key of pseudonyms is given to reviewers apart)."
            )
        _copy(source, target / one.path, made)
    return has_all


def _copy(source: Path, target: Path, left_out: Collection[Path]) -> None:
    if source.resolve() in left_out:
        return
    if source.is_dir():
        for inner in sorted(source.iterdir()):
            _copy(inner, target / inner.name, left_out)
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(source, target)


def judge(workspace: Workspace, recomputed: Workspace, lock: Lock) -> Iterator[Judged]:
    """Yield each output that `run` makes, as recorded, as it lies here and as recomputed."""
    for output in lock.outputs:
        if output.stage not in workspaces.VERBS:
            continue
        here, again = workspace.path(output.path), recomputed.path(output.path)
        of_here, of_again = md5_of(here), md5_of(again)
        if of_again == output.md5 and of_here in (None, output.md5):
            yield Judged(output, is_same=True)
        elif of_again is None:
            yield Judged(output, False, ("was not made again",))
        elif of_again == output.md5:
            said = "what lies here is not what dvc.lock records; computed again it is"
            yield Judged(output, False, (said, *differences(here, again, output.path)))
        else:
            before = here if of_here == output.md5 else cached(workspace.root, output.md5)
            said = "computed again it is not what dvc.lock records"
            unknown = ["by how much cannot be told: the recorded one is neither here nor in DVC's cache"]
            how = differences(before, again, output.path) if before else unknown
            yield Judged(output, False, (said, *how))


def _refuse_another_key(workspace: Workspace, lock: Lock) -> None:
    recorded = next((one for one in lock.outputs if one.path == workspaces.FINGERPRINT), None)
    if recorded is None:
        return
    fingerprint = keys.fingerprint(keys.key_bytes(parameters.load(workspace).workspace.key, workspace))
    if hashlib.md5(f"{fingerprint}\n".encode(), usedforsecurity=False).hexdigest() != recorded.md5:
        raise ParcoursError("the key of the pseudonyms is another than the results were made with; all of them differ.")

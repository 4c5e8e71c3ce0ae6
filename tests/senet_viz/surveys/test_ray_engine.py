"""The same survey on a real Ray cluster of two nodes, one of whose workers is killed."""

import os
import shutil
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

import senet_viz as sv
from senet_viz.surveys.runner import surveying
from tests.senet_viz.surveys.test_survey import NAME, tables

ray = pytest.importorskip("ray")
pytestmark = pytest.mark.filterwarnings("ignore")  # Ray's own


def workers() -> list[int]:
    """Processes of Ray Data's map workers, which name themselves, that this process began."""
    return [
        int(folder.name)
        for folder in Path("/proc").iterdir()
        if folder.name.isdigit()
        and b"ray::MapWorker" in _read(folder / "cmdline")
        and os.getpid() in _parents(folder)
    ]


def _parents(folder: Path) -> Iterator[int]:
    """The process in this folder of /proc, its parent, and so on."""
    while (status := _read(folder / "status")) and folder.name != "0":
        parent = int(status.partition(b"PPid:")[2].split()[0])
        yield parent
        folder = folder.parent / str(parent)


def _read(file: Path) -> bytes:
    """What is in it; nothing where the process has ended."""
    try:
        return file.read_bytes()
    except OSError:
        return b""


@pytest.mark.timeout(240)
def test_two_nodes_and_a_killed_worker_give_the_tables_of_one_machine(
    class_folders: Path, tmp_path: Path
) -> None:
    from ray.cluster_utils import Cluster

    local = sv.survey(class_folders, NAME, out=tmp_path / "local", keep_gates=True)
    cluster = Cluster(initialize_head=True, head_node_args={"num_cpus": 1})
    try:
        cluster.add_node(num_cpus=1)
        cluster.wait_for_nodes()
        steps = surveying(
            class_folders,
            NAME,
            out=tmp_path / "ray",
            engine="ray",
            address=cluster.address,
            keep_gates=True,
        )
        assert next(s for s in steps if s.done).total == 661
        alive = [node for node in ray.nodes() if node["Alive"]]
        assert len(alive) == 2
        there = workers()
        assert there, "no worker of Ray Data is running"
        os.kill(there[0], signal.SIGKILL)
        assert list(steps)[-1].done == 661
    finally:
        ray.shutdown()
        cluster.shutdown()
    assert tables(tmp_path / "ray") == tables(local.folder)
    assert sv.load_survey(tmp_path / "ray").manifest["engine"] == "ray"


@pytest.mark.timeout(240)
def test_what_stops_a_worker_at_its_start_is_said(class_folders: Path, tmp_path: Path) -> None:
    moved = tmp_path / "pictures"
    shutil.copytree(class_folders / "wall", moved)
    steps = surveying(moved, NAME, out=tmp_path / "out", engine="ray", workers=1)
    next(s for s in steps if s.total)
    moved.rename(tmp_path / "elsewhere")
    with pytest.raises(sv.SENetVizError, match="is not there"):
        list(steps)


def test_an_unknown_cluster_is_said(class_folders: Path, tmp_path: Path) -> None:
    with pytest.raises(sv.SENetVizError, match="cannot be reached"):
        sv.survey(class_folders, NAME, out=tmp_path / "out", engine="ray", address="127.0.0.1:1")

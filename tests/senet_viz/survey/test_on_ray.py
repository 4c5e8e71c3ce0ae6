"""The same survey on a real Ray cluster of two nodes, one of whose workers is killed."""

import os
import signal
from pathlib import Path

import pytest

import senet_viz as sv
from senet_viz.survey.api import surveying
from tests.senet_viz.survey.test_survey import NAME, tables

ray = pytest.importorskip("ray")
pytestmark = pytest.mark.filterwarnings("ignore")  # Ray's own


def workers() -> list[int]:
    """Processes of Ray Data's map workers, which name themselves."""
    found: list[int] = []
    for folder in Path("/proc").iterdir():
        try:
            if folder.name.isdigit() and b"ray::MapWorker" in (folder / "cmdline").read_bytes():
                found.append(int(folder.name))
        except OSError:
            continue
    return found


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


def test_an_unknown_cluster_is_said(class_folders: Path, tmp_path: Path) -> None:
    with pytest.raises(sv.SENetVizError, match="cannot be reached"):
        sv.survey(class_folders, NAME, out=tmp_path / "out", engine="ray", address="127.0.0.1:1")

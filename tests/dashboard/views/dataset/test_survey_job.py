"""A survey in the background: its progress, its end, its cancel, and what a lost page does."""

import gc
import threading
from collections.abc import Callable, Generator
from pathlib import Path

from dashboard.runtime.work_queue import MODELS
from dashboard.views.dataset.survey_job import Job
from senet_viz.analysis.survey_progress import Progress
from senet_viz.core.errors import ImageError
from senet_viz.models.catalogue import load_model
from senet_viz.pictures.samples import load_sample
from senet_viz.surveys.runner import surveying

PATIENCE = 20.0
Steps = Callable[[], Generator[Progress, None, None]]


def progress(done: int) -> Progress:
    return Progress(done, 10, 0, 0.0, None, None)


def endless(closed: threading.Event) -> Steps:
    """Counts for ever, and says when it was closed."""

    def steps() -> Generator[Progress, None, None]:
        done = 0
        try:
            while True:
                yield progress(done)
                done += 1
        finally:
            closed.set()

    return steps


def test_it_runs_to_its_end() -> None:
    job = Job(lambda: (progress(done) for done in range(11)))
    assert job.wait(PATIENCE)
    assert not job.running
    assert job.progress is not None
    assert job.progress.done == 10
    assert job.problem == ""


def test_cancelling_closes_the_survey() -> None:
    closed = threading.Event()
    job = Job(endless(closed))
    assert job.running
    job.cancel()
    assert job.wait(PATIENCE)
    assert closed.is_set()
    assert job.cancelled
    assert job.progress is not None


def test_a_job_that_nobody_holds_is_cancelled() -> None:
    closed = threading.Event()
    job = Job(endless(closed))
    assert not closed.is_set()
    del job
    gc.collect()
    assert closed.wait(PATIENCE)


def test_what_went_wrong_is_a_sentence_and_so_is_a_bug(unforeseen: list[str]) -> None:
    def no_pictures() -> Generator[Progress, None, None]:
        yield progress(0)
        raise ImageError("the input holds no picture")

    def bug() -> Generator[Progress, None, None]:
        yield progress(0)
        raise UnicodeEncodeError("utf-8", "\udcb9", 0, 1, "surrogates not allowed")

    job = Job(no_pictures)
    assert job.wait(PATIENCE)
    assert job.problem == "the input holds no picture"
    job = Job(bug)
    assert job.wait(PATIENCE)
    assert job.problem.startswith("an unexpected error occurred (UnicodeEncodeError)")
    (said,) = unforeseen
    assert "surrogates not allowed" in said and "Traceback" in said
    assert said.split()[2] in job.problem, "the number that page and log have in common"


def test_a_survey_goes_on_behind_people_and_waits_for_none_of_them_for_ever(
    tmp_path: Path,
) -> None:
    pictures = tmp_path / "pictures"
    pictures.mkdir()
    (pictures / "cat.png").write_bytes(load_sample("chelsea"))
    net = load_model("se_resnet18_imagenette")
    with MODELS.turn("somebody", waiting=lambda _ahead: None):
        job = Job(lambda: surveying(pictures, net, out=tmp_path / "out", turn=MODELS.behind))
        assert job.wait(PATIENCE)
    assert job.problem == ""
    assert job.progress is not None
    assert job.progress.done == 1

"""survey(): the gates of a network over a whole data set, in one call or with its progress."""

import time
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Literal

from senet_viz.analysis.survey_progress import Progress
from senet_viz.analysis.survey_records import Survey
from senet_viz.core.errors import SENetVizError
from senet_viz.core.extras import require_extra
from senet_viz.core.left_out import Ledger, LeftOut
from senet_viz.core.process_memory import keeping_freed_memory
from senet_viz.core.processors import cores
from senet_viz.core.readable_text import readable
from senet_viz.core.translation import ENGLISH, again, speaking, tr
from senet_viz.hooks.single_pass import takes_one_picture
from senet_viz.models.array_inputs import ArrayPreprocess
from senet_viz.models.catalogue import load_model
from senet_viz.models.network import Network
from senet_viz.pictures.folder_walk import MayOpen, anywhere
from senet_viz.surveys import listing
from senet_viz.surveys.durable_files import locked
from senet_viz.surveys.inventory import Inventory
from senet_viz.surveys.local_engine import run_locally
from senet_viz.surveys.plan import (
    Plan,
    Settings,
    make_plan,
    read_plan,
    require_same,
    weights_hash,
    write_plan,
)
from senet_viz.surveys.precision import Precision, require_float32, require_precision
from senet_viz.surveys.progress import Watch, finished
from senet_viz.surveys.shard_store import Running
from senet_viz.surveys.shard_worker import Turn
from senet_viz.surveys.snapshots import finish
from senet_viz.surveys.sources import Place, find_place
from senet_viz.surveys.tables import MANIFEST, load_survey

Engine = Literal["local", "ray"]
LISTED_EVERY = 0.5  # seconds between two reports on the listing


def survey(  # noqa: PLR0913
    images: Path | str,
    model: str | Network,
    *,
    out: Path | str,
    engine: Engine = "local",
    address: str | None = None,
    batch_size: int = 16,
    keep_gates: bool = False,
    resume: bool = False,
    workers: int | None = None,
    precision: Precision = "float32",
) -> Survey:
    """Moments of every gate over a data set, by class, written to ``out`` as Parquet tables.

    images: a folder of pictures or of class folders, a tar or Parquet file, or a folder of those;
    here, or at any address fsspec knows (``s3://bucket/pictures``).
    model: a name ``load_model`` takes, or a network it gave.
    engine: ``"local"`` for the cores of this machine (or its GPU), ``"ray"`` for Ray Data, on
    this machine or on the cluster at ``address``.
    batch_size: pictures in one forward pass; a detector is given one at a time whatever it says.
    keep_gates: keep every picture's gates too, as float16.
    resume: go on with the survey begun in ``out``, if one was. The result is the same, to the bit,
    as without the interruption. Each worker loses at most the 256 pictures it was at.
    workers: how many; as many as there are cores (Ray: CPUs or GPUs of the cluster) if left out.
    precision: ``"bfloat16"`` runs everything but the SE blocks in it, several times faster on a
    GPU and on a CPU with AMX; how far that moves a gate is measured first and in the manifest.

    A picture that cannot be read is skipped, counted, and listed with the reason. So are files,
    links, rows and columns that are not used (``left_out``); ``told`` says how classes were told.
    Raises a SENetVizError where the input holds no picture, ``out`` holds another survey, or an
    address cannot be reached, and where the extra of ``require_packages`` is not installed.

    >>> from tempfile import TemporaryDirectory
    >>> from senet_viz.pictures.samples import load_sample
    >>> with TemporaryDirectory() as folder:
    ...     _ = Path(folder, "china.jpg").write_bytes(load_sample("china"))
    ...     done = survey(folder, "se_resnet18_imagenette", out=f"{folder}/out")
    ...     done["layer3.1.se"].mean.shape, int(done.count.sum()), done.unreadable
    ((1, 128), 1, 0)
    """
    for _ in surveying(
        images,
        model,
        out=out,
        engine=engine,
        address=address,
        batch_size=batch_size,
        keep_gates=keep_gates,
        resume=resume,
        workers=workers,
        precision=precision,
    ):
        pass
    return load_survey(out)


def surveying(  # noqa: PLR0913
    images: Path | str,
    model: str | Network,
    *,
    out: Path | str,
    engine: Engine = "local",
    address: str | None = None,
    batch_size: int = 16,
    keep_gates: bool = False,
    resume: bool = False,
    workers: int | None = None,
    precision: Precision = "float32",
    turn: Turn = nullcontext,
    may_open: MayOpen = anywhere,
    before: Sequence[LeftOut] = (),
) -> Iterator[Progress]:
    """The same as ``survey``, step by step; ``load_survey(out)`` has the result after the last.

    Closing the generator stops the survey; what is finished stays, for ``resume``. The local engine
    makes each forward pass inside ``with turn():``, so that it can wait for others. ``may_open`` is
    asked with the real path of each link, and ``before`` is what was left out while the input was
    prepared, such as unpacked from a zip.
    """
    if batch_size < 1 or (workers is not None and workers < 1):
        raise SENetVizError(tr("batch_size and workers have to be 1 or more"))
    require_precision(precision)
    require_packages(engine, precision)
    source = str(images) if "://" in str(images) else str(Path(images).absolute())
    folder, place = Path(out), find_place(source)
    network = model if isinstance(model, Network) else load_model(model)
    _require_pictures(network)
    if precision != "float32":
        require_float32(network)
    settings = Settings(
        images=source,
        description=readable(source.rstrip("/").rpartition("/")[2]),
        model=network.name,
        weights_sha256=weights_hash(network),
        preprocessing=_english(network.preprocess.words),
        batch_size=1 if takes_one_picture(network.model) else batch_size,
        keep_gates=keep_gates,
        precision=precision,
    )
    with _opened(folder, settings, resume=resume), keeping_freed_memory():
        plan = read_plan(folder)
        if plan is None:
            inventory = Inventory(place, Ledger(before), may_open)
            plan = yield from _planned(folder, settings, inventory, network)
        if (folder / MANIFEST).is_file():
            yield finished(load_survey(folder))
            return
        running = Running(plan, folder)
        yield from _shards(running, network, place, engine, address, workers, turn)
        finish(running, engine=engine)
        yield finished(load_survey(folder))


def _require_pictures(network: Network) -> None:
    """A SENetVizError for a network of signals or volumes."""
    if isinstance(network.preprocess, ArrayPreprocess):
        raise SENetVizError(
            tr(
                "{network} takes {wanted}, and a survey takes pictures. Give its files one by one "
                "to senet-viz inspect",
                network=network.title,
                wanted=network.preprocess.wanted,
            )
        )


def require_packages(engine: Engine, precision: Precision) -> None:
    """A MissingExtraError where a package of the extras ``survey`` or ``ray`` is not installed.

    bfloat16 is tried on the sample pictures first, so it needs ``samples``.
    """
    require_extra("survey")
    if engine == "ray":
        require_extra("ray")
    if precision != "float32":
        require_extra("samples")


@contextmanager
def _opened(folder: Path, settings: Settings, *, resume: bool) -> Iterator[None]:
    """The folder, locked, and known to hold no other survey."""
    folder.mkdir(parents=True, exist_ok=True)
    with locked(folder):
        plan = read_plan(folder)
        if plan is not None:
            if not resume:
                raise SENetVizError(
                    tr(
                        "{folder} holds a survey. Go on with it by --resume (resume=True), or give "
                        "another folder",
                        folder=folder,
                    )
                )
            require_same(plan, settings, folder)
        elif any(not f.name.startswith((".", listing.LISTING)) for f in folder.iterdir()):
            raise SENetVizError(
                tr("{folder} holds other files. Give a new or an empty folder", folder=folder)
            )
        for left_over in folder.rglob(".*.tmp"):
            left_over.unlink()
        yield


def _planned(
    folder: Path, settings: Settings, inventory: Inventory, network: Network
) -> Generator[Progress, None, Plan]:
    """List the input and write the plan, which is returned."""
    last = 0.0
    for listed in listing.write_listing(folder, inventory):
        if isinstance(listed, listing.Listing):
            plan = make_plan(settings, listed, network, inventory)
            write_plan(folder, plan)
            return plan
        if time.monotonic() - last > LISTED_EVERY:
            last = time.monotonic()
            yield Progress(0, 0, 0, 0.0, None, None, listed=listed)
    raise AssertionError("a listing ends with itself")


def _shards(
    running: Running,
    network: Network,
    place: Place,
    engine: Engine,
    address: str | None,
    workers: int | None,
    turn: Turn,
) -> Iterator[Progress]:
    """Survey what is missing, and merge each shard as soon as all before it are there."""
    plan, here = running.plan, running.waiting()
    missing = [s for s in range(running.merged, plan.shards) if s not in here]
    if engine == "ray":
        from senet_viz.surveys.ray_engine import run_on_ray

        steps = run_on_ray(running, missing, network, address=address, workers=workers)
    else:
        lanes = workers or cores()
        steps = run_locally(running, missing, network, place, workers=lanes, turn=turn)
    watch = Watch(running, done=running.dealt + sum(plan.size(s) for s in here))
    try:
        yield watch.progress()
        for shard in steps:
            if shard is not None:
                here.add(shard)
                watch.add(plan.size(shard))
            _merge(running, here)
            yield watch.progress()
    finally:
        steps.close()
    _merge(running, here)


def _merge(running: Running, here: set[int]) -> None:
    while running.merged in here:
        here.remove(running.merged)
        running.merge_next()


@speaking(ENGLISH)
def _english(words: str) -> str:
    """In English, whatever the person's language: it is stored in the plan and compared with it."""
    return again(words)

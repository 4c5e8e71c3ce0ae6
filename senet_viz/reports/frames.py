"""Records as tables of pandas, and the gates of a survey as one Parquet file."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from senet_viz.analysis.survey_gates import PictureGates
from senet_viz.core.errors import CaptureError
from senet_viz.core.extras import import_extra
from senet_viz.core.tables import Columns, Tabular, stacked
from senet_viz.core.translation import tr
from senet_viz.figures.base.chart import Chart

if TYPE_CHECKING:
    import pandas as pd

Record = Tabular | Chart | Columns | Sequence[Tabular]


def to_frame(record: Record) -> "pd.DataFrame":
    """A record, records of one kind, or the numbers of a chart, as a table of pandas.

    One row for each input, block, channel and whatever else the record runs over; columns have
    the same English names in every language. Raises a CaptureError for what is no record, a
    MissingExtraError where pandas is not installed.

    >>> import senet_viz as sv
    >>> net = sv.load_model("se_resnet18_imagenette")
    >>> seen = sv.capture(net.model, net.preprocess(sv.decode(sv.load_sample("china"))))
    >>> to_frame(seen).query("block == 'layer3.1.se'").shape
    (128, 6)
    """
    frame: pd.DataFrame = import_extra("pandas").DataFrame(_columns(record))
    return frame


def _columns(record: Any) -> Mapping[str, Any]:
    if isinstance(record, Tabular):
        return record.columns()
    if isinstance(record, Chart):
        return record.table
    if isinstance(record, Mapping):
        return record
    kinds = {type(each) for each in record} if isinstance(record, Sequence) else set()
    if len(kinds) == 1 and issubclass(kinds.pop(), Tabular):
        return stacked(each.columns() for each in record)
    raise CaptureError(
        tr(
            "there is no table of a {kind}. Give a record, a chart, or a list of records of one "
            "kind",
            kind=type(record).__name__,
        )
    )


def gates_parquet(gates: PictureGates) -> bytes:
    """The gates of a survey's pictures as Parquet: a row for each picture, block and channel.

    Written block by block, so that no more than one is in memory.
    """
    pa, pq = import_extra("pyarrow"), import_extra("pyarrow.parquet")
    sink = pa.BufferOutputStream()
    writer = None
    for block in gates.blocks:
        table = pa.table({name: _arrow(values) for name, values in gates.of(block).items()})
        if writer is None:
            writer = pq.ParquetWriter(sink, table.schema, compression="zstd")
        writer.write_table(table)
    if writer is not None:
        writer.close()
    return bytes(sink.getvalue())


def _arrow(values: Any) -> Any:
    """Words by number: each of them stands in many rows."""
    pa = import_extra("pyarrow")
    if values.dtype == object:
        return pa.array(values, pa.string()).dictionary_encode()
    return pa.array(values)

"""The numbers of several charts as one table: nothing is lost, and what is missing is empty."""

import numpy as np

import senet_viz as sv
from senet_viz.figures import panel_table
from senet_viz.figures.base.sources import Source
from senet_viz.figures.block.gates import gate_histogram, sorted_gates
from tests.senet_viz.figures.capture_records import LAST


def test_each_chart_has_its_rows_and_what_it_is_of() -> None:
    charts = [
        gate_histogram(LAST, image=0, dark=False).of(Source("one", "a", "cup")),
        sorted_gates(LAST, sv.rank_channels(LAST), usual=None, dark=False).of(
            Source("two", "b", "cup")
        ),
    ]
    rows = [len(next(iter(chart.table.values()))) for chart in charts]
    frame = sv.reports.to_frame(panel_table(charts))
    assert frame["panel"].value_counts(sort=False).tolist() == rows
    assert frame.groupby("panel")["panel_network"].first().tolist() == ["one", "two"]
    for number, chart in enumerate(charts, start=1):
        own = frame[frame["panel"] == number]
        for name, values in chart.table.items():
            np.testing.assert_array_equal(own[name].to_numpy(), np.asarray(values), err_msg=name)
        missing = set(frame) - set(chart.table) - {c for c in frame if c.startswith("panel")}
        assert own[sorted(missing)].isna().all(axis=None)


def test_of_no_chart_there_is_an_empty_table() -> None:
    assert all(len(values) == 0 for values in panel_table([]).values())

"""The figures of a page as lines of a script: the same that the page shows."""

HEAD = """\
# The figures: chart.figure is Plotly's; all of them as one for print are
# open("figure.pdf", "wb").write(sv.figures.printed_panels(charts, "pdf"))
charts = ["""
TAIL = """\
]
for chart in charts:
    print(chart.title)"""


def drawn(*calls: str) -> str:
    """The paragraph that draws charts; ``calls`` are functions of sv.figures with what they take.

    >>> print(drawn("placements()"))
    # The figures: chart.figure is Plotly's; all of them as one for print are
    # open("figure.pdf", "wb").write(sv.figures.printed_panels(charts, "pdf"))
    charts = [
        sv.figures.placements(dark=False),
    ]
    for chart in charts:
        print(chart.title)
    """
    lines = [f"    sv.figures.{_light(call)}," for call in calls]
    return "\n".join([HEAD, *lines, TAIL])


def _light(call: str) -> str:
    """The call with its last argument, for paper."""
    given = call.removesuffix(")")
    return f"{given}{'' if given.endswith('(') else ', '}dark=False)"

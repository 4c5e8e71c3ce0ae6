"""Learn: the block step by step with the numbers of the person's own picture."""

from dashboard.components import copy_as_code, page_header, script_one_block, script_records
from dashboard.services import inspections
from dashboard.shell.fragments import part
from dashboard.views.learn.glossary_table import glossary
from dashboard.views.learn.lesson import lesson
from dashboard.views.learn.meaning import meaning
from dashboard.views.learn.paper import paper
from dashboard.views.learn.pointwise import pointwise
from dashboard.views.learn.steps import steps
from senet_viz.core.translation import tr


def main() -> None:
    """Choose a block, go through its steps, then what they mean."""
    page_header.inspect()
    taught_here()


@part
def taught_here() -> None:
    """The steps of the picked block, what they mean, and where the paper put such blocks."""
    inspection = inspections.inspect("none")
    block = page_header.of_picture(
        inspection,
        tr(
            "What a Squeeze-and-Excitation block of {network} does with this picture, step by step",
            network="{network}",
        ),
        teaches=True,
    )
    taught = lesson(inspection, block)
    steps(taught)
    pointwise(taught)
    meaning(taught)
    paper()
    glossary()
    shown = taught.activation.block.name, taught.channel
    copy_as_code.offer(
        lambda: script_one_block.script(script_records.one_block(inspection, *shown))
    )


main()

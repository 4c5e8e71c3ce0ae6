"""A true class given to a picture, and two classes followed against each other."""

import pytest

import senet_viz as sv
from dashboard.components import copy_as_code
from dashboard.session import followed, gate_edits, selection
from tests.dashboard.open_app import open_app, opened, show, words
from tests.dashboard.shell.test_deep_link import in_address
from tests.dashboard.test_copy_as_code import run, script


def test_a_true_class_is_followed_against_the_answer() -> None:
    app = opened(open_app("whatif"), "head_more")
    net = sv.load_model("se_resnet18_imagenette")
    image = net.preprocess(sv.decode(selection.pictures()[0].data))
    logits = sv.capture(net.model, image, features="none").logits[0]
    best, true = int(logits.argmax()), int(logits.argmin())
    app.selectbox(key=followed.TRUE).set_value(true).run()
    said = words(app)
    assert f"✗ True class: {net.labels[true]}" in said
    assert in_address(app)["true"] == str(true)
    app.session_state[gate_edits.HOW] = "one"
    app.run()
    app.button(key="edit_add").click().run()
    metric = next(m for m in app.metric if m.label.startswith("logit difference"))
    made = run(script(opened(app, copy_as_code.OPEN)))
    assert (made["followed"], made["against"]) == (true, best)
    assert f"{made['difference'][0]:.3f}" in metric.label.replace("\\", "")
    assert float(metric.value) == pytest.approx(made["difference"][1], abs=1e-3)
    assert made["difference"][0] == pytest.approx(logits[true] - logits[best], abs=1e-4)

    app.selectbox(key=followed.CLASS).set_value(best).run()
    app.selectbox(key=followed.AGAINST).set_value((best + 1) % 10).run()
    assert in_address(app)["against"] == str((best + 1) % 10)
    show(app, "coffee")
    assert "True class: " not in words(app)
    assert app.session_state[followed.TRUE] == followed.NO_CLASS
    show(app, selection.pictures()[0].key)
    assert app.session_state[followed.TRUE] == true, "a picture keeps the class it was given"
    assert not app.exception

"""What is left out is counted by reason, said in a line, and comes back from a manifest."""

import json

import pytest

from senet_viz.core.left_out import UNITS, Ledger, LeftOut, read_left_out, sum_up
from senet_viz.core.told_classes import NOTHING, Told, read_told, told_records, told_sentence
from senet_viz.core.translation import speaking


def ledger() -> Ledger:
    found = Ledger()
    for name in ("a.txt", "b.txt", "c.csv"):
        found.add("suffix", name, name[1:])
    found.add("broken link", "d.jpg")
    found.add("system", "@eaDir", "@eaDir", count=7)
    found.add("system", "nothing", count=0)
    return found


def test_each_reason_has_a_line_with_its_kinds() -> None:
    assert [each.words for each in ledger().left_out] == [
        "3 files: not a picture in a format that is read (.txt 2, .csv 1)",
        "1 link: leads nowhere",
        "7 files: system files or thumbnails (@eaDir 7)",
    ]
    assert sum_up(ledger().left_out) == "Left out: 10 files, 1 link."
    assert sum_up(()) == "Nothing was left out."


def test_it_comes_back_from_a_manifest_and_goes_on() -> None:
    records = json.loads(json.dumps([each.record() for each in ledger().left_out]))
    assert records[0]["words"].startswith("3 files")
    back = read_left_out(records)
    assert back == ledger().left_out
    again = Ledger(back)
    again.add("suffix", "e.txt", ".txt")
    assert again.left_out[0].details == {".txt": 3, ".csv": 1}


def test_a_manifest_of_a_later_version_is_read_as_far_as_it_is_known() -> None:
    record = LeftOut("suffix", 1).record()
    assert [e.count for e in read_left_out([{**record, "reason": "new"}, record])] == [1]


def test_many_kinds_and_names_stay_few() -> None:
    found = Ledger()
    for number in range(500):
        found.add("suffix", f"{number}.x{number}", f".x{number}")
    (each,) = found.left_out
    assert each.count == 500 and len(each.details) <= 41 and len(each.examples) == 5
    assert len(each.words) < 200


@pytest.mark.parametrize("reason", ["suffix", *UNITS])
def test_every_reason_can_be_said_in_both_languages(reason: str) -> None:
    english = LeftOut(reason, 2).words
    with speaking("zh"):
        chinese = LeftOut(reason, 2).words
    assert english.isascii() and not chinese.isascii()


def test_how_classes_were_told_is_a_sentence_and_comes_back() -> None:
    told = {Told("field", ".cls"): 3, Told("column", "fine_label"): 1, NOTHING: 2}
    assert read_told(json.loads(json.dumps(told_records(told)))) == told
    assert told_sentence(told) == (
        "Classes come from .cls beside the picture (3 pictures); "
        "the column fine_label (1 picture); without a class: 2 pictures."
    )
    assert told_sentence({}) == ""
    assert told_sentence({NOTHING: 2}).startswith("No classes (2 pictures): no folder")

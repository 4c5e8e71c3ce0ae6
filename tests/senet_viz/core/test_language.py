"""Sentences in the person's language, and catalogues that lack nothing."""

import ast
import pickle
import threading
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from senet_viz.core import errors
from senet_viz.core.translation import (
    LANGUAGES,
    LOCALES,
    again,
    count,
    follow,
    language,
    speaking,
    tr,
)

ROOT = Path(__file__).parents[3]
KNOWN = "{n} of {blocks} blocks"


def said_in_code() -> set[str]:
    """Every message that ``tr`` or ``count`` is given, as gettext's own extractor finds them."""
    found: set[str] = set()
    for package in ("senet_viz", "dashboard"):
        said = extract_from_dir(ROOT / package, keywords={"tr": None})
        found |= {message for _, _, message, _, _ in said if isinstance(message, str)}
        counted = extract_from_dir(ROOT / package, keywords={"count": (2,)})
        found |= {f"# {noun}" for _, _, noun, _, _ in counted if isinstance(noun, str)}
    return found


def written(wanted: str) -> dict[str, str]:
    messages: dict[str, str] = {}
    for path in (LOCALES / wanted).glob("*.po"):
        with path.open("rb") as file:
            for message in read_po(file):
                if message.id:
                    messages[str(message.id)] = str(message.string)
    return messages


# What the command line says is English, also where a person reads the app in another language.
COMMAND_LINE = ("commands", "training/compare.py", "training/data.py", "verify/ledger.py")
OURS = {name for name in vars(errors) if name.endswith("Error")} | {"PlaceError", "OSError"}


def english_errors(code: str) -> list[str]:
    """Errors made with a message that no catalogue can hold: a plain or formatted string."""
    return [
        ast.unparse(node)
        for node in ast.walk(ast.parse(code))
        if isinstance(node, ast.Call)
        and ast.unparse(node.func).rpartition(".")[2] in OURS
        and node.args
        and isinstance(node.args[0], ast.Constant | ast.JoinedStr | ast.BinOp)
    ]


def fields(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


@pytest.mark.parametrize("wanted", [code for code in LANGUAGES if code != "en"])
def test_no_message_is_missing_and_none_is_left_over(wanted: str) -> None:
    code, catalogue = said_in_code(), written(wanted)
    assert len(code) > 3
    assert not code - set(catalogue), sorted(code - set(catalogue))[:5]
    assert not set(catalogue) - code, sorted(set(catalogue) - code)[:5]
    assert all(catalogue.values())


@pytest.mark.parametrize("wanted", [code for code in LANGUAGES if code != "en"])
def test_the_same_values_go_into_a_translation(wanted: str) -> None:
    different = [m for m, said in written(wanted).items() if fields(m) != fields(said)]
    assert not different


def test_every_error_of_library_and_app_is_said_by_tr() -> None:
    found = {
        path.relative_to(ROOT).as_posix(): english
        for package in ("senet_viz", "dashboard")
        for path in (ROOT / package).rglob("*.py")
        if not path.relative_to(ROOT / package).as_posix().startswith(COMMAND_LINE)
        and (english := english_errors(path.read_text()))
    }
    assert not found


def test_an_error_in_english_alone_is_found() -> None:
    code = 'raise errors.ImageError(f"{name} is no picture")\nraise ImageError(tr("no"))'
    assert english_errors(code) == ["errors.ImageError(f'{name} is no picture')"]


@pytest.fixture
def two_words(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A catalogue of known words, so that the test does not depend on the real one."""
    from senet_viz.core import translation as module

    words = {KNOWN: "{blocks} 个模块中的 {n} 个", "# channel": "# 个通道"}
    monkeypatch.setattr(module, "catalogue", lambda _: words)
    yield


@pytest.mark.usefixtures("two_words")
def test_a_sentence_is_said_again_in_another_language() -> None:
    english = tr(KNOWN, n=3, blocks=8)
    assert english == "3 of 8 blocks"
    with speaking("zh"):
        assert again(english) == "8 个模块中的 3 个"
        nested = tr("Only {what}", what=english)
        assert nested == "Only 8 个模块中的 3 个"
        assert count(2048, "channel") == "2\u202f048 个通道"
    assert again(nested) == "Only 3 of 8 blocks"
    assert again("plain") == "plain"
    assert again(pickle.loads(pickle.dumps(english))) == english
    assert count(2048, "channel") == "2\u202f048 channels" and count(1, "channel") == "1 channel"


@pytest.mark.usefixtures("two_words")
def test_a_language_stays_in_its_thread() -> None:
    heard: list[str] = []
    with speaking("zh"):
        thread = threading.Thread(target=lambda: heard.append(language()))
        thread.start()
        thread.join()
        assert language() == "zh"
    assert heard == ["en"]


def test_who_is_asked_where_nothing_is_set() -> None:
    follow(lambda: "zh")
    try:
        assert language() == "zh"
        with speaking("en"):
            assert language() == "en"
    finally:
        follow(lambda: "en")


def test_an_unknown_language_is_refused() -> None:
    with pytest.raises(ValueError, match="no language 'xx'"), speaking("xx"):
        pass

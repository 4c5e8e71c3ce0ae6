"""Your own network: a weight file, the architecture it was saved from, and what goes with it."""

from pathlib import Path

import streamlit as st

from dashboard.components.choice import choice
from dashboard.components.error_messages import answered
from dashboard.components.widgets import plain, sentence
from dashboard.runtime import allowed_folders
from dashboard.runtime.limits import LIMITS
from dashboard.runtime.offers import OwnFile
from dashboard.services import networks, weight_previews
from dashboard.session import selection
from senet_viz.core.errors import SENetVizError, WeightsError
from senet_viz.core.translation import Words, tr

UPLOADED, NAMED = "Upload it", "Name its path"
WAYS = Words[str](
    {
        UPLOADED: lambda: tr("Upload it"),
        NAMED: lambda: tr("Name its path"),
    }
)


def offer() -> None:
    """The button under the list of networks, and what it opens."""
    st.button(
        tr("Your own network …"),
        icon=":material/upload_file:",
        key="own_offer",
        on_click=selection.open_own,
        type="tertiary",
        help=tr("A weight file of yours, for any architecture in the list."),
    )


def choose() -> None:
    """Which file, which architecture; answers are given in place."""
    dialog = st.dialog(tr("Your own network"), width="medium", on_dismiss=selection.close_own)
    dialog(answered(_form))()


def _form() -> None:
    st.selectbox(
        tr("Architecture"),
        list(networks.entries()),
        index=None,
        placeholder=tr("Type to search"),
        key=selection.ARCHITECTURE,
        help=tr(
            "The network the file was saved from. It may have any number of classes. A network "
            "saved here says it itself."
        ),
    )
    there = _weights()
    if there:
        _likeliest()
    with st.expander(tr("Class names and preprocessing (optional)")):
        _what_goes_with_it()
    if st.button(
        tr("Use this network"), type="primary", key="own_use", width="stretch", disabled=not there
    ):
        _use()


def _weights() -> bool:
    """Where the file comes from; False as long as an upload is missing or on its way."""
    here = networks.reads_paths()
    source = choice(
        tr("Weight file"),
        {way: WAYS[way] for way in WAYS if here or way == UPLOADED},
        selection.SOURCE,
        help=tr(
            "Only tensors are read from it, and nothing in it is run. Training checkpoints work"
            " too; if one has a running average (EMA) of the weights, that is used."
        ),
    )
    if source == NAMED:
        st.text_input(
            tr("Path on this machine"),
            key=selection.PATH,
            placeholder="/path/to/model_best.safetensors",
        )
        return True
    uploaded = st.file_uploader(
        tr("Weight file"),
        key=selection.WEIGHTS,
        max_upload_size=LIMITS.weights_mb,
        label_visibility="collapsed",
    )
    return uploaded is not None


def _likeliest() -> None:
    """The two architectures that the file looks like, and what of it is used under the chosen."""
    given = _looked_into()
    if given is None:
        return
    key, weights, name = given
    chosen = str(st.session_state.get(selection.ARCHITECTURE) or "")
    preview = weight_previews.preview(key, weights, name, architecture=chosen)
    known = [each for each in preview.architectures if each in networks.entries()]
    if known and chosen not in known:
        st.caption(
            plain(
                tr(
                    "Its tensors are those of {architecture}, which is taken if no other is "
                    "chosen.",
                    architecture=preview.sure,
                )
            )
            if preview.sure and not chosen
            else tr("Its tensors look like those of:")
        )
        with st.container(horizontal=True, gap="small"):
            for place, architecture in enumerate(known):
                st.button(
                    plain(architecture),
                    key=f"own_like_{place}",
                    on_click=_choose_architecture,
                    args=(architecture,),
                )
    if preview.contents:
        st.caption(plain(preview.contents))


def _architecture() -> str:
    """What a file saved here says itself; else the one chosen, or the only one that it fits."""
    given, chosen = _looked_into(), str(st.session_state.get(selection.ARCHITECTURE) or "")
    if given is None:
        return chosen
    preview = weight_previews.preview(*given)
    return preview.saved or chosen or preview.sure


def _choose_architecture(name: str) -> None:
    """Callback: the one that was offered."""
    st.session_state[selection.ARCHITECTURE] = name


def _looked_into() -> tuple[str, bytes | Path, str] | None:
    """The file that is given, under a key that another file does not have; None for none."""
    try:
        name, weights = _file()
    except SENetVizError:  # who uses it is told
        return None
    if isinstance(weights, bytes):
        return f"upload {st.session_state[selection.WEIGHTS].file_id}", weights, name
    status = weights.stat()
    return f"{weights} {status.st_mtime_ns} {status.st_size}", weights, name


def _what_goes_with_it() -> None:
    """What a weight file does not say."""
    st.file_uploader(
        tr("Class names"),
        key=selection.LABELS,
        max_upload_size=5,
        help=tr(
            "One name a line, a JSON list of names, or a JSON object from class number to name."
        ),
    )
    side, mean, std = st.columns(3, gap="small")
    theirs = tr("the architecture's")
    side.number_input(
        tr("Input side, px"),
        value=None,
        min_value=16,
        max_value=2048,
        step=32,
        key=selection.SIDE,
        placeholder=theirs,
    )
    mean.text_input(tr("Mean"), key=selection.MEAN, placeholder=theirs)
    std.text_input(tr("Deviation"), key=selection.STD, placeholder=theirs)
    st.caption(
        tr(
            "Mean and standard deviation: of red, green and blue on a scale of 0 to 1, such as "
            "0.485, 0.456, 0.406, or one number for all three. If left empty, the "
            "architecture's own are used."
        )
    )


def _use() -> None:
    """Load what was chosen and look at it, or say what is wrong with it."""
    try:
        own = _chosen()
        net = networks.own_network(own)
    except SENetVizError as error:
        st.error(sentence(error), title=tr("This network could not be used"))
    else:
        selection.add_own(own, notes=net.notes)
        st.rerun()


def _chosen() -> OwnFile:
    """Everything in the dialog; a WeightsError says what is missing or cannot be read."""
    chosen = st.session_state
    architecture = _architecture()
    if architecture not in networks.entries():
        raise WeightsError(
            tr("no architecture was chosen. Choose the one the file was saved from.")
        )
    name, weights = _file()
    names = chosen.get(selection.LABELS)
    return OwnFile(
        architecture=architecture,
        name=name,
        sha256=networks.sha256(weights),
        weights=weights,
        labels=networks.class_names(names.getvalue(), names.name) if names else None,
        side=chosen.get(selection.SIDE),
        mean=_numbers(chosen.get(selection.MEAN, ""), "mean"),
        std=_numbers(chosen.get(selection.STD, ""), "deviation"),
    )


def _file() -> tuple[str, bytes | Path]:
    chosen = st.session_state
    if networks.reads_paths() and chosen.get(selection.SOURCE) == NAMED:
        named = str(chosen.get(selection.PATH) or "").strip()
        if not named:
            raise WeightsError(tr("no path was given. Name a .safetensors, .pth or .pt file."))
        path = allowed_folders.named(named)
        if not path.is_file():
            raise WeightsError(
                tr("there is no file {path} on this machine. Check the path.", path=path)
            )
        return path.name, path
    uploaded = chosen.get(selection.WEIGHTS)
    if uploaded is None:
        raise WeightsError(tr("no weight file was given. Upload a .safetensors, .pth or .pt file."))
    return Path(uploaded.name).name, uploaded.getvalue()


def _numbers(text: str, what: str) -> tuple[float, ...] | None:
    """Three numbers, or one for all three; None for nothing."""
    if not text.strip():
        return None
    try:
        numbers = tuple(float(part) for part in text.replace(",", " ").split())
    except ValueError as error:
        raise WeightsError(
            tr(
                "the mean was given as {text!r}. Give three numbers, or one for all three.",
                text=text,
            )
            if what == "mean"
            else tr(
                "the deviation was given as {text!r}. Give three numbers, or one for all three.",
                text=text,
            )
        ) from error
    return numbers * 3 if len(numbers) == 1 else numbers

"""What the shape trainer asks at each level, as data.

Right answers come from `rnn_shapes` and from what an index or a transpose does to a shape; wrong answers are written
as the names of their axes, and each has words of its own ("1" is an axis that an index should have taken away).
"""

from helpers.exercises.questions import Kind
from helpers.shapes import named_sizes, rnn_shapes


def _of(tensor, then=lambda shape: shape):
    """The rule for a tensor of `rnn_shapes`, and what is done to it `then`."""
    return lambda batch_first, **sizes: then(rnn_shapes(**sizes, batch_first=batch_first)[tensor])


def _made_of(axes):
    return lambda batch_first, **sizes: named_sizes(axes, sizes)


def _first_taken(shape):
    return shape[1:]


def _second_taken(shape):
    return shape[:1] + shape[2:]


def _swapped(shape):
    return shape[1], shape[0], *shape[2:]


def _kind(code, asked, right, reason, batch_first=False, **mistakes):
    return Kind(code, asked, right, reason, mistakes, batch_first)


_STATE_IN_CELL = dict(input="batch input_size", time="seq_len batch hidden_size", features_first="hidden_size batch")
_STATE_IN_RNN = dict(moved="batch num_layers hidden_size", no_layers="batch hidden_size")
_WEIGHT_IH = dict(turned="input_size hidden_size", recurrent="hidden_size hidden_size", batch="batch input_size")
_WEIGHT_HH = dict(from_input="hidden_size input_size", bias="hidden_size", batch="batch hidden_size")
_LATER = dict(own_weights="num_layers hidden_size hidden_size", batch="batch hidden_size")
_ih, _hh = _made_of("hidden_size input_size"), _made_of("hidden_size hidden_size")

_STEP = (
    _kind(
        "cell",
        "x",
        _of("input", _first_taken),
        "cell_input",
        time="seq_len batch input_size",
        state="batch hidden_size",
        features_first="input_size batch",
    ),
    _kind("cell", "h", _of("h_0", _first_taken), "cell_state", **_STATE_IN_CELL),
    _kind("cell", "h_new", _of("h_n", _first_taken), "cell_state", **_STATE_IN_CELL),
    _kind("cell", "cell.weight_ih", _ih, "weight_ih", **_WEIGHT_IH),
    _kind("cell", "cell.weight_hh", _hh, "weight_hh", **_WEIGHT_HH),
    _kind(
        "cell",
        "cell.bias_ih",
        _made_of("hidden_size"),
        "bias",
        batch="batch hidden_size",
        weight="hidden_size input_size",
        bias_of_input="input_size",
    ),
)
_LOOP = (
    _kind(
        "loop",
        "dataset",
        _of("input"),
        "dataset",
        loop_batch_first="batch seq_len input_size",
        one_step="batch input_size",
        state="seq_len batch hidden_size",
    ),
    _kind(
        "loop",
        "x",
        _of("input", _first_taken),
        "loop_input",
        whole="seq_len batch input_size",
        one_sample="seq_len input_size",
        state="batch hidden_size",
    ),
    _kind(
        "loop",
        "h",
        _of("h_n", _first_taken),
        "loop_state",
        all_states="seq_len batch hidden_size",
        one_sample="seq_len hidden_size",
        input="batch input_size",
    ),
    _kind(
        "loop",
        "all_states",
        _of("output"),
        "stack",
        stack_order="batch seq_len hidden_size",
        last_only="batch hidden_size",
        input="seq_len batch input_size",
    ),
)


def _sequences(code, batch_first=False, input_reason="ordered", output_reason="ordered"):
    """x and output, which have an axis for time."""
    order = "batch seq_len" if batch_first else "seq_len batch"
    other = "seq_len batch" if batch_first else "batch seq_len"
    named = "order_false" if batch_first else "order_true"
    wrong_input = {named: f"{other} input_size", "one_step": "batch input_size", "state": f"{order} hidden_size"}
    wrong_output = {
        named: f"{other} hidden_size",
        "as_h_n": "num_layers batch hidden_size",
        "input": f"{order} input_size",
    }
    return (
        _kind(code, "x", _of("input"), input_reason, batch_first, **wrong_input),
        _kind(code, "output", _of("output"), output_reason, batch_first, **wrong_output),
    )


def _states(code, batch_first=False, h_0_reason="stays", h_n_reason="stays"):
    """h_0 and h_n, which have an axis for the layers."""
    as_output = "batch seq_len hidden_size" if batch_first else "seq_len batch hidden_size"
    wrong = {**_STATE_IN_RNN, "as_output": as_output}
    return (
        _kind(code, "h_0", _of("h_0"), h_0_reason, batch_first, **wrong),
        _kind(code, "h_n", _of("h_n"), h_n_reason, batch_first, **wrong),
    )


_ONE_LAYER = (
    *_sequences("rnn", input_reason="input", output_reason="output"),
    *_states("rnn", h_0_reason="h_0", h_n_reason="h_n"),
    _kind(
        "rnn",
        "output[-1]",
        _of("output", _first_taken),
        "last_step",
        kept="1 batch hidden_size",
        one_sample="seq_len hidden_size",
        input="batch input_size",
    ),
    _kind(
        "rnn",
        "h_n[0]",
        _of("h_n", _first_taken),
        "one_layer",
        kept="1 batch hidden_size",
        other_axis="1 hidden_size",
        input="batch input_size",
    ),
    _kind("rnn", "rnn.weight_ih_l0", _ih, "weight_ih", **_WEIGHT_IH),
    _kind("rnn", "rnn.weight_hh_l0", _hh, "weight_hh", **_WEIGHT_HH),
)
_LAYERS = (
    *_sequences("layers", input_reason="input", output_reason="output")[1:],
    *_states("layers", h_0_reason="h_0", h_n_reason="h_n"),
    _kind(
        "layers",
        "output[-1]",
        _of("output", _first_taken),
        "last_step",
        last_of_h_n="num_layers batch hidden_size",
        one_sample="seq_len hidden_size",
        kept="1 batch hidden_size",
    ),
    _kind(
        "layers",
        "h_n[-1]",
        _of("h_n", _first_taken),
        "one_layer",
        before_index="num_layers batch hidden_size",
        other_axis="num_layers hidden_size",
        kept="1 batch hidden_size",
    ),
    _kind(
        "layers",
        "rnn.weight_ih_l0",
        _ih,
        "layer_0",
        turned="input_size hidden_size",
        other_layer="hidden_size hidden_size",
        own_weights="num_layers hidden_size input_size",
    ),
    _kind("layers", "rnn.weight_ih_l{layer}", _hh, "later_layer", first_layer="hidden_size input_size", **_LATER),
    _kind("layers", "rnn.weight_hh_l{layer}", _hh, "weight_hh", from_input="hidden_size input_size", **_LATER),
)


def _order(batch_first):
    """All that is asked about one value of batch_first."""
    first, second = ("batch", "seq_len") if batch_first else ("seq_len", "batch")
    step = "last_step", {"not_the_sample": "seq_len hidden_size"}
    sample = "last_sample", {"not_the_step": "batch hidden_size"}
    at_first, at_second = (sample, step) if batch_first else (step, sample)

    def transposed(name, tensor, last):
        wrong = dict(
            not_swapped=f"{first} {second} {last}",
            swapped_last=f"{first} {last} {second}",
            swapped_ends=f"{last} {second} {first}",
        )
        return _kind("order", f"{name}.transpose(0, 1)", _of(tensor, _swapped), "transposed", batch_first, **wrong)

    return (
        *_sequences("order", batch_first),
        *_states("order", batch_first),
        _kind(
            "order",
            "output[-1]",
            _of("output", _first_taken),
            at_first[0],
            batch_first,
            kept=f"1 {second} hidden_size",
            last_axis=f"{first} {second}",
            **at_first[1],
        ),
        _kind(
            "order",
            "output[:, -1]",
            _of("output", _second_taken),
            at_second[0],
            batch_first,
            kept=f"{first} 1 hidden_size",
            last_axis=f"{first} {second}",
            **at_second[1],
        ),
        transposed("x", "input", "input_size"),
        transposed("output", "output", "hidden_size"),
    )


LEVELS = {1: (*_STEP, *_LOOP), 2: _ONE_LAYER, 3: _LAYERS, 4: (*_order(True), *_order(False))}

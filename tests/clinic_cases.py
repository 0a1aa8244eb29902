"""Code that raises: the errors that the clinic knows, in a table, and others that it must leave alone.

The table has two lines a case. The first is the learner's code; its last part fails ("//" is a new line). After "->" stands what
must work once the advice was followed, when that is not the failing part itself. The second line is PyTorch's
message, word for word as far as it goes, and after "=>" what the note must hold. Sizes are single letters.
"""

import functools
import linecache
import random

import numpy as np
import torch
from clinic_corners import CORNERS, NO_NOTE
from torch import nn

TABLE = """
days = zeros(T, I) // state = zeros(L, 1, H) // net(days, state)
    RuntimeError: For unbatched 2-D input, hx should also be 2-D but got 3-D tensor => days | batch axis | state = state.squeeze(1)
days = zeros(B, I) // net(days, state)
    RuntimeError: For unbatched 2-D input, hx should also be 2-D but got 3-D tensor => days | seq_len | batch of {B} | days = days.unsqueeze(0)
days = zeros(T, I) // net(days, state)
    RuntimeError: For unbatched 2-D input, hx should also be 2-D but got 3-D tensor => days | (seq_len {T}, input_size {I}) | batch of {B} | state
days = zeros(T, I) // state = zeros(H) // net(days, state)
    RuntimeError: For unbatched 2-D input, hx should also be 2-D but got 1-D tensor => (num_layers {L}, hidden_size {H}) | state = torch.zeros({L}, {H})
state = zeros(L, H) // net(days, state)
    RuntimeError: For batched 3-D input, hx should also be 3-D but got 2-D tensor => state | batch {B} | unsqueeze(1).repeat(1, {B}, 1)
net = nn.RNN(I, H) // state = zeros(B, H) // net(days, state)
    RuntimeError: For batched 3-D input, hx should also be 3-D but got 2-D tensor => state | num_layers, is missing | state = state.unsqueeze(0)
days = zeros(I) // net(days)
    ValueError: RNN: Expected input to be 2D or 3D, got 1D tensor instead => days | seq_len | input_size {I} | days = days.unsqueeze(0)
days = zeros(T) // net = nn.RNN(1, H) // net(days)
    ValueError: RNN: Expected input to be 2D or 3D, got 1D tensor instead => days | ({T},) | (seq_len, 1) | days = days.unsqueeze(1)
days = torch.randint(I, (T,)) // net(days)
    ValueError: RNN: Expected input to be 2D or 3D, got 1D tensor instead => days | nn.Embedding | one_hot(days, {I})
days = zeros(W) // net(days)
    ValueError: RNN: Expected input to be 2D or 3D, got 1D tensor instead => days is ({W},) | net takes (seq_len, batch, input_size {I})
days = zeros(T, 1, B, I) // net(days)
    ValueError: RNN: Expected input to be 2D or 3D, got 4D tensor instead => days | (seq_len, batch, input_size {I}) | days = days.squeeze(1)
days = zeros(T, B, W, 2) // net = nn.RNN(2 * W, H, batch_first=True) // net(days)
    ValueError: RNN: Expected input to be 2D or 3D, got 4D tensor instead => (batch, seq_len, input_size | {W} * 2 = input_size | days = days.flatten(2)
days = zeros(T, B, W) // net(days)
    RuntimeError: input.size(-1) must be equal to input_size. Expected {I}, got {W} => days | input_size | net expects {I} and got {W} | net = nn.RNN({W}, {H}, num_layers={L})
net(days[:, :, :0])
    RuntimeError: input.size(-1) must be equal to input_size. Expected {I}, got 0 => the input must be input_size: net expects {I} | slice
first(zeros(B, T, W))
    RuntimeError: input.size(-1) must be equal to input_size. Expected {I}, got {W} => the input, of shape | first expects {I} | batch_first=True)
days = zeros(T, B, H) // net(days)
    RuntimeError: input.size(-1) must be equal to input_size. Expected {I}, got {H} => days | hidden_size is {H} | net = nn.RNN({H}, {I},
days = zeros(T, I, B) // net(days)
    RuntimeError: input.size(-1) must be equal to input_size. Expected {I}, got {B} => days | axis 1 that has {I} | days = days.transpose(1, 2)
days = zeros(T, B) // net = nn.RNN(1, H) // net(days)
    RuntimeError: input.size(-1) must be equal to input_size. Expected 1, got {B} => days | input_size 1 | days = days.unsqueeze(2)
state = zeros(W, B, H) // net(days, state)
    RuntimeError: Expected hidden size ({L}, {B}, {H}), got [{W}, {B}, {H}] => state must be num_layers: net has {L} | has {W} | state = torch.zeros({L}, {B}, {H})
state = zeros(L, W, H) // net(days, state)
    RuntimeError: Expected hidden size ({L}, {B}, {H}), got [{L}, {W}, {H}] => batch in state is {W} | days it is {B} | state = torch.zeros({L}, {B}, {H})
state = zeros(L, 1, H) // net(days, state)
    RuntimeError: Expected hidden size ({L}, {B}, {H}), got [{L}, 1, {H}] => batch in state is 1 | days it is {B} | state = state.repeat(1, {B}, 1)
state = zeros(L, B, W) // net(days, state)
    RuntimeError: Expected hidden size ({L}, {B}, {H}), got [{L}, {B}, {W}] => state must be hidden_size: net has {H} | has {W} | state = torch.zeros({L}, {B}, {H})
state = zeros(B, L, H) // net(days, state)
    RuntimeError: Expected hidden size ({L}, {B}, {H}), got [{B}, {L}, {H}] => state | (num_layers {L}, batch {B}, hidden_size {H}) | h_0 and h_n never move | state = state.transpose(0, 1).contiguous()
state = zeros(H, L, B) // net(days, state)
    RuntimeError: Expected hidden size ({L}, {B}, {H}), got [{H}, {L}, {B}] => (num_layers {L}, batch {B}, hidden_size {H}) | another order | state = state.permute(1, 2, 0).contiguous()
state = zeros(W, 1, W) // net(days, state)
    RuntimeError: Expected hidden size ({L}, {B}, {H}), got [{W}, 1, {W}] => batch is 1 and should be {B} | hidden_size is {W} and should be {H}
days = zeros(B, T, I) // net(days, state)
    RuntimeError: Expected hidden size ({L}, {T}, {H}), got [{L}, {B}, {H}] => state is made for a batch of {B} | days as (seq_len {B}, batch {T}, input_size {I}) | batch_first=True | days = days.transpose(0, 1)
first(days, state)
    RuntimeError: Expected hidden size ({L}, {T}, {H}), got [{L}, {B}, {H}] => state is made for a batch of {B} | first has batch_first=True | days = days.transpose(0, 1)
both(days, state)
    RuntimeError: Expected hidden size ({L2}, {B}, {H}), got [{L}, {B}, {H}] => state must be 2 * num_layers = {L2} | bidirectional | torch.zeros({L2}, {B}, {H})
days = zeros(T, I) // state = zeros(W, H) // net(days, state)
    RuntimeError: Expected hidden size ({L}, 1, {H}), got [{W}, 1, {H}] => no batch axis in days | (num_layers {L}, hidden_size {H}) | a batch that it added itself | state = torch.zeros({L}, {H})
days = days.double() // net(days)
    ValueError: RNN input dtype (torch.float64) does not match weight dtype (torch.float32). Convert input: input.to(torch.float32), or convert model: model.to(torch.float64) => NumPy | days = days.to(torch.float32)
days = days.long() // net(days)
    ValueError: RNN input dtype (torch.int64) does not match weight dtype (torch.float32). Convert input: input.to(torch.float32), or convert model: model.to(torch.int64) => never be torch.int64 | nn.Embedding | one-hot | days = days.to(torch.float32)
days = torch.randint(I, (T, B)) // net(days)
    ValueError: RNN input dtype (torch.int64) does not match weight dtype (torch.float32). Convert => days | nn.Embedding | input_size {I} | one_hot(days, {I})
state = state.double() // net(days, state)
    RuntimeError: mat1 and mat2 must have the same dtype, but got Double and Float => state is torch.float64 | state = state.to(torch.float32)
days = zeros(0, B, I) // net(days)
    RuntimeError: Expected sequence length to be larger than 0 in RNN => days: seq_len, axis 0 | (0, {B}, {I})
days = zeros(B, 0, I) // first(days)
    RuntimeError: Expected sequence length to be larger than 0 in RNN => days: seq_len, axis 1 | ({B}, 0, {I})
days = np.zeros((T, B, I)) // net(days)
    AttributeError: 'numpy.ndarray' object has no attribute 'dim' => days is a NumPy array | days = torch.tensor(days, dtype=torch.float32)
days = [[0.0] * I] * T // net(days)
    AttributeError: 'list' object has no attribute 'dim' => days is a list | days = torch.tensor(days, dtype=torch.float32)
days = [zeros(B, I)] * T // net(days)
    AttributeError: 'list' object has no attribute 'dim' => days is a list of tensors | days = torch.stack(days)
days = (zeros(T, B, I), state) // net(days) -> net(output)
    AttributeError: 'tuple' object has no attribute 'dim' => days is a tuple of two | output, h_n = days
net('hello')
    AttributeError: 'str' object has no attribute 'dim' => the input is text | nn.Embedding | (seq_len, batch, input_size {I})
net(None)
    AttributeError: 'NoneType' object has no attribute 'dim' => the input is None | return
days = 3.5 // net(days)
    AttributeError: 'float' object has no attribute 'dim' => days is of type float | (seq_len, batch, input_size {I})
pair = (zeros(L, B, H), zeros(L, B, H)) // net(days, pair) -> output
    AttributeError: 'tuple' object has no attribute 'dim' => pair | nn.LSTM | h_0 alone | output, h_n = net(days, pair[0])
c_0 = zeros(L, B, H) // net(days, (state, c_0)) -> output
    AttributeError: 'tuple' object has no attribute 'dim' => nn.LSTM | output, h_n = net(days, state)
pair = (zeros(L, B, H),) // net(days, pair) -> output
    AttributeError: 'tuple' object has no attribute 'dim' => pair | comma | output, h_n = net(days, pair[0])
pair = (zeros(W, B, I), state) // x = days[0] // cell(x, pair) -> h.shape
    AttributeError: 'tuple' object has no attribute 'dim' => pair | h_n goes back in | h = cell(x, pair[1][0])
state = np.zeros((L, B, H)) // net(days, state)
    AttributeError: 'numpy.ndarray' object has no attribute 'dim' => state must be a torch.Tensor | state = torch.tensor(state, dtype=torch.float32)
state = 0 // net(days, state)
    AttributeError: 'int' object has no attribute 'dim' => state | of type int | state = torch.zeros({L}, {B}, {H})
out = net(days) // head(out) -> head(output)
    TypeError: linear(): argument 'input' (position 1) must be Tensor, not tuple => out is a tuple | net returns output and h_n | output, h_n = net(days)
head(net(days)) -> head(output)
    TypeError: linear(): argument 'input' (position 1) must be Tensor, not tuple => net returns | output, h_n = net(days)
stack = nn.Sequential(net, head) // stack(days)
    TypeError: linear(): argument 'input' (position 1) must be Tensor, not tuple => net returns | nn.Sequential hands on the whole tuple | output
out = net(days) // second(out) -> second(output)
    AttributeError: 'tuple' object has no attribute 'dim' => out is a tuple | output, h_n = net(days)
out = net(days) // nn.MSELoss()(out, days) -> output.shape
    AttributeError: 'tuple' object has no attribute 'size' => out is a tuple | output, h_n = net(days)
out = net(days) // out[:, -1] -> output[:, -1]
    TypeError: tuple indices must be integers or slices, not tuple => out is a tuple | output, h_n = net(days)
out = net(days) // out - 1 -> output - 1
    TypeError: unsupported operand type(s) for -: 'tuple' and 'int' => out is a tuple | output, h_n = net(days)
out = net(days) // out > 0 -> output > 0
    TypeError: '>' not supported between instances of 'tuple' and 'int' => out is a tuple | output, h_n = net(days)
out = net(days) // out + days -> output + 1
    TypeError: can only concatenate tuple (not "Tensor") to tuple => out is a tuple | output, h_n = net(days)
net(days) * 0.5 -> output * 0.5
    TypeError: can't multiply sequence by non-int of type 'float' => net returns | output, h_n = net(days)
-net(days, state) -> -output
    TypeError: bad operand type for unary -: 'tuple' => net returns | output, h_n = net(days, state)
output, h = cell(days[0]) -> h.shape
    ValueError: too many values to unpack (expected 2) => cell returns one tensor | h = cell(days[0])
cell(days) -> pass
    ValueError: RNNCell: Expected input to be 1D or 2D, got 3D instead => days | one time step | h = torch.zeros({B}, {H}) | for step in days: | h = cell(step, h)
h = zeros(T, H) // cell(days, h) -> pass
    ValueError: RNNCell: Expected input to be 1D or 2D, got 3D instead => days | for step in days.transpose(0, 1): | h = cell(step, h)
cell(zeros(2, T, B, I))
    ValueError: RNNCell: Expected input to be 1D or 2D, got 4D instead => the input | (batch, input_size {I})
h = zeros(1, B, H) // x = days[0] // cell(x, h)
    ValueError: RNNCell: Expected hidden to be 1D or 2D, got 3D instead => h is (1, {B}, {H}) | num_layers | (batch, hidden_size) | h = h[0]
h = zeros(B, 1, H) // x = days[0] // cell(x, h)
    ValueError: RNNCell: Expected hidden to be 1D or 2D, got 3D instead => h is ({B}, 1, {H}) | (batch, hidden_size) | h = h.squeeze(1)
h = zeros(1, 1, H) // x = days[0, 0] // cell(x, h)
    ValueError: RNNCell: Expected hidden to be 1D or 2D, got 3D instead => x | (input_size {I}) | h = h[0, 0]
x = zeros(B, W) // cell(x)
    RuntimeError: input has inconsistent input_size: got {W} expected {I} => x | input_size: cell expects {I} and got {W} | cell = nn.RNNCell({W}, {H})
h = zeros(B, W) // x = days[0] // cell(x, h)
    RuntimeError: hidden0 has inconsistent hidden_size: got {W}, expected {H} => (batch {B}, hidden_size {H}) | hidden_size is {W} | h = torch.zeros({B}, {H})
h = zeros(1, H) // x = days[0, 0] // cell(x, h)
    RuntimeError: hidden0 has inconsistent hidden_size: got 1, expected {H} => no batch axis in x | h has one | h = h[0]
h = zeros(B, H) // x = days[0, 0] // cell(x, h)
    RuntimeError: hidden0 has inconsistent hidden_size: got {B}, expected {H} => no batch axis in x | h has a batch of {B}
h = zeros(W, H) // x = days[0] // cell(x, h)
    RuntimeError: Input batch size {B} doesn't match hidden0 batch size {W} => batch in h is {W} | x it is {B} | h = torch.zeros({B}, {H})
h = zeros(1, H) // x = days[0] // cell(x, h)
    RuntimeError: Input batch size {B} doesn't match hidden0 batch size 1 => batch in h is 1 | x, {B}, | h = h.repeat({B}, 1)
h = zeros(H) // x = days[0] // cell(x, h)
    RuntimeError: Input batch size {B} doesn't match hidden0 batch size {H} => batch axis of h | (batch {B}, hidden_size {H}) | h = h.repeat({B}, 1)
h = zeros(H) // x = zeros(H, I) // cell(x, h)
    IndexError: Dimension out of range (expected to be in range of [-1, 0], but got 1) => batch axis of h | h = h.repeat({H}, 1)
h = zeros(H, W) // x = days[0, 0] // cell(x, h)
    RuntimeError: mat1 and mat2 shapes cannot be multiplied ({H}x{W} and {H}x{H}) => (hidden_size {H}) | h = torch.zeros({H})
x = days[0].double() // h = zeros(B, H).double() // cell(x, h)
    RuntimeError: mat1 and mat2 must have the same dtype, but got Double and Float => x = x.to(torch.float32) | h = h.to(torch.float32)
cell = nn.RNNCell(I, H, nonlinearity='sigmoid') // x = days[0] // cell(x)
    RuntimeError: Unknown nonlinearity: sigmoid => cell is sigmoid | cell = nn.RNNCell({I}, {H}, nonlinearity='tanh')
net = net.to('meta') // net(days)
    RuntimeError: Input and parameter tensors are not at the same device, found input tensor at cpu and parameter tensor at meta => days is on cpu | days = days.to("meta")
cell = cell.to('meta') // x = days[0] // cell(x)
    RuntimeError: Tensor on device meta is not on the expected device cpu! => x is on cpu | x = x.to("meta")
net(days, h_0=state) -> pass
    TypeError: RNN.forward() got an unexpected keyword argument 'h_0' => hx | output, h_n = net(days, state)
net(x=days) -> pass
    TypeError: RNN.forward() got an unexpected keyword argument 'x' => name for the input is input | output, h_n = net(days)
x = days // net() -> output.shape
    TypeError: RNN.forward() missing 1 required positional argument: 'input' => (seq_len, batch, input_size {I})
net(days, state, state) -> pass
    TypeError: RNN.forward() takes from 2 to 3 positional arguments but 4 were given => nn.LSTM | output, h_n = net(days, state)
nn.RNN(I, H, L, nonlinearity='sigmoid') -> pass
    ValueError: Unknown nonlinearity 'sigmoid'. Select from 'tanh' or 'relu'. => nn.RNN({I}, {H}, num_layers={L}, nonlinearity='tanh')
nn.RNN(I, H, L, True) -> pass
    ValueError: Unknown nonlinearity 'True'. Select from 'tanh' or 'relu'. => fourth | nn.RNN({I}, {H}, num_layers={L}, batch_first=True)
nn.RNN(I, H, 'relu') -> pass
    TypeError: '<=' not supported between instances of 'str' and 'int' => num_layers | nn.RNN({I}, {H}, nonlinearity='relu')
nn.RNN(I, 0)
    ValueError: hidden_size must be greater than zero => hidden_size | is 0 | at least 1
nn.RNN(I, H, num_layers=0)
    ValueError: num_layers must be greater than zero => num_layers | is 0 | at least 1
nn.RNN(I, H / 1) -> pass
    TypeError: hidden_size should be of type int, got: float => hidden_size | // | nn.RNN({I}, {H})
nn.RNN(I, H, L / 1) -> pass
    TypeError: 'float' object cannot be interpreted as an integer => num_layers | nn.RNN({I}, {H}, num_layers={L})
nn.RNN(I, H, batch_first=1) -> pass
    TypeError: batch_first should be of type bool, got: int => True or False | nn.RNN({I}, {H}, batch_first=True)
nn.RNN(I)
    TypeError: RNNBase.__init__() missing 1 required positional argument: 'hidden_size' => Missing here: hidden_size
nn.RNN(I, H, batch_size=B)
    TypeError: RNNBase.__init__() got an unexpected keyword argument 'batch_size' => no batch_size | shape of the input
nn.RNN(I, H, layers=L)
    TypeError: RNNBase.__init__() got an unexpected keyword argument 'layers' => num_layers
nn.RNNCell(I, H, num_layers=L)
    TypeError: RNNCell.__init__() got an unexpected keyword argument 'num_layers' => single layer | nn.RNN has
nn.RNNCell(I)
    TypeError: RNNCell.__init__() missing 1 required positional argument: 'hidden_size' => Missing here: hidden_size
nn.RNNCell(I, H / 1) -> pass
    TypeError: empty(): argument 'size' (position 1) must be tuple of ints, but found element of type float => hidden_size | nn.RNNCell({I}, {H})
nn.RNNCell(I, -H)
    RuntimeError: Trying to create tensor with negative dimension -{H}: [-{H}, {I}] => hidden_size | at least 1
for _ in 'ab': output, state = net(days, state); output.sum().backward() -> output, state = net(days, state); output.sum().backward()
    RuntimeError: Trying to backward through the graph a second time (or directly access saved tensors => state | retain_graph=True is not needed | state = state.detach()
start = nn.Linear(H, H)(state) // for _ in 'ab': output, h_n = net(days, start); output.sum().backward() -> output, h_n = net(days, start); output.sum().backward()
    RuntimeError: Trying to backward through the graph a second time (or directly access saved tensors => start was made once | start = start.detach()
output, h_n = net(days) // loss = output.sum() // loss.backward() // loss.backward() -> net(days, h_n)[0].sum().backward()
    RuntimeError: Trying to backward through the graph a second time (or directly access saved tensors => net | h_n = h_n.detach() | loss anew
loss = net(days)[0].sum() // loss.backward() // loss.backward()
    RuntimeError: Trying to backward through the graph a second time (or directly access saved tensors => net | compute the loss anew
for _ in 'ab': output, state = net(days, state); output.sum().backward(retain_graph=True); sgd(net) -> output, state = net(days, state); output.sum().backward()
    RuntimeError: one of the variables needed for gradient computation has been modified by an inplace operation => Leave out retain_graph=True | state = state.detach()
"""


def cases():
    """(setup, the part that fails, what must work in the end, PyTorch's message, what the note must hold)s."""
    lines = TABLE.strip().splitlines() + CORNERS.strip().splitlines()
    for code, answer in zip(lines[::2], lines[1::2], strict=True):
        code, _, after = code.partition(" -> ")
        *setup, failing = code.split(" // ")
        message, note = answer.strip().split(" => ")
        yield "\n".join(setup), failing, after or failing, message, note.split(" | ")


class Nasty(RuntimeError):
    def __str__(self):
        raise ValueError("no words")


class Unnoted(RuntimeError):
    def add_note(self, note):
        raise ValueError("no notes")


UNKNOWN = {
    "a division": "1 / 0",
    "a key": "{}['days']",
    "a name": "nothing",
    "an assertion": "assert days is None",
    "an import": "import nothing_of_this_name",
    "a linear layer": "head(days)",
    "a linear layer's dtype": "nn.Linear(I, 1)(days.double())",
    "an LSTM's state": "nn.LSTM(I, H)(days, state)",
    "an LSTM's input": "nn.LSTM(I, H)(zeros(T, B, W))",
    "a GRU's state": "nn.GRU(I, H)(days, state)",
    "a GRU's pair": "head(nn.GRU(I, H, L)(days))",
    "a GRU's constructor": "nn.GRU(I, 0)",
    "a tuple of another kind": "(days, state).shape",
    "the second backward of something else": "loss = head(zeros(H)).sum(); loss.backward(); loss.backward()",
    "the message alone": "raise RuntimeError('input.size(-1) must be equal to input_size. Expected 3, got 6')",
    "a cell of one's own": "class RNNCell(nn.Module):\n    def __init__(self, size): pass\nRNNCell()",
    "no text": "raise Nasty",
    "no notes": "raise Unnoted('Expected hidden size (1, 2, 3), got [3, 2, 1]')",
    "an interrupt": "raise KeyboardInterrupt",
    "an exit": "raise SystemExit",
    "a group": "raise ExceptionGroup('Expected hidden size', [ValueError('days')])",
    "syntax": "compile('net(', 'cell', 'exec')",
} | NO_NOTE


def execute(code, names):
    """Run `code` as a notebook runs a cell: its text stands where tracebacks look for it."""
    file = f"<snippet {len(linecache.cache)}>"
    linecache.cache[file] = (len(code), None, code.splitlines(keepends=True), file)
    exec(compile(code, file, "exec"), names)


def learner(seed):
    """What the snippets may use. All sizes are different."""
    sizes = dict(zip("TBIHLW", random.Random(seed).sample(range(3, 12), 6), strict=True))
    seq_len, batch, input_size, hidden_size, num_layers, _ = sizes.values()
    make = functools.partial(nn.RNN, input_size, hidden_size, num_layers)
    nets = {"net": make(), "first": make(batch_first=True), "both": make(bidirectional=True)}
    others = {"second": nn.RNN(hidden_size, input_size), "cell": nn.RNNCell(input_size, hidden_size)}
    return sizes, {
        **{**sizes, **nets, **others},
        **{"torch": torch, "nn": nn, "np": np, "zeros": torch.zeros, "Nasty": Nasty, "Unnoted": Unnoted},
        "days": torch.zeros(seq_len, batch, input_size),
        "state": torch.zeros(num_layers, batch, hidden_size),
        "head": nn.Linear(hidden_size, 1),
        "sgd": lambda module: torch.optim.SGD(module.parameters(), lr=0.1).step(),
    }


def caught(code, names):
    try:
        execute(code, names)
    except BaseException as error:
        return error
    raise AssertionError(f"{code} raised nothing")

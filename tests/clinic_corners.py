"""Rarer errors, and code that the clinic must leave alone, in the forms of `clinic_cases.py`."""

CORNERS = """
days = [[0.0], [0.0, 1.0]] // net(days)
    AttributeError: 'list' object has no attribute 'dim' => days is a list. | (seq_len, batch, input_size {I})
days = nn.utils.rnn.pack_sequence([zeros(T, I)]) // cell(days)
    AttributeError: 'PackedSequence' object has no attribute 'dim' => days is of type PackedSequence | (batch, input_size {I})
half = nn.Module.__new__(nn.Module) // nn.RNN(I, H)(zeros(T, B, W)) -> rnn(zeros(T, B, W))
    RuntimeError: input.size(-1) must be equal to input_size. Expected {I}, got {W} => nn.RNN expects {I} and got {W}
state = zeros(W, H) // net(days, state)
    RuntimeError: For batched 3-D input, hx should also be 3-D but got 2-D tensor => state should be (num_layers {L}, batch {B}, hidden_size {H}), and it is ({W}, {H}). | state = torch.zeros({L}, {B}, {H})
h = zeros(B, H) // cell(days, h) -> pass
    ValueError: RNNCell: Expected input to be 1D or 2D, got 3D instead => for step in days: | h = cell(step, h)
h = zeros(2, W, H) // x = days[0] // cell(x, h)
    ValueError: RNNCell: Expected hidden to be 1D or 2D, got 3D instead => h should be (batch {B}, hidden_size {H}), and it is (2, {W}, {H}). | h = torch.zeros({B}, {H})
h = zeros(W) // x = days[0] // cell(x, h)
    RuntimeError: Input batch size {B} doesn't match hidden0 batch size {W} => h should be (batch {B}, hidden_size {H}), and it is ({W},). | h = torch.zeros({B}, {H})
x = days[0].double() // cell(x)
    RuntimeError: mat1 and mat2 must have the same dtype, but got Double and Float => x is torch.float64 | x = x.to(torch.float32)
cell = cell.to('meta') // h = zeros(B, H) // x = days[0].to('meta') // cell(x, h)
    RuntimeError: Tensor on device meta is not on the expected device cpu! => h is on the device cpu, and x is on meta | h = h.to("meta")
days = nn.utils.rnn.pack_sequence([zeros(T, I)]) // state = zeros(L, 1, H) // net(days, h_0=state) -> pass
    TypeError: RNN.forward() got an unexpected keyword argument 'h_0' => hx | output, h_n = net(days, state)
net(days, lengths=3) -> output
    TypeError: RNN.forward() got an unexpected keyword argument 'lengths' => no argument lengths in a call of net | output, h_n = net(days)
torch.relu(net(days)) -> torch.relu(output)
    TypeError: relu(): argument 'input' (position 1) must be Tensor, not tuple => net returns | output, h_n = net(days)
a, b = cell(days[0, :2]) // output, h = cell(days[0]) -> h.shape
    ValueError: too many values to unpack (expected 2) => cell returns one tensor | h = cell(days[0])
nn.RNN(I, 'five')
    TypeError: hidden_size should be of type int, got: str => how many numbers the hidden state holds | whole number | of type str
nn.RNN(I, H, activation='relu')
    TypeError: RNNBase.__init__() got an unexpected keyword argument 'activation' => no argument activation | nonlinearity?
nn.RNN(I, H, units=H)
    TypeError: RNNBase.__init__() got an unexpected keyword argument 'units' => no argument units | It has these: input_size, hidden_size,
h = cell(days[0]) // loss = h.sum() // loss.backward() // loss.backward() -> cell(days[0], h).sum().backward()
    RuntimeError: Trying to backward through the graph a second time (or directly access saved tensors => If h goes into cell | h = h.detach()
steps = torch.stack([cell(days[0])] * 2) // loss = steps.sum() // loss.backward() // loss.backward()
    RuntimeError: Trying to backward through the graph a second time (or directly access saved tensors => cell | compute the loss anew
"""

NO_NOTE = {
    "a cell beyond all sizes": "nn.RNNCell(2**70, H)",
    "complex numbers": "net(days.to(torch.complex64))",
    "a packed sequence": "net(nn.utils.rnn.pack_sequence([zeros(T, W)]))",
    "a packed sequence and an LSTM's state": "net(nn.utils.rnn.pack_sequence([zeros(T, I)]), (state, state))",
    "a cell's weight of another size": "cell.weight_ih = nn.Parameter(zeros(H, W)); cell(days[0])",
    "a cell's weight with one axis": "cell.weight_ih = nn.Parameter(zeros(H)); cell(days[0], zeros(B, H))",
    "a cell's bias elsewhere": "cell.bias_ih = nn.Parameter(zeros(H, device='meta')); cell(days[0])",
    "a weight of another size": "net.weight_ih_l0 = nn.Parameter(zeros(H, W)); net(days, state)",
    "two tensors that no RNN returned": "pair = (zeros(T, B, H), zeros(L, H)); pair.shape",
    "a tuple without any RNN": "for name in ('net', 'first', 'both', 'second'): globals().pop(name, None)\n(days, state).shape",
    "days that are more than two": "one, two = days",
    "an error inside of what is unpacked": "adam = torch.optim.Adam(cell.parameters(), betas=(0.9, 0.9, 0.9))\n"
    "output, h = cell(adam.step())",
}

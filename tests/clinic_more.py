"""Errors of learners in one line each: the code ("//" is a new line) and what the note must hold ("none": no note); sizes as in `clinic_cases`."""

TABLE = r"""
nn.RNN(I, H, nonlinearity='sigmoid') => 'tanh' or 'relu', a word in quotes
nn.RNN(I, H, L, True) => The fourth argument of nn.RNN is nonlinearity, and here it is True | batch_first=True
nn.LSTM(I, H, 'relu') => The third argument of nn.LSTM is num_layers, and here it is 'relu'
nn.GRU(I, 0) => hidden_size, how many numbers the state holds, is 0 and must be at least 1
nn.LSTM(I, H, num_layers=0) => num_layers, how many layers stand on top of each other, is 0
nn.LSTMCell(I, -H) => hidden_size | is -{H} and must be at least 1
nn.GRUCell(I, H / 1) => is {H}.0 and must be a whole number | nn.GRUCell({I}, {H})
nn.RNN(I, 'five') => hidden_size, how many numbers the state holds, must be a whole number, and here it is of type str
nn.LSTM(I, H, batch_first=1) => batch_first must be True or False
nn.LSTM(I) => needs both | Missing here: hidden_size
nn.GRUCell(I) => nn.GRUCell(input_size, hidden_size) needs both
nn.LSTM(I, H, batch_size=B) => nn.LSTM has no batch_size | shape of the input
nn.GRU(I, H, layers=L) => no argument layers. Did you mean num_layers?
nn.GRU(I, H, nonlinearity='relu') => its gates have fixed functions
nn.RNN(I, H, activation='relu') => Did you mean nonlinearity?
nn.LSTM(I, H, units=H) => no argument units. It has these: input_size, hidden_size,
nn.GRUCell(I, H, num_layers=L) => single layer | nn.GRU has it
nn.LSTM(I, H, proj_size=H) => smaller than hidden_size, {H}
nn.GRU(I, H, proj_size=2) => Only nn.LSTM has proj_size; leave it out for nn.GRU
nn.LSTM(I, H, dropout=2) => a probability between 0 and 1, and here it is 2
nn.RNNCell(I, H, nonlinearity='sigmoid')(days[0]) => is sigmoid | 'tanh' and 'relu'
nn.LSTM(days, state) => built with sizes
lstm(x=days) => The name of this argument is input, not x | lstm(days)
gru(days, h_0=state) => hx, not h_0 | gru(days, state)
lstm(days, lengths=3) => no argument lengths
gru() => called without its input, (seq_len, batch, input_size {I})
gru(days, state, state) => takes the input and one state, nothing else
lstm(days, [state]) => two states, the pair (h_0, c_0), and [state] is a list
lstm(np.zeros((T, B, I))) => a NumPy array | then reads it as (seq_len {T}, batch {B}, input_size {I}) | lstm(torch.tensor(np.zeros((T, B, I)), dtype=torch.float32))
gru(3.5) => takes a tensor of shape (seq_len, batch, input_size {I}), and 3.5 is of type float
gru('hello') => is text | nn.Embedding
gru(None) => is None. A function without a return gives None
gru({"seq": days}) => a dict with the keys 'seq'
gru_cell(rnn_utils.pack_sequence([days[:, 0]])) => a packed batch | nn.GRU
gru(days[0, 0]) => if these are the numbers of one time step | gru(days[0, 0].unsqueeze(0))
gru(days[:0]) => days[:0] has no time step: seq_len, axis 0
first(samples[:, :0]) => seq_len, axis 1 of its shape ({B}, 0, {I})
lstm(days[:, :, :0]) => It is empty
lstm(zeros(T, B, H)) => If you swapped input_size and hidden_size, swap them back: | lstm = nn.LSTM({H}, {I}, num_layers={L})
gru(zeros(T, B, 2, 77)) => together on the last axis, which must have size {I}
gru(zeros(T, 1, B, I)) => If axis 2 of zeros(T, 1, B, I) counts your samples | gru(zeros(T, 1, B, I).squeeze(1))
both(days, zeros(1, B, H)) => (2 * num_layers 2, batch {B}, hidden_size {H}) | every direction of it
gru(days, zeros(L, B, W)) => make a state of hidden_size numbers => -
nn.LSTM(I, H, proj_size=2)(days, (zeros(1, B, H), zeros(1, B, H))) => proj_size 2 | make a state of proj_size numbers
gru(days, torch.randn(L, B, W)) => would lose what is in it
gru(days, torch.randn(H, L, B)) => bring the axes of the state into that order | torch.randn(H, L, B).permute(1, 2, 0).contiguous()
gru_cell(days[0], state[:1]) => remove the axis of size 1 from the state | gru_cell(days[0], state[:1].squeeze(0))
gru(days, zeros(W, B, W)) => make a new state
nn.GRU(1, H)(zeros(T, B)) => If axis 1 of zeros(T, B) counts your samples, bring zeros(T, B) to that shape
gru(wanted.clamp(max=I - 1)) => one_hot(wanted.clamp(max=I - 1), {I}) | turn each index into a vector
gru(torch.tensor([0, 1, 2, 1, 0])) => is a single sample and has no axis for samples, turn each index into a vector | If axis 0 of torch.tensor([0, 1, 2, 1, 0]) counts your samples
gru(days[0], state) => If axis 0 of days[0] counts your samples, add the axis for time | gru(days[0].unsqueeze(0), state)
lstm_cell(days) => a whole sequence | If axis 1 of days counts your samples | for step in days: | for step in days.transpose(0, 1):
h = zeros(B, H) // for sample in samples: h = cell(sample, h) => If axis 0 of sample counts time steps, the loop goes over samples | for sample in samples.transpose(0, 1):
h = zeros(W, H) // gru_cell(days[0], h) => call gru_cell once for each step, in a loop
gru(days, np.zeros((L, B, H))) => gru(days, torch.tensor(np.zeros((L, B, H)), dtype=torch.float32))
gru(days, 0) => A state is a tensor, and 0 is of type int
gru(days, one(days)) => Only the second, h_n, goes back in | gru(days, one(days)[1])
nn.GRU(H, I)(lstm(days)) => the results of another recurrent module | nn.GRU(H, I)(lstm(days)[0]) | the input and the state for nn.GRU, pass both: | nn.GRU(H, I)(*lstm(days))
gru(days.unsqueeze(1), (state, state)) => like the (h_0, c_0) of nn.LSTM | !one for each layer
gru((days, state, state)) => a tuple of 3 | !results of another
cell([days[0], days[1]]) => is a list | !torch.stack
nn.LSTM(I, H, proj_size=2)(days, zeros(1, B, 2)) => two states | !zeros_like
gru((days, state)) => gru((days, state)[0]) | If they are the input and the state for gru, pass both: | gru(*(days, state))
torch.autograd.backward([net(days)[0]]) => the tensor has the shape ({T}, {B}, {H}) | !torch.autograd has
nn.GRU(I, H).load_state_dict({'weight_ih_l0': zeros(3 * H, I)}) => none
nn.GRU(I, H).load_state_dict({}) => none
one.weight_hh_l0 = 3 => none
gru[0] => none
nn.GRU[I] => nn.GRU(I)
y = gru(days)[0].exp(); y.zero_(); y.sum().backward() => y.zero_() changes y in place | !torch.stack
x = gru(days)[0]; x += 1; x *= 2; h = torch.tanh(x); h.mul_(2); h.sum().backward() => h.mul_(2) changes h in place | h = h.mul(2)
pair = (gru(days)[0], gru(days)[0]) // pair.mean() => none
pair = (gru(days)[0], net(days)[1]) // pair.mean() => none
out, hc = lstm(days); pair = (out, hc[0]) // pair.mean() => none
class Model(nn.Module): // ¬def __init__(self): // ¬¬super().__init__(); self.gru = nn.GRU(I, H) // ¬def forward(self, x): // ¬¬y, h = self.gru(x) // ¬¬if len(x) > 1: // ¬¬¬return y, h // ¬¬return y // model = Model() // a, b, c = model(days) => none
one(days, zeros(1, W, H, requires_grad=True)) => would lose what is in it | !torch.zeros
class Model(nn.Module): // ¬def __init__(self): // ¬¬super().__init__(); self.gru = nn.GRU(I, H) // ¬def forward(self, x): // ¬¬y, h = self.gru(x) // ¬¬if len(x) > 1: // ¬¬¬return y, h, x // ¬¬else: // ¬¬¬return y, h // model = Model() // made = model(days) // head(made) => none
h = state // for _ in 'ab': out, h = gru(days, h); more, last = gru(days); loss = (out + more).sum(); h = h.detach(); loss.backward(); loss.backward() => these steps of gru | !brings its history
made = [lstm(days)][0] // made.mean() => made is not one tensor | output, (h_n, c_n) = made
made = [lstm(days)][0][1] // made.mean() => made is the pair (h_n, c_n)
lstm.half()(days) => The weights of lstm are torch.float16, and days is torch.float32 | lstm.half()(days.to(torch.float16))
gru(days, state.double()) => state.double() is torch.float64 | gru(days, state.double().to(torch.float32))
lstm.to('meta')(days) => The weights of lstm are on the device meta, and days is on cpu | lstm.to('meta')(days.to("meta"))
lstm(days, (state, state.to('meta'))) => state.to('meta') is on meta
cell.to('meta')(days[0]) => on the device meta, and days[0] is on cpu
layer = nn.Linear(I, 2).to('meta') // layer(days) => The weights of layer are on the device meta | layer(days.to("meta"))
raise RuntimeError('Expected all tensors to be on the same device, but found at least two devices, cuda:0 and cpu! (when checking argument for argument mat1 in method wrapper_CUDA_addmm)') => Two devices meet here, cuda:0 and cpu | model.to(device)
raise RuntimeError('Expected all tensors to be on the same device, but got index is on cpu, different from other tensors on cuda:0 (when checking argument in method wrapper_CUDA__index_select)') => cpu and cuda:0
raise RuntimeError('Input and parameter tensors are not at the same device, found input tensor at cpu and parameter tensor at cuda:0') => cpu and cuda:0
nn.Linear(W, 2)(gru(days)[0]) => gru gives {H} numbers for each step | nn.Linear({H}, 2)
nn.Linear(B, 2)(gru(days)[0]) => has size {B}: perhaps its axes are in another order
F.cross_entropy(head(days.new_zeros(T * B, H)), wanted) => If wanted has steps and samples in the same order as head(days.new_zeros(T * B, H)): | wanted.flatten() | If wanted has them in the other order: | wanted.transpose(0, 1).flatten()
F.cross_entropy(head(cell(days[0])), wanted[:3, 0]) => scores for {B} items, and wanted[:3, 0] has 3
F.cross_entropy(head(cell(days[0])), wanted[0, 0]) => scores for {B} items
F.cross_entropy(head(cell(days[0, :1])), wanted[0, 0]) => wanted[0, 0].view(1)
F.cross_entropy(head(cell(days[0])), [1, 2]) => torch.tensor([1, 2])
F.cross_entropy(head(cell(days[0])).argmax(1), wanted[:, 0]) => before argmax
F.cross_entropy(head(cell(days[0])), torch.full((B, C), 2)) => reads it as probabilities | !.to(
letters(torch.tensor([-1])) => Negative numbers, for padding perhaps
letters(torch.tensor([0.5])) => with fractions
data = torch.utils.data.DataLoader([(days[:2, 0], 1), (days[:3, 0], 2)], batch_size=2) // next(iter(data)) => takes the pairs apart
data = torch.utils.data.DataLoader([days[:2, 0], days[:3, 0]], batch_size=2) // next(iter(data)) => collate_fn=lambda batch: nn.utils.rnn.pad_sequence(batch, batch_first=True)
rnn_utils.pack_padded_sequence(samples, [T] * B) => There are {B} lengths | If axis 0 counts your samples, say so: | batch_first=True)
rnn_utils.pack_padded_sequence(days, [0] * B) => A length is 0
rnn_utils.pack_padded_sequence(days, T) => Keep the lengths on the CPU
class Model(nn.Module): // ¬def __init__(self): // ¬¬super().__init__(); self.gru = nn.GRU(I, H) // ¬def forward(self, x): // ¬¬y, h = self.gru(x) // ¬¬return y, h // model = Model() // a, b, c = model(days) => model returns 2 values, y, h: | y, h = model(days)
class Model(nn.Module): // ¬def __init__(self): // ¬¬super().__init__(); self.gru = nn.GRU(I, H) // ¬def forward(self, x): // ¬¬y, h = self.gru(x) // ¬¬return y, h // model = Model() // made = model(days) // head(made) => model returns 2 values, y, h. Give each a name | y, h = model(days)
made, h = lstm_cell(days[0]), 0 // head(made) => lstm_cell returns several results | h, c = made
a, b, c = lstm_cell(days[0]) => is an nn.LSTMCell: it returns two states
a, b, c = one(days) => is an nn.RNN: it returns two results
one.weight_hh_l0.fill_(0) => with torch.no_grad():
one.weight_hh_l0 += 1 => with torch.no_grad():
gru.weights => -
gru.weight_ih => weight_ih_l0
gru.weight_oh_l0 => gru has no weight_oh_l0. Did you mean weight_ih_l0?
gru.weight_something => It has these: weight_ih_l0
nn.GRU(I, H, bias=False).bias_ih_l0 => bias=False
nn.Sequential(gru).load_state_dict(gru.state_dict()) => Put that name in front of each
cell.load_state_dict(one.state_dict()) => a cell has the same names without _l0
gru.load_state_dict(gru) => add .state_dict()
nn.GRU(I, H).load_state_dict(nn.GRU(I, H, bidirectional=True).state_dict()) => two directions
nn.GRU(I, H, bidirectional=True).load_state_dict(nn.GRU(I, H).state_dict()) => one direction
nn.GRU(I, H, bias=False).load_state_dict(nn.GRU(I, H).state_dict()) => have biases
nn.GRU(I, H).load_state_dict(nn.GRU(I, H, bias=False).state_dict()) => no biases
nn.GRU(I, H, 2).load_state_dict(nn.GRU(I, H).state_dict()) => fewer layers
from torch.nn import Lstm => Did you mean nn.LSTM?
h = zeros(B, H) // for x in days: // ¬h = cell(x, h) // ¬h[0] = 1 // h.sum().backward() => h[0] = 1 writes into h
for _ in 'ab': // ¬output, state = gru(days, state); loss = output.sum() // ¬loss.backward(); loss.backward(); state = state.detach() => these steps of gru | add them | !brings its history
for _ in 'ab': // ¬h = None; h = cell(days[0], h); h.sum().backward(); h.mean().backward() => these steps of cell | !brings its history
for _ in 'ab': output, h_n = lstm(days); output.sum().backward(); output.mean().backward() => these steps of lstm | !brings its history
h = zeros(B, H) // for day in days: h = gru_cell(day, h) // h.sum().backward(); h.sum().backward() => these steps of gru_cell | !brings its history
for _ in 'ab': y, h_n = gru(days, state); y.sum().backward(); state = h_n => state brings its history | state = state.detach()
for _ in 'ab': state = gru(days, state)[1]; state.sum().backward() => state brings its history
h = zeros(B, H) // for _ in 'ab': // ¬for day in days: h = cell(day, h) // ¬h.sum().backward() => h brings its history | truncated BPTT
square = nn.RNN(I, I) // for _ in 'ab': days = square(days)[0]; days.sum().backward() => days brings its history
vectors = letters(wanted.T) // for _ in 'ab': output, h_n = gru(vectors); output.sum().backward() => vectors was computed once
h = zeros(B, H); total = zeros(B, H) // for x in days: // ¬h = cell(x, h) // ¬h *= 0.5 // ¬total += h.detach() // h.sum().backward() => h *= 0.5 changes h in place
state = state + 0 // loss = net(days)[0].sum() // for _ in 'ab': loss.backward() => calling backward() once is enough | !(loss).backward()
"""


def snippets():
    """Every snippet of the table: (code, what the note must hold)."""
    for line in filter(None, TABLE.splitlines()):
        code, words = line.split(" => ")[:2]
        yield code.replace(" // ", "\n").replace("¬", "    "), {"-": "", "none": None}.get(words, words)

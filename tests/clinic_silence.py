"""Programs that are right, and errors that have nothing to do with RNNs or are none of the clinic's: no note for any."""

RIGHT = {
    "training": "optimizer = torch.optim.SGD(net.parameters(), 0.1)\nfor _ in range(3):\n    optimizer.zero_grad(); net(days)[0].mean().backward(); optimizer.step()",
    "carried and cut": "h = zeros(L, B, H)\nfor _ in range(3):\n    out, h = gru(days, h.detach()); out.mean().backward(); sgd(gru)",
    "carried by an LSTM": "hc = None\nfor _ in range(3):\n    out, hc = lstm(days, hc); out.mean().backward(); hc = tuple(s.detach() for s in hc)",
    "reset": "for _ in range(3):\n    h = zeros(B, H)\n    for x in days: h = cell(x, h)\n    h.sum().backward(); sgd(cell)",
    "both losses added": "out, h = net(days); (out.mean() + h.mean()).backward()",
    "a graph that is kept": "loss = one(days)[0].sum(); loss.backward(retain_graph=True); loss.backward()",
    "packing": "packed = rnn_utils.pack_padded_sequence(days, torch.full((B,), T)); out, _ = rnn_utils.pad_packed_sequence(lstm(packed)[0])",
    "packing unsorted": "lengths = torch.arange(B).clamp(1, T); gru(rnn_utils.pack_padded_sequence(days, lengths, enforce_sorted=False))",
    "two directions": "out, h = both(days); nn.Linear(2 * H, 1)(out); torch.cat([h[0], h[1]], 1)",
    "a generator": "def steps():\n    h = zeros(B, H)\n    for x in days:\n        h = gru_cell(x, h)\n        yield h\nlist(steps())",
    "other devices": "lstm.to('meta')(days.to('meta'))",
    "double": "gru.double()(days.double())",
    "unbatched": "one(days[:, 0], zeros(1, H)); lstm_cell(days[0, 0])",
    "batch first": "out, h = first(samples, zeros(1, B, H)); out[:, -1]",
    "a loss of a sequence": "F.cross_entropy(head(net(days)[0]).permute(1, 2, 0), wanted)",
    "a last smaller batch": "data = torch.utils.data.DataLoader(samples, batch_size=2)\nfor x in data: first(x, zeros(1, x.size(0), H))",
    "proj_size": "nn.LSTM(I, H, proj_size=2)(days, (zeros(1, B, 2), zeros(1, B, H)))",
    "weights by hand": "with torch.no_grad(): one.weight_hh_l0.copy_(torch.eye(H))",
    "a state dict": "nn.GRU(I, H, L).load_state_dict(gru.state_dict())",
    "embedding": "net(letters(wanted.T))",
    "truncated": "h = zeros(1, B, H)\nfor piece in days.split(2):\n    out, h = one(piece, h); out.sum().backward(); h = h.detach()",
}

UNRELATED = {
    "a division": "1 / 0",
    "a key": "{}['days']",
    "a name": "nothing",
    "an assertion": "assert days is None",
    "an import": "import nothing_of_this_name",
    "a file": "open('/nothing/of/this/name')",
    "a linear layer": "head(days)",
    "a linear layer's dtype": "nn.Linear(I, 1)(days.double())",
    "a convolution": "nn.Conv1d(3, 2, 2)(zeros(1, 4, 5))",
    "a norm": "nn.BatchNorm1d(3)(zeros(2, 4))",
    "attention": "nn.MultiheadAttention(5, 2)",
    "a sum of shapes": "zeros(3) + zeros(4)",
    "a view": "days.view(-1, 77)",
    "a product": "zeros(2, 3) @ zeros(2, 3)",
    "an index": "days[99]",
    "a tuple of another kind": "(days, state).shape",
    "days that are more than two": "one_day, two = days",
    "an attribute of an RNN": "net.hidden",
    "a method of a tensor": "days.nothing",
    "the second backward of something else": "loss = head(zeros(H)).sum(); loss.backward(); loss.backward()",
    "in place elsewhere": "w = torch.ones(3, requires_grad=True); y = w.exp(); y += 1; y.sum().backward()",
    "a leaf of one's own": "start = torch.zeros(B, H, requires_grad=True)\nstart += cell(days[0])",
    "a leaf that meets a weight": "start = torch.zeros(H, H, requires_grad=True)\nstart += one.weight_hh_l0",
    "a leaf's part": "start = torch.zeros(B, H, requires_grad=True)\nstart[0] = 1",
    "no history elsewhere": "for name in [n for n, v in globals().items() if isinstance(v, nn.Module)]: del globals()[name]\nzeros(3).sum().backward()",
    "a loss elsewhere": "for name in [n for n, v in globals().items() if isinstance(v, nn.Module)]: del globals()[name]\nF.cross_entropy(zeros(4, 5), zeros(4))",
    "an embedding elsewhere": "for name in [n for n, v in globals().items() if isinstance(v, nn.Module)]: del globals()[name]\nnn.Embedding(3, 2)(torch.tensor([5]))",
    "the message alone": "raise RuntimeError('input.size(-1) must be equal to input_size. Expected 3, got 6')",
    "a cell of one's own": "class RNNCell(nn.Module):\n    def __init__(self, size): pass\nRNNCell()",
    "an error inside of what is unpacked": "output, h = cell(torch.optim.Adam(cell.parameters(), betas=(0.9, 0.9, 0.9)).step())",
    "a comparison": "'relu' <= 1",
    "a module's own words": "class Odd(nn.Module):\n    def __init__(self): raise ValueError('dropout should be a number in range')\nOdd()",
    "another spelling": "nn.Nothing",
    "another module's spelling": "np.Rnn",
    "a weight of another size": "net.weight_ih_l0 = nn.Parameter(zeros(H, W)); net(days, state)",
    "a cell's weight of another size": "cell.weight_ih = nn.Parameter(zeros(H, W)); cell(days[0])",
    "a cell beyond all sizes": "nn.RNNCell(2**70, H)",
    "complex numbers": "net(days.to(torch.complex64))",
    "no text": "raise Nasty",
    "no notes": "raise Unnoted('Expected hidden size (1, 2, 3), got [3, 2, 1]')",
    "an interrupt": "raise KeyboardInterrupt",
    "an exit": "raise SystemExit",
    "a group": "raise ExceptionGroup('Expected hidden size', [ValueError('days')])",
    "syntax": "compile('net(', 'cell', 'exec')",
    "a property that raises": "class Odd(nn.Module):\n    @property\n    def state(self): raise ValueError\nodd = Odd(); {}['days']",
}


class Nasty(RuntimeError):
    def __str__(self):
        raise ValueError("no words")


class Unnoted(RuntimeError):
    def add_note(self, note):
        raise ValueError("no notes")

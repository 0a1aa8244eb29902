"""Inputs of learners that an earlier clinic got wrong, cell by cell, and what each note must say; {code} lines begin with "+"."""

SETUP = (
    "import torch\nfrom torch import nn\nfrom torch.utils.data import DataLoader, TensorDataset\nimport numpy as np\n"
)
TAGGER = """class Tagger(nn.Module):
    def __init__(self):
        super().__init__()
        self.rnn = nn.RNN(3, 5)
        self.state = torch.zeros(1, 2, 5)
    def forward(self, x):
        out, self.state = self.rnn(x, self.state)
        return out
tagger = Tagger()"""
NET = """class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.rnn = nn.RNN(3, 5, batch_first=True)
        self.state = torch.zeros(1, 4, 5)
    def forward(self, x):
        return self.rnn(x, self.state)[0]
net = Net()"""
MODEL = """class Model(nn.Module):
    def __init__(self):
        super().__init__()
        self.rnn = nn.RNN(3, 5); self.head = nn.Linear(5, 2)
    def forward(self, x, h=None):
        output, h = self.rnn(x, h)
        return self.head(output), h
model = Model(); days = torch.randn(7, 4, 3)"""

# (what it is, setup, the failing cells: (code, what the note must hold, "!" before what it must not hold))
FIELD = [
    ("A a state in an attribute", TAGGER, ("for step in range(2):\n    tagger(torch.randn(4, 2, 3)).sum().backward()",
        "tagger.state brings | add their losses up | tagger.state = tagger.state.detach() | !compute the loss anew")),
    ("A the last smaller batch", NET, ("for x in DataLoader(torch.randn(10, 7, 3), batch_size=4):\n    net(x)",
        "self.state should be | drop_last=True | self.rnn(x, torch.zeros(1, x.size(0), 5)) | !h_0")),
    ("B a leftover name", "rnn = nn.RNN(3, 5)\n_, hidden = rnn(torch.randn(4, 2, 3))\nout, _ = rnn(torch.randn(4, 2, 3))\nloss = out.mean(); loss.backward()",
        ("loss.backward()", "compute the loss again | !hidden")),
    ("B two losses", "rnn = nn.RNN(3, 5)\nout, h_n = rnn(torch.randn(4, 2, 3))\nevery_step = out.pow(2).mean()\nat_the_end = h_n.abs().mean()",
        ("every_step.backward()\nat_the_end.backward()", "(every_step + at_the_end).backward() | !detach")),
    ("C added in place", "cell = nn.RNNCell(3, 5); h = torch.zeros(2, 5)",
        ("for x in torch.randn(4, 2, 3):\n    h = cell(x, h)\n    h += 0.1\nh.sum().backward()", "h += 0.1 changes h in place | h = h + 0.1 | !retain_graph | !detach")),
    ("C written into slots", "low = nn.RNNCell(3, 5); high = nn.RNNCell(5, 5); h = torch.zeros(2, 1, 5)",
        ("for x in torch.randn(4, 1, 3):\n    h[0] = low(x, h[0])\n    h[1] = high(h[0], h[1])\nh.sum().backward()", "h[0] = low(x, h[0]) writes into h | list | !detach")),
    ("D a batch of two", "rnn = nn.RNN(3, 5, batch_first=True)\nloader = DataLoader(TensorDataset(torch.randn(8, 7, 3), torch.randint(2, (8,))), batch_size=4)",
        ("for batch in loader:\n    output, h_n = rnn(batch)", "batch is a list of 2 | labels | for x, y in loader: | !h_n that nn.RNN returns")),
    ("D a batch of one", "rnn = nn.RNN(3, 5, batch_first=True)",
        ("for batch in DataLoader(TensorDataset(torch.randn(8, 7, 3)), batch_size=4):\n    output, h_n = rnn(batch)", "list with one tensor | for (x,) in DataLoader | !torch.stack")),
    ("E names of others", 'x = torch.randn(3); h_0 = torch.ones(9)\nnet = nn.RNN(3, 5, batch_first=True)\nbatch = {"seq": torch.randn(4, 7, 3), "start": torch.zeros(1, 1, 5)}',
        ('net(batch["seq"], batch["start"])', 'batch["start"] should be | batch["start"].expand(-1, batch["seq"].size(0), -1) | !h_0 |!of x'),
        ('net(batch["seq"].double())', 'net(batch["seq"].double().to(torch.float32)) | !x = x')),
    ("F a list of states", "net = nn.RNN(3, 5, 2); days = torch.randn(7, 4, 3)\nstates = [torch.zeros(4, 5), torch.zeros(4, 5)]",
        ("net(days, states)", "one for each layer | net(days, torch.stack(states)) | !tuple"),
        ("nn.RNNCell(3, 5)(days[0], [torch.zeros(4, 5)])", "a list with one tensor | !comma | !tuple")),
    ("G an output for a state", "net = nn.RNN(3, 5); days = torch.randn(7, 4, 3)\nout, last = net(days)",
        ("net(days, out)", "(seq_len 7, batch 4, hidden_size 5) | second result | net(days, last)")),
    ("G an RNN used as a cell", "net = nn.RNN(3, 5); days = torch.randn(7, 4, 3); h = torch.zeros(4, 5)",
        ("for step in days:\n    out, h = net(step, h)", "(4, 3), and h, (4, 5) | nn.RNNCell(3, 5) | net(days, h.unsqueeze(0))")),
    ("H backward at every step", "cell = nn.RNNCell(4, 4); criterion = nn.CrossEntropyLoss(); h = torch.zeros(1, 4)\nletters = torch.eye(4).view(4, 1, 4); answers = torch.tensor([[1], [2], [3], [0]])",
        ("for x, y in zip(letters, answers):\n    h = cell(x, h)\n    loss = criterion(h, y)\n    loss.backward()", "add their losses up and call backward() once, after the last step | nothing would be learned")),
    ("I NumPy's whole number", "size = np.array([3, 5]).max()", ("nn.RNN(3, size)", "a whole number, but NumPy's (int64) | int(...)")),
    ("J the loss of a sequence", "rnn = nn.RNN(3, 5, batch_first=True); head = nn.Linear(5, 4); wanted = torch.randint(4, (2, 7))\noutput, _ = rnn(torch.randn(2, 7, 3)); logits = head(output)",
        ("nn.functional.cross_entropy(logits, wanted)", "nn.functional.cross_entropy(logits.flatten(0, 1), wanted.flatten())")),
    ("J the loss of one letter", "cell = nn.RNNCell(3, 4); wanted = torch.tensor([1, 3, 0])\nh = cell(torch.randn(1, 3))",
        ("nn.CrossEntropyLoss()(h, wanted[0])", "without an axis | wanted[0].view(1)")),
    ("J the head after two directions", "rnn = nn.RNN(3, 5, bidirectional=True); head = nn.Linear(5, 2)\noutput, h_n = rnn(torch.randn(7, 4, 3))",
        ("head(output[-1])", "2 * hidden_size | head = nn.Linear(10, 2)")),
    ("K a model returns two", MODEL, ("logits = model(days)\nlogits.argmax(-1)", "model returns 2 values, ..., h | logits, h = model(days)"),
        ("nn.functional.cross_entropy(model(days), torch.zeros(4, dtype=torch.int64))", "model returns 2 values")),
    ("K an LSTM's habit", "rnn = nn.RNN(3, 5); days = torch.randn(7, 4, 3)",
        ("output, (h, c) = rnn(days)", "has one state | Only nn.LSTM returns (h_n, c_n) | output, h = rnn(days)"),
        ("output, h, c = rnn(days)", "output, h = rnn(days)")),
    ("L names of weights", "rnn = nn.RNN(3, 5); cell = nn.RNNCell(3, 5)",
        ("rnn.weight_ih", "weight_ih_l0 is layer 0"), ("cell.weight_ih_l0", "no _l0: weight_ih")),
    ("L without .T", "cell = nn.RNNCell(3, 5); x = torch.randn(4, 3); h = torch.zeros(4, 5)",
        ("torch.tanh(x @ cell.weight_ih + cell.bias_ih + h @ cell.weight_hh + cell.bias_hh)", "x @ cell.weight_ih.T + cell.bias_ih + h @ cell.weight_hh.T")),
    ("M backward of many numbers", "rnn = nn.RNN(3, 5)\noutput, h_n = rnn(torch.randn(7, 4, 3))",
        ("output.backward()", "one number | (7, 4, 5) | output.sum().backward()")),
    ("N forward called", "rnn = nn.RNN(3, 5)", ("rnn.forward(torch.zeros(7, 4, 6))", "input_size 3, and gets 6")),
    ("O packed sequences", "rnn = nn.RNN(3, 5); head = nn.Linear(5, 1)\ngood = nn.utils.rnn.pack_sequence([torch.randn(4, 3), torch.randn(2, 3)])",
        ("rnn(nn.utils.rnn.pack_sequence([torch.randn(4, 6)]))", "input_size 3, and gets 6 | rnn = nn.RNN(6, 5)"),
        ("rnn(good, torch.zeros(2, 5))", "torch.zeros(2, 5).unsqueeze(0)"), ("head(rnn(good)[0])", "pad_packed_sequence")),
    ("O other lengths", "rnn = nn.RNN(3, 5, batch_first=True)\ndays = [torch.randn(5, 3), torch.randn(3, 3)]",
        ("rnn(days)", "different lengths | pad_sequence(days, batch_first=True)"),
        ("next(iter(DataLoader(days, batch_size=2)))", "5 and 3 steps | collate_fn=lambda batch: nn.utils.rnn.pad_sequence(batch, batch_first=True)")),
    ("P the class's spelling", "", ("nn.Rnn(3, 5)", "Did you mean nn.RNN?"), ("nn.RnnCell(3, 5)", "Did you mean nn.RNNCell?")),
]  # fmt: skip

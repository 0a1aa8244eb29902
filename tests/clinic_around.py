"""More errors of learners, in the form of `clinic_cases`: what stands around an RNN."""

TABLE = r"""
J
! made = F.cross_entropy(head(net(days)[0]), wanted)
+ made = F.cross_entropy(head(net(days)[0]).flatten(0, 1), wanted.transpose(0, 1).flatten())
= made = F.cross_entropy(head(net(days)[0]).permute(1, 2, 0), wanted)
? the classes on axis 1
J scores = head(lstm(days)[0]).reshape(-1, C)
! made = nn.CrossEntropyLoss()(scores, wanted)
+ made = nn.CrossEntropyLoss()(scores, wanted.transpose(0, 1).flatten())
= made = F.cross_entropy(scores, wanted.T.reshape(-1))
? in the same order
J many = nn.GRU(I, H, batch_first=True); label = wanted[:, 0]
! made = F.cross_entropy(head(many(samples)[0]), label)
+ made = F.cross_entropy(head(many(samples)[0])[:, -1], label)
= made = F.cross_entropy(head(many(samples)[1][0]), label)
? one class for each sample | If axis 0 of head(many(samples)[0]) counts your samples, judge the last step alone
J steps = samples[:3, :3]; answers = wanted[:3, :3]
! made = F.cross_entropy(head(net(steps)[0]), answers)
+ made = F.cross_entropy(head(net(steps)[0]).flatten(0, 1), answers.transpose(0, 1).flatten())
= made = F.cross_entropy(head(net(steps)[0]).permute(1, 2, 0), answers)
? the classes on axis 1 | If answers has steps and samples in the same order as head(net(steps)[0]): | If answers has them in the other order:
J steps = samples[:3, :3]; answers = wanted[:3, :3].T
! made = F.cross_entropy(head(net(steps)[0]), answers)
+ made = F.cross_entropy(head(net(steps)[0]).flatten(0, 1), answers.flatten())
= made = F.cross_entropy(head(net(steps)[0]).transpose(1, 2), answers)
? If answers has steps and samples in the same order as head(net(steps)[0]): | If answers has them in the other order:
J scores = head(lstm(days[:3, :3])[0]).view(9, -1); answers = wanted[:3, :3]
! made = nn.CrossEntropyLoss()(scores, answers)
+ made = nn.CrossEntropyLoss()(scores, answers.transpose(0, 1).flatten())
= made = F.cross_entropy(scores.view(3, 3, -1).permute(1, 2, 0), answers)
? If answers has steps and samples in the same order as scores: | If answers has them in the other order:
J scores = head(lstm(days[:3, :3])[0]).view(9, -1); answers = wanted[:3, :3].T
! made = nn.CrossEntropyLoss()(scores, answers)
+ made = nn.CrossEntropyLoss()(scores, answers.flatten())
= made = F.cross_entropy(scores.view(3, 3, -1).transpose(1, 2), answers)
? If answers has steps and samples in the same order as scores: | If answers has them in the other order:
J steps = samples[:3, :3]; label = wanted[:3, 0]
! made = F.cross_entropy(head(one(steps)[0]), label)
+ made = F.cross_entropy(head(one(steps)[0])[-1], label)
= made = F.cross_entropy(head(one(steps)[1][0]), label)
? If axis 0 of head(one(steps)[0]) counts your samples | If axis 1 of head(one(steps)[0]) counts your samples
J letter = wanted[0]
! made = F.cross_entropy(head(one(days[:, :1])[0]), letter)
+ made = F.cross_entropy(head(one(days[:, :1])[0]).squeeze(1), letter)
= made = F.cross_entropy(head(one(days[:, 0])[0]), letter)
? Axis 1 of head(one(days[:, :1])[0]), ({T}, 1, {C}), has size 1
J top = nn.Linear(H, C); reader = nn.GRU(I, H, bidirectional=True); output, _ = reader(days); torch.manual_seed(3)
! top(output)
+ top = nn.Linear({H2}, {C})
= torch.manual_seed(3); top = nn.Linear(2 * H, C); made = top(output)
~ {code}
~ made = top(output)
? reader is bidirectional
J wide = nn.Linear(T * H, C); output, _ = gru(days)
! made = wide(output)
+ made = wide(output.transpose(0, 1).flatten(1))
= made = wide(torch.stack([sample.reshape(-1) for sample in output.unbind(1)]))
? If axis 1 of output counts your samples
J scores = head(cell(days[0]))
! made = nn.CrossEntropyLoss(scores, wanted[:, 0])
+ made = nn.CrossEntropyLoss()(scores, wanted[:, 0])
= made = F.cross_entropy(scores, wanted[:, 0])
? built first, with empty brackets
J scores = head(cell(days[0]))
! made = F.cross_entropy(scores, wanted[:, 0].float())
+ made = F.cross_entropy(scores, wanted[:, 0].float().long())
= made = F.cross_entropy(scores, wanted[:, 0])
? torch.float32, and class numbers must be torch.int64
J scores = head(cell(days[0]))
! made = F.cross_entropy(scores, F.one_hot(wanted[:, 0], C))
+ made = F.cross_entropy(scores, F.one_hot(wanted[:, 0], C).argmax(1))
= made = F.cross_entropy(scores, wanted[:, 0])
? is one-hot
J scores = head(cell(days[0]))
! made = F.cross_entropy(scores, wanted[:, :1])
+ made = F.cross_entropy(scores, wanted[:, :1].squeeze(1))
= made = F.cross_entropy(scores, wanted[:, 0])
? one axis too many
J scores = head(cell(days[0])); labels = torch.arange(B) * 0 + C
! made = F.cross_entropy(scores, labels)
? labels holds {C} | the head needs {C1} outputs | subtract 1
J scores = head(cell(days[0])); labels = torch.arange(B) * 0 - 1
! made = F.cross_entropy(scores, labels)
? ignore_index=-1
J scores = head(cell(days[0])); temperatures = torch.rand(B) + 0.1
! made = F.cross_entropy(scores, temperatures)
? measurements, not classes
J criterion = nn.CrossEntropyLoss()
! criterion(head(cell(days[0])))
? criterion(scores, targets)
J x = torch.full((T, B), C)
! made = net(letters(x))
+ letters = nn.Embedding({C1}, {I})
? letters | 0 to {most} | x holds {C}
J x = wanted.T.float()
! made = net(letters(x))
+ made = net(letters(x.long()))
= made = net(letters(wanted.T))
? looks up whole numbers
J
! made = net(letters([1, 0, 2]))
+ made = net(letters(torch.tensor([1, 0, 2])))
= made = net(letters(torch.tensor([1, 0, 2])))
? takes a tensor of whole numbers
K out = lstm(days)
! made = head(out)
+ output, (h_n, c_n) = out
= output, _ = lstm(days); made = head(output)
~ {code}
~ made = head(output)
? out is not one tensor: lstm returns several results
K small = nn.GRU(I, H)
! made, (h, c) = small(days)
+ made, h = small(days)
= made, h = small(days)
? small is an nn.GRU | has one state
K
! made, h, c = lstm(days)
+ made, (h, c) = lstm(days)
= made, (h, c) = lstm(days)
? pair of its states, in brackets
K
! made, h = gru_cell(days[0])
+ h = gru_cell(days[0])
= made = gru_cell(days[0])
~ {code}
~ made = h
? it returns one tensor
K output, hidden = lstm(days)
! made = hidden.mean()
= made = hidden[0].mean()
~ made = hidden[0].mean()
? hidden is the pair (h_n, c_n) | hidden[0]
K chain = nn.Sequential(gru, head)
! made = chain(days)
= made = head(gru(days)[0])
~ made = head(gru(days)[0])
? nn.Sequential passes on the whole tuple
K done = net(days)
! made = done[:, -1]
+ output, h_n = done
= made = net(days)[0][:, -1]
~ {code}
~ made = output[:, -1]
? net returns several results
K
! result = gru(days); made = result[:, -1]
+ output, h_n = gru(days)
= made = gru(days)[0][:, -1]
~ {code}
~ made = output[:, -1]
? result is not one tensor
L
! made = lstm.weight_hh
+ made = lstm.weight_hh_l0
= made = lstm.weight_hh_l0
? weight_hh_l0 is layer 0
L
! made = gru_cell.bias_ih_l0
+ made = gru_cell.bias_ih
= made = gru_cell.bias_ih
? its names have no _l0
L h = zeros(B, H); one.weight_hh_l0.data += 1
! made = torch.tanh(days[0] @ one.weight_ih_l0 + h @ one.weight_hh_l0)
+ made = torch.tanh(days[0] @ one.weight_ih_l0.T + h @ one.weight_hh_l0.T)
= made = torch.tanh(F.linear(days[0], one.weight_ih_l0) + F.linear(h, one.weight_hh_l0))
? a row for each unit | one.weight_hh_l0 needs the same
L weights = nn.GRUCell(I, H).state_dict(); plain = nn.GRU(I, H)
! plain.load_state_dict(weights)
+ plain.load_state_dict({{name + "_l0": weight for name, weight in weights.items()}})
= made = [weights[name] for name in ("weight_ih", "weight_hh", "bias_ih", "bias_hh")]
~ {code}
~ made = [w.data for w in plain.parameters()]
? Add _l0 to each name
L stored = {"module." + name: weight * 2 for name, weight in lstm.state_dict().items()}
! lstm.load_state_dict(stored)
+ lstm.load_state_dict({{name.split(".", 1)[-1]: weight for name, weight in stored.items()}})
= made = [stored["module." + name] for name, _ in lstm.named_parameters()]
~ {code}
~ made = [w.data for w in lstm.parameters()]
? begin with the name of the model
L
! gru.load_state_dict(nn.GRU(I, W, L).state_dict())
? ({W3}, {I}) in the stored weights
L
! lstm.load_state_dict(nn.LSTM(I, H, L + 1).state_dict())
? more layers than lstm
L
! one.weight_hh_l0[0] = 1
+ with torch.no_grad():
+     one.weight_hh_l0[0] = 1
= one.weight_hh_l0.data[0] = 1; made = one(days)
~ {code}
~ made = one(days)
? does not let you change them in place
L
! gru_cell.weight_hh = zeros(3 * H, H)
+ gru_cell.weight_hh = nn.Parameter(zeros(3 * H, H))
= gru_cell.weight_hh.data.zero_(); made = gru_cell(days[0])
~ {code}
~ made = gru_cell(days[0])
? is a parameter
M made = lstm(days)[0]
! made.backward()
+ made.sum().backward()
= made = lstm(days)[0]; made.sum().backward(); made = ()
~ {code}
~ made = ()
? starts from one number | ({T}, {B}, {H})
M
! gru(days)[0].mean(0).backward()
+ gru(days)[0].mean(0).sum().backward()
= gru(days)[0].mean(0).sum().backward()
? starts from one number
M chosen = head(lstm(days)[0]).argmax(-1).float().mean()
! chosen.backward()
? chosen depends on no weights | argmax | Print requires_grad
M loss = gru(days)[0].sum().item()
! loss.backward()
? plain number | .item()
M frozen = [w.requires_grad_(False) for m in (net, lstm, gru, one, first, both, cell, lstm_cell, gru_cell) for w in m.parameters()]
! net(days)[0].sum().backward()
? requires_grad is False for all
N
! made = gru.forward(days, state.transpose(0, 1))
+ made = gru.forward(days, state.transpose(0, 1).transpose(0, 1).contiguous())
= made = gru(days, state)
? gru reads days as (seq_len {T}, batch {B}, input_size {I})
N
! made = lstm.forward(days.double())
+ made = lstm.forward(days.double().to(torch.float32))
= made = lstm(days)
? days.double() is torch.float64
N
! made = lstm_cell.forward(days[0], (state[0].double(), state[1]))
+ made = lstm_cell.forward(days[0], (state[0].double().to(torch.float32), state[1]))
= made = lstm_cell(days[0], (state[0], state[1]))
? state[0].double() is torch.float64
O seqs = [days[:, 0], days[:2, 1]]; packed = rnn_utils.pack_sequence(seqs, enforce_sorted=False); h = zeros(2, H); single = nn.GRU(I, H)
! made = single(packed, h)
+ made = single(packed, h.unsqueeze(0))
= made = single(packed)
? a packed batch of 2
O packed = rnn_utils.pack_sequence([days[:, 0]])
! made = head(gru(packed)[0])
+ made = head(nn.utils.rnn.pad_packed_sequence(gru(packed)[0])[0])
= made = head(gru(days[:, :1])[0])
? a packed sequence, not a tensor
O seqs = [days[:, 0], days[:2, 1]]; reader = nn.GRU(I, H, batch_first=True)
! made = reader(seqs)[0][0]
+ made = reader(nn.utils.rnn.pad_sequence(seqs, batch_first=True))[0][0]
= made = reader(days[:, 0])[0]
? different lengths | pack_padded_sequence
O seqs = list(samples)
! made = lstm(seqs)
+ made = lstm(torch.stack(seqs, dim=1))
= made = lstm(samples.transpose(0, 1))
? If each of them is one sample | If each of them is one time step
O seqs = [days[:, 0], days[:2, 1]]
! made = torch.stack(seqs)
+ made = nn.utils.rnn.pad_sequence(seqs, batch_first=True)
= made = rnn_utils.pad_sequence(seqs).transpose(0, 1)
? different lengths, {T} and 2 steps
O lengths = torch.arange(1, B + 1).clamp(max=T)
! made = gru(rnn_utils.pack_padded_sequence(days, lengths))[1]
+ made = gru(rnn_utils.pack_padded_sequence(days, lengths, enforce_sorted=False))[1]
= made = torch.cat([gru(days[:length, i : i + 1])[1] for i, length in enumerate(lengths.tolist())], 1)
? not in descending order
O packed = rnn_utils.pack_sequence([days[:, 0].double()])
! made = net(packed)
+ made = net(packed.to(torch.float32))
= made = net(days[:, :1])[0][:, 0], net(days[:, :1])[1]
? packed is torch.float64
P
! nn.Lstm(I, H)
? Did you mean nn.LSTM?
P
! nn.GruCell(I, H)
? Did you mean nn.GRUCell?
P
! nn.utils.pack_padded_sequence
? Did you mean nn.utils.rnn.pack_padded_sequence?
P
! nn.BiLSTM(I, H)
? nn.LSTM with bidirectional=True
P
! made = gru[days]
+ made = gru(days)
= made = gru(days)
? round brackets
P
! nn.LSTM[I, H]
+ nn.LSTM(I, H)
? round brackets
P
! nn.GRU(days)
? built with sizes
"""

"""Errors of learners, kind by kind: what they wrote, what the note must say, and what a right program is.

A case begins with its kind and a setup; "!" is what fails, "+" the code that the note must give, line by line (of two
alternatives the one that is right here), "=" the right program, "?" words that the note must hold. Sizes stand as
single letters in the code and in braces in words. Without "+" the note has words alone for this case, and the right
program shows that they lead to one. Programs are compared by what they leave in `made`, and by their gradients.
"""

TABLE = r"""
A model = nn.Module(); model.lstm = lstm; model.past = (zeros(L, B, H), zeros(L, B, H))
! for part in (days, days):
!     output, model.past = model.lstm(part, model.past)
!     output.sum().backward()
+ model.past = tuple(part.detach() for part in model.past)
= for part in (days, days):
=     output, model.past = model.lstm(part, model.past)
=     output.sum().backward()
=     model.past = tuple(part.detach() for part in model.past)
~ for part in (days, days):
~     output, model.past = model.lstm(part, model.past)
~     output.sum().backward()
~     {code}
? model.past brings its history | steps of lstm | steps of one sequence | truncated BPTT
A memory = {"h": torch.zeros(B, H)}
! for x in days:
!     memory["h"] = gru_cell(x, memory["h"])
!     memory["h"].mean().backward()
= h = zeros(B, H); total = 0
= for x in days:
=     h = gru_cell(x, h); total = total + h.mean()
= total.backward()
~ total = 0
~ for x in days:
~     memory["h"] = gru_cell(x, memory["h"]); total = total + memory["h"].mean()
~ total.backward()
+ memory["h"] = memory["h"].detach()
? memory["h"] brings its history | add their losses up and call backward() once
A kept = [zeros(1, B, H)]; last = samples[:B - 1]
! made = first(last, kept[0])
+ made = first(last, torch.zeros(1, last.size(0), {H}))
= made = first(last)
? kept[0] should be (num_layers 1, batch {B1}, hidden_size {H}) | drop_last=True | If axis 0 of last counts your samples
A keeper = nn.Module(); keeper.register_buffer("start", torch.randn(B, 1, H)); right = keeper.start.transpose(0, 1)
! made = one(days, keeper.start)
+ made = one(days, keeper.start.transpose(0, 1).contiguous())
= made = one(days, right)
? keeper.start should be (num_layers 1, batch {B}, hidden_size {H}) | h_0 and h_n never move
B out, hidden = gru(days); hidden.sum().backward(); spare = gru(days)[1]; loss = lstm(days)[0].mean(); loss.backward()
! loss.backward()
? calling backward() once is enough | these steps of lstm
B out, h_n = lstm(days); step_loss = out.pow(2).mean(); end_loss = h_n[0].abs().mean()
! step_loss.backward()
! end_loss.backward()
+ (step_loss + end_loss).backward()
= (step_loss + end_loss).backward()
? add them and call backward() once | steps of lstm
B old = cell(days[0])
! h = cell(days[0]); first_loss = h.sum(); second_loss = h.mean(); first_loss.backward(); second_loss.backward()
+ (first_loss + second_loss).backward()
= h = cell(days[0]); (h.sum() + h.mean()).backward()
~ h = cell(days[0]); first_loss = h.sum(); second_loss = h.mean(); {code}
? add them
C h = zeros(B, H)
! for x in days:
!     h = cell(x, h)
!     h *= 0.5
! h.sum().backward()
+ h = h * 0.5
= h = zeros(B, H)
= for x in days: h = cell(x, h) * 0.5
= h.sum().backward()
~ for x in days:
~     h = cell(x, h)
~     {code}
~ h.sum().backward()
? h *= 0.5 changes h in place
C h = zeros(B, H)
! for x in days:
!     h = cell(x, h)
!     h.clamp_(-0.5, 0.5)
! h.sum().backward()
+ h = h.clamp(-0.5, 0.5)
= h = zeros(B, H)
= for x in days: h = torch.clamp(cell(x, h), -0.5, 0.5)
= h.sum().backward()
~ for x in days:
~     h = cell(x, h)
~     {code}
~ h.sum().backward()
? h.clamp_(-0.5, 0.5) changes h in place
C square = nn.RNNCell(H, H); inputs = zeros(T, H, H); h = zeros(H, H)
! for x in inputs:
!     h = square(x, h)
!     h += 0.1
! h.sum().backward()
+ h = h + 0.1
= h = zeros(H, H)
= for x in inputs: h = square(x, h) + 0.1
= h.sum().backward()
~ for x in inputs:
~     h = square(x, h)
~     {code}
~ h.sum().backward()
? h += 0.1 changes h in place
C slots = zeros(2, B, H); up = nn.RNNCell(H, H)
! for x in days:
!     slots[0] = cell(x, slots[0])
!     slots[1] = up(slots[0], slots[1])
! slots.sum().backward()
= low, high = zeros(B, H), zeros(B, H)
= for x in days:
=     low = cell(x, low); high = up(low, high)
= (low.sum() + high.sum()).backward()
~ slots = list(slots)
~ for x in days:
~     slots[0] = cell(x, slots[0])
~     slots[1] = up(slots[0], slots[1])
~ torch.stack(slots).sum().backward()
? slots[0] = cell(x, slots[0]) writes into slots | list | torch.stack
C state = zeros(L, B, H)
! for part in (days, days):
!     output, state = gru(part, state)
!     output.sum().backward(retain_graph=True); sgd(gru)
+ state = state.detach()
? The weights of gru were changed after these steps | optimizer.step() | steps of one sequence
D loader = torch.utils.data.DataLoader(torch.utils.data.TensorDataset(samples, wanted), batch_size=B); long = nn.GRU(I, H, batch_first=True)
! for pair in loader:
!     made = long(pair)
+ for x, y in loader:
+     made = long(x)
= made = long(samples)
? pair is a list of 2 | reads them as (batch {B}, seq_len {T}, input_size {I})
D batch = (samples, wanted); reader = nn.LSTM(I, H, batch_first=True)
! made = reader(batch)
+ made = reader(batch[0])
= made = reader(samples)
? batch is a tuple of 2 | inputs first, then labels
D batch = [samples]
! made = first(batch)
+ made = first(batch[0])
= made = first(samples)
? batch is a list with one tensor inside
E x = torch.ones(3); h_0 = torch.ones(9); things = {"in": days, "h": torch.randn(B, L, H)}; right = things["h"].transpose(0, 1)
! made = lstm(things["in"], (things["h"], things["h"]))
+ made = lstm(things["in"], (things["h"].transpose(0, 1).contiguous(), things["h"].transpose(0, 1).contiguous()))
= made = lstm(days, (right, right))
? things["h"] should be (num_layers {L}, batch {B}, hidden_size {H})
E x = 1; h = torch.ones(9); inner = days
! made = gru(inner.double() * 2)
+ made = gru((inner.double() * 2).to(torch.float32))
= made = gru(days * 2)
? inner.double() * 2 is torch.float64 | reads the input as (seq_len {T}, batch {B}, input_size {I})
E x = h_0 = 7; parts = [0, days.transpose(1, 2)]
! made = net(parts[1], state)
+ made = net(parts[1].transpose(1, 2), state)
= made = net(days, state)
? The last axis of parts[1], ({T}, {I}, {B})
F states = [torch.randn(B, H) for _ in range(L)]
! made = gru(days, states)
+ made = gru(days, torch.stack(states))
= made = gru(days, torch.stack(states))
? states is a list of {L} states, one for each layer
F
! made = gru_cell(days[0], (state[0],))
+ made = gru_cell(days[0], state[0])
= made = gru_cell(days[0], state[0])
? a tuple with one tensor inside
F pair = (state, zeros(L, B, H))
! made = gru(days, pair)
+ made = gru(days, pair[0])
= made = gru(days, state)
? pair is a tuple of two tensors, like the (h_0, c_0) of nn.LSTM
F c = torch.zeros(L, B, H)
! made = lstm(days, state, c)
+ made = lstm(days, (state, c))
= made = lstm(days, (state, c))
? its two states as one pair
F
! made = lstm(days, state)
+ made = lstm(days, (state, torch.zeros_like(state)))
= made = lstm(days, (state, zeros(L, B, H)))
? two states, the pair (h_0, c_0)
G output, last = gru(days)
! made = gru(days, output)
+ made = gru(days, last)
= made = gru(days, last)
? output has the shape of an output, (seq_len {T}, batch {B}, hidden_size {H})
G
! made = gru(state, days)
+ made = gru(days, state)
= made = gru(days, state)
? Swap them; the input comes first
G h = zeros(B, H); single = nn.GRU(I, H)
! for day in days:
!     made, h = single(day, h)
+ made, h = single(days, h.unsqueeze(0))
= made, h = single(days, zeros(1, B, H))
? which is what nn.GRUCell({I}, {H}) takes
G step = state[0]
! made = cell(step, days[0])
+ made = cell(days[0], step)
= made = cell(days[0], state[0])
? Swap them; the input comes first
H h = zeros(B, H); c = zeros(B, H)
! for x in days:
!     h, c = lstm_cell(x, (h, c))
!     h.sum().backward()
+ h, c = h.detach(), c.detach()
= h = c = zeros(B, H); total = 0
= for x in days:
=     h, c = lstm_cell(x, (h, c)); total = total + h.sum()
= total.backward()
~ total = 0
~ for x in days:
~     h, c = lstm_cell(x, (h, c)); total = total + h.sum()
~ total.backward()
? (h, c) brings its history | add their losses up and call backward() once | With the history cut off, nothing would be learned
H start = nn.Linear(H, H)(zeros(B, H))
! for day in days:
!     h = cell(day, start); h.sum().backward()
= total = 0
= for day in days: total = total + cell(day, start).sum()
= total.backward()
~ total = 0
~ for day in days: total = total + cell(day, start).sum()
~ total.backward()
? start was computed once | Compute start again
H h = zeros(1, B, H)
! output, h = one(days[:2], h); output.sum().backward(); output, h = one(days[2:], h); output.sum().backward()
+ h = h.detach()
= early, h = one(days[:2], zeros(1, B, H)); late, h = one(days[2:], h); (early.sum() + late.sum()).backward()
~ early, h = one(days[:2], zeros(1, B, H)); late, h = one(days[2:], h); (early.sum() + late.sum()).backward()
? h brings its history | steps of one sequence
I size = np.int64(H)
! made = nn.LSTM(I, size)
+ nn.LSTM({I}, {H})
? a whole number, but NumPy's (int64)
I
! made = nn.GRU(I, H, L / 1)
+ nn.GRU({I}, {H}, num_layers={L})
? must be a whole number
I days = days.round().long() * 0 - 1
! made = lstm(days)
+ made = lstm(days.to(torch.float32))
= made = lstm(days.float())
? whole numbers | one-hot
"""


def cases(*tables):
    """Every case of a table as a dict: kind, setup, fails, code, right, done, words."""
    found = []
    for line in filter(None, "\n".join(tables).splitlines()):
        mark, text = line[0], line[2:]
        if mark in "!+=~?":
            found[-1][mark] = f"{found[-1][mark]}\n{text}".strip("\n")
        else:
            found.append({"kind": mark, "setup": text} | dict.fromkeys("!+=~?", ""))
    return found

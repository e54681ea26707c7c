"""Reference values of PyTorch for OutputTests.
usage: outputs.py > outputs.json
An LSTM whose last state, joined to two numbers of the whole sequence, is read by three linear layers: two predict a class and one a number. Targets are missing here
and there (-1, null); the classes of one output count differently; the outputs count 1, 0.5 and 2. Single precision, one thread; weights in our layout, one bias a gate."""
import json, math
import torch, torch.nn as nn, torch.nn.functional as F

torch.manual_seed(12)
torch.set_num_threads(1)

def flat(t): return [float(f"{v:.9g}") for v in t.detach().flatten().tolist()]

hidden, lengths, weights = 7, [4, 4, 1, 3, 4, 2, 3, 1], [1.0, 0.5, 2.0]
embedding, lstm = nn.Embedding(5, 3), nn.LSTM(3, hidden, batch_first=True)
action, bought, spent = nn.Linear(hidden + 2, 4), nn.Linear(hidden + 2, 2), nn.Linear(hidden + 2, 1)
with torch.no_grad(): lstm.bias_hh_l0.zero_()
codes = torch.randint(0, 5, (sum(lengths),))
codes[lengths[0]:2 * lengths[0]] = codes[:lengths[0]]  # the same events, but for what is known of the whole sequence
side, class_weights = torch.randn(len(lengths), 2), torch.tensor([0.5, 2.0, 1.0, 0.25])
actions = torch.tensor([0, 3, -1, 2, 1, -1, 0, 3])
boughts = torch.tensor([-1, 1, 0, -1, 1, 0, -1, -1])
spends = torch.tensor([0.5, math.nan, -1.25, 2.0, math.nan, 0.75, math.nan, -0.5])

states, first = [], 0
for n in lengths:
    states.append(lstm(embedding(codes[first:first + n])[None])[0][0, -1])
    first += n
x, known = torch.cat([torch.stack(states), side], 1), ~spends.isnan()
losses = [
    F.cross_entropy(action(x), actions, weight=class_weights, ignore_index=-1), F.cross_entropy(bought(x), boughts, ignore_index=-1),
    F.mse_loss(spent(x)[known, 0], spends[known])]
loss = sum(w * l for w, l in zip(weights, losses))
loss.backward()
tensors = {"layer0.input": lstm.weight_ih_l0, "layer0.recurrent": lstm.weight_hh_l0, "layer0.bias": lstm.bias_ih_l0}
for name, layer in [("action", action), ("bought", bought), ("spent", spent)]: tensors |= {f"head.{name}.weight": layer.weight, f"head.{name}.bias": layer.bias}
tensors["embedding"] = embedding.weight
def ours(name, t): return t.T if name.endswith(("weight", "input", "recurrent")) else t
print(json.dumps({
    "hidden": hidden, "lengths": lengths, "codes": codes.tolist(), "side": flat(side), "weights": weights, "classWeights": flat(class_weights),
    "actions": actions.tolist(), "boughts": boughts.tolist(), "spends": [None if v != v else v for v in spends.tolist()],
    "loss": loss.item(), "losses": [l.item() for l in losses],
    "predictions": [flat(F.softmax(action(x), 1)), flat(F.softmax(bought(x), 1)), flat(spent(x))],
    "tensors": [{"name": k, "shape": list(ours(k, t).shape), "values": flat(ours(k, t)), "gradient": flat(ours(k, t.grad))} for k, t in tensors.items()]}))

"""Reference values of PyTorch for RecurrentGradientTests and AdamTests.
usage: recurrent.py > recurrent.json
Weights are written in our layout: [inputs, gates * hidden], one bias a gate, and apart the recurrent bias of the GRU's new state; PyTorch's other second
biases are zero. Each sequence is run by itself on its real events, so that padding cannot have a part in the values. Single precision, one thread."""
import json
import torch, torch.nn as nn, torch.nn.functional as F

torch.manual_seed(7)
torch.set_num_threads(1)
VOCABULARY, EMBEDDING, CLASSES, LENGTH, COUNT = 6, 3, 4, 5, 9

def flat(t): return [float(f"{v:.9g}") for v in t.detach().flatten().tolist()]

def case(name, cell, hidden, bidirectional=False):
    embedding, inputs, layers, directions = nn.Embedding(VOCABULARY, EMBEDDING), EMBEDDING, nn.ModuleList(), 2 if bidirectional else 1
    head = nn.Linear(directions * hidden[-1], CLASSES)
    suffixes = ["l0", "l0_reverse"][:directions]
    for h in hidden:
        layer = {"rnn": nn.RNN, "gru": nn.GRU, "lstm": nn.LSTM}[cell](inputs, h, batch_first=True, bidirectional=bidirectional)
        for suffix in suffixes:
            second = getattr(layer, f"bias_hh_{suffix}")
            with torch.no_grad(): (second[:2 * h] if cell == "gru" else second).zero_()  # the reset gate keeps the GRU's last third apart
        layers.append(layer)
        inputs = directions * h
    lengths = [5, 5, 5, 3, 1, 2, 0, 4, 5]
    rows = [torch.randint(0, VOCABULARY, (n,)) for n in lengths]
    rows[1] = rows[0].clone(); rows[2] = torch.cat([rows[0][:3], rows[2][3:]]); rows[3] = rows[0][:3].clone()  # common beginnings
    targets = torch.randint(0, CLASSES, (COUNT,))
    logits = []
    for row in rows:
        state = embedding(row)[None]
        for layer in layers:
            if len(row): state = layer(state)[0]
        # Each direction's state after it has read all events: the reverse one's stands at the first.
        last = torch.cat([state[0, -1, :hidden[-1]], state[0, 0, hidden[-1]:]]) if len(row) else torch.zeros(inputs)
        logits.append(head(last))
    logits = torch.stack(logits)
    loss = F.cross_entropy(logits, targets)
    loss.backward()
    tensors = {}
    for i, layer in enumerate(layers):
        for suffix, ours in zip(suffixes, ["", "reverse."]):
            weight, recurrent, bias = (getattr(layer, f"{kind}_{suffix}") for kind in ("weight_ih", "weight_hh", "bias_ih"))
            tensors[f"layer{i}.{ours}input"] = (weight.T, weight.grad.T)
            tensors[f"layer{i}.{ours}recurrent"] = (recurrent.T, recurrent.grad.T)
            tensors[f"layer{i}.{ours}bias"] = (bias, bias.grad)
            if cell == "gru":
                second = getattr(layer, f"bias_hh_{suffix}")
                tensors[f"layer{i}.{ours}recurrent_bias"] = (second[2 * layer.hidden_size:], second.grad[2 * layer.hidden_size:])
    tensors["head.weight"] = (head.weight.T, head.weight.grad.T)
    tensors["head.bias"] = (head.bias, head.bias.grad)
    tensors["embedding"] = (embedding.weight, embedding.weight.grad)
    codes = [[-1] * (LENGTH - len(row)) + row.tolist() for row in rows]
    return {
        "name": name, "cell": cell, "hidden": hidden, "bidirectional": bidirectional, "codes": sum(codes, []), "targets": targets.tolist(), "loss": loss.item(),
        "probabilities": flat(F.softmax(logits, -1)),
        "tensors": [{"name": k, "shape": list(w.shape), "values": flat(w), "gradient": flat(g)} for k, (w, g) in tensors.items()]}

def adam():
    p = torch.linspace(-1, 1, 37).requires_grad_()
    start, steps = flat(p), []
    optimiser = torch.optim.Adam([p], 0.01)
    for _ in range(5):
        p.grad = torch.randn(37)
        gradient = flat(p.grad)
        optimiser.step()
        steps.append({"gradient": gradient, "parameters": flat(p)})
    return {"rate": 0.01, "start": start, "steps": steps}

cases = [case("rnn, one layer", "rnn", [17]), case("rnn, two layers", "rnn", [18, 5]), case("lstm, one layer", "lstm", [17]), case("lstm, two layers", "lstm", [18, 5])]
steps = adam()
cases += [case("gru, one layer", "gru", [17]), case("gru, two layers", "gru", [18, 5])]
cases += [case(f"{cell}, two layers, bidirectional", cell, [18, 5], bidirectional=True) for cell in ("rnn", "gru", "lstm")]
print(json.dumps({"vocabulary": VOCABULARY, "embedding": EMBEDDING, "classes": CLASSES, "length": LENGTH, "cases": cases, "adam": steps}))

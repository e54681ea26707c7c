"""Reference values of PyTorch for RecurrentGradientTests and AdamTests.
usage: recurrent.py > recurrent.json
Weights are written in our layout ([inputs, gates * hidden], one bias a gate); PyTorch's second bias is zero. Each sequence is run by itself on its
real events, so that padding cannot have a part in the values. Single precision, one thread."""
import json
import torch, torch.nn as nn, torch.nn.functional as F

torch.manual_seed(7)
torch.set_num_threads(1)
VOCABULARY, EMBEDDING, CLASSES, LENGTH, COUNT = 6, 3, 4, 5, 9

def flat(t): return [float(f"{v:.9g}") for v in t.detach().flatten().tolist()]

def case(name, cell, hidden):
    embedding, head, inputs, layers = nn.Embedding(VOCABULARY, EMBEDDING), nn.Linear(hidden[-1], CLASSES), EMBEDDING, nn.ModuleList()
    for h in hidden:
        layer = {"rnn": nn.RNN, "lstm": nn.LSTM}[cell](inputs, h, batch_first=True)
        nn.init.zeros_(layer.bias_hh_l0)
        layers.append(layer)
        inputs = h
    lengths = [5, 5, 5, 3, 1, 2, 0, 4, 5]
    rows = [torch.randint(0, VOCABULARY, (n,)) for n in lengths]
    rows[1] = rows[0].clone(); rows[2] = torch.cat([rows[0][:3], rows[2][3:]]); rows[3] = rows[0][:3].clone()  # common beginnings
    targets = torch.randint(0, CLASSES, (COUNT,))
    logits = []
    for row in rows:
        state = embedding(row)[None]
        for layer in layers:
            if len(row): state = layer(state)[0]
        logits.append(head(state[0, -1] if len(row) else torch.zeros(hidden[-1])))
    logits = torch.stack(logits)
    loss = F.cross_entropy(logits, targets)
    loss.backward()
    tensors = {}
    for i, layer in enumerate(layers):
        for ours, theirs in (("input", layer.weight_ih_l0), ("recurrent", layer.weight_hh_l0)):
            tensors[f"layer{i}.{ours}"] = (theirs.T, theirs.grad.T)
        tensors[f"layer{i}.bias"] = (layer.bias_ih_l0, layer.bias_ih_l0.grad)
    tensors["head.weight"] = (head.weight.T, head.weight.grad.T)
    tensors["head.bias"] = (head.bias, head.bias.grad)
    tensors["embedding"] = (embedding.weight, embedding.weight.grad)
    codes = [[-1] * (LENGTH - len(row)) + row.tolist() for row in rows]
    return {
        "name": name, "cell": cell, "hidden": hidden, "codes": sum(codes, []), "targets": targets.tolist(), "loss": loss.item(),
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
print(json.dumps({
    "vocabulary": VOCABULARY, "embedding": EMBEDDING, "classes": CLASSES, "length": LENGTH, "cases": cases, "adam": adam()}))

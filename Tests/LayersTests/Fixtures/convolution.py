"""Reference values of PyTorch for ConvolutionTests.
usage: convolution.py > convolution.json
Weights are written in our layout (rows of the earliest event first; of the first convolution columns). Each sequence is run by itself on its real events, with
zeros before them, so that padding cannot have a part in the values. Single precision, one thread."""
import json
import torch, torch.nn as nn, torch.nn.functional as F

torch.manual_seed(13)
torch.set_num_threads(1)
VOCABULARY, CLASSES, LENGTH = 6, 4, 12

def flat(t): return [float(f"{v:.9g}") for v in t.detach().flatten().tolist()]

def case(name, inputs, channels, layers, kernel):
    embedding, head = nn.Embedding(VOCABULARY, inputs), nn.Linear(channels, CLASSES)
    convolutions = [nn.Conv1d(inputs if i == 0 else channels, channels, kernel, dilation=2 ** (i // 2)) for i in range(2 * layers)]
    projection = nn.Conv1d(inputs, channels, 1) if inputs != channels else None
    rows = [torch.randint(0, VOCABULARY, (n,)) for n in [12, 12, 12, 3, 1, 2, 0, 4, 11, 7]]
    rows[1] = rows[0].clone(); rows[2] = torch.cat([rows[0][:5], rows[2][5:]]); rows[3] = rows[0][:3].clone()  # common beginnings
    targets = torch.randint(0, CLASSES, (len(rows),))
    logits = []
    for row in rows:
        state = torch.zeros(channels)
        if len(row):
            x = embedding(row).T[None]
            for i in range(layers):
                pad = (kernel - 1) * 2 ** i
                h = F.relu(convolutions[2 * i](F.pad(x, (pad, 0))))
                h = F.relu(convolutions[2 * i + 1](F.pad(h, (pad, 0))))
                x = F.relu((projection(x) if i == 0 and projection else x) + h)
            state = x[0, :, -1]
        logits.append(head(state))
    logits = torch.stack(logits)
    loss = F.cross_entropy(logits, targets)
    loss.backward()
    tensors = {}
    def add(ours, theirs, turn=lambda t: t): tensors[ours] = (turn(theirs), turn(theirs.grad))
    for i, c in enumerate(convolutions):
        ours = f"layer{i // 2}.convolution{i % 2}"
        # [out, in, kernel] to [in, kernel * out], or to [kernel * in, out].
        add(ours + ".weight", c.weight, (lambda t: t.permute(1, 2, 0).flatten(1)) if i == 0 else (lambda t: t.permute(2, 1, 0).flatten(0, 1)))
        add(ours + ".bias", c.bias)
    if projection:
        add("input.weight", projection.weight, lambda t: t[:, :, 0].T)
        add("input.bias", projection.bias)
    add("head.weight", head.weight, lambda t: t.T)
    add("head.bias", head.bias)
    add("embedding", embedding.weight)
    codes = [[-1] * (LENGTH - len(row)) + row.tolist() for row in rows]
    return {
        "name": name, "inputs": inputs, "channels": channels, "layers": layers, "kernel": kernel, "codes": sum(codes, []), "targets": targets.tolist(),
        "loss": loss.item(), "probabilities": flat(F.softmax(logits, -1)),
        "tensors": [{"name": k, "shape": list(w.shape), "values": flat(w), "gradient": flat(g)} for k, (w, g) in tensors.items()]}

cases = [case("one layer", 9, 9, 1, 3), case("three layers, projected inputs", 5, 10, 3, 3), case("two layers of pairs", 17, 17, 2, 2)]
print(json.dumps({"vocabulary": VOCABULARY, "classes": CLASSES, "length": LENGTH, "cases": cases}))

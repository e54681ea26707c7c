"""Reference values of PyTorch for OptimiserTests and InputTests.
usage: training.py > training.json
Optimisers: five steps each on given gradients. Inputs: an LSTM over events of two coded variables and a number, two numbers of the whole sequence joined to
its state, class weights and smoothed targets. Single precision, one thread; weights in our layout, one bias a gate."""
import json
import torch, torch.nn as nn, torch.nn.functional as F

torch.manual_seed(11)
torch.set_num_threads(1)

def flat(t): return [float(f"{v:.9g}") for v in t.detach().flatten().tolist()]

def optimiser(kind, make, decay):
    p = torch.linspace(-1, 1, 37).requires_grad_()
    start, steps = flat(p), []
    moves = make(p)
    for _ in range(5):
        p.grad = torch.randn(37)
        gradient = flat(p.grad)
        moves.step()
        steps.append({"gradient": gradient, "parameters": flat(p)})
    return {"kind": kind, "decay": decay, "rate": 0.01, "start": start, "steps": steps}

def inputs():
    hidden, classes, lengths = 9, 3, [4, 4, 1, 3, 4, 2]
    a, b = nn.Embedding(5, 3), nn.Embedding(4, 2)
    lstm, head = nn.LSTM(6, hidden, batch_first=True), nn.Linear(hidden + 2, classes)
    with torch.no_grad(): lstm.bias_hh_l0.zero_()
    events = sum(lengths)
    codes = torch.stack([torch.randint(0, 5, (events,)), torch.randint(0, 4, (events,))], 1)
    numbers, side, targets = torch.randn(events, 1), torch.randn(len(lengths), 2), torch.tensor([0, 1, 2, 2, 0, 1])
    codes[lengths[0]:2 * lengths[0]] = codes[:lengths[0]]  # the same events, but for their numbers
    weights, smoothing, logits, first = torch.tensor([0.5, 2.0, 1.0]), 0.1, [], 0
    for row, n in enumerate(lengths):
        part = slice(first, first + n)
        x = torch.cat([a(codes[part, 0]), b(codes[part, 1]), numbers[part]], 1)
        logits.append(head(torch.cat([lstm(x[None])[0][0, -1], side[row]])))
        first += n
    loss = F.cross_entropy(torch.stack(logits), targets, weight=weights, label_smoothing=smoothing)
    loss.backward()
    tensors = {
        "layer0.input": lstm.weight_ih_l0, "layer0.recurrent": lstm.weight_hh_l0, "layer0.bias": lstm.bias_ih_l0, "head.weight": head.weight, "head.bias": head.bias,
        "embedding.a": a.weight, "embedding.b": b.weight}
    turned = {"layer0.input", "layer0.recurrent", "head.weight"}
    def ours(name, t): return t.T if name in turned else t
    return {
        "hidden": hidden, "lengths": lengths, "codes": codes.flatten().tolist(), "numbers": flat(numbers), "side": flat(side), "targets": targets.tolist(),
        "weights": flat(weights), "smoothing": smoothing, "loss": loss.item(),
        "tensors": [{"name": k, "shape": list(ours(k, t).shape), "values": flat(ours(k, t)), "gradient": flat(ours(k, t.grad))} for k, t in tensors.items()]}

print(json.dumps({
    "optimisers": [
        optimiser("adam", lambda p: torch.optim.Adam([p], 0.01, weight_decay=0.1), 0.1),
        optimiser("adamw", lambda p: torch.optim.AdamW([p], 0.01, weight_decay=0.1), 0.1),
        optimiser("sgd", lambda p: torch.optim.SGD([p], 0.01, momentum=0.9), 0.0),
        optimiser("sgd", lambda p: torch.optim.SGD([p], 0.01, momentum=0.9, weight_decay=0.1), 0.1)],
    "inputs": inputs()}))

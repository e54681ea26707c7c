"""Reference values of PyTorch for DenseTests.
usage: dense.py > dense.json
Rows: dense layers with relu, none and tanh on rows of two coded variables and two numbers, some of them given twice; two numbers and a class are predicted, some of which
are missing. Sequences: a GRU, dense layers on its final state, and a GRU decoder that starts from what they give. Single precision, one thread; weights in our layout."""
import json
import torch, torch.nn as nn, torch.nn.functional as F

torch.manual_seed(21)
torch.set_num_threads(1)

def flat(t): return [float(f"{v:.9g}") for v in t.detach().flatten().tolist()]
def dense(name, layer): return {name + ".weight": (layer.weight.T, layer.weight.grad.T), name + ".bias": (layer.bias, layer.bias.grad)}
def written(tensors): return [{"name": k, "shape": list(v.shape), "values": flat(v), "gradient": flat(g)} for k, (v, g) in tensors.items()]

def rows():
    a, b = nn.Embedding(4, 3), nn.Embedding(3, 2)
    first, code, last = nn.Linear(7, 9), nn.Linear(9, 2), nn.Linear(2, 5)
    number, other, label = nn.Linear(5, 1), nn.Linear(5, 1), nn.Linear(5, 3)
    codes, numbers = torch.stack([torch.randint(0, 4, (11,)), torch.randint(0, 3, (11,))], 1), torch.randn(11, 2)
    codes[4], numbers[4] = codes[1], numbers[1]
    x = torch.cat([a(codes[:, 0]), b(codes[:, 1]), numbers], 1)
    coded = code(F.relu(first(x)))
    state = torch.tanh(last(coded))
    wanted, others, labels = torch.randn(11), torch.randn(11), torch.randint(0, 3, (11,))
    known = torch.tensor([i not in (2, 7) for i in range(11)])
    labels[5] = -1
    loss = F.mse_loss(number(state)[known, 0], wanted[known]) + F.mse_loss(other(state)[:, 0], others) + 0.5 * F.cross_entropy(label(state), labels, ignore_index=-1)
    loss.backward()
    tensors = dense("dense0", first) | dense("dense1", code) | dense("dense2", last) | dense("head.number", number) | dense("head.other", other) | dense("head.label", label)
    tensors |= {"embedding.a": (a.weight, a.weight.grad), "embedding.b": (b.weight, b.weight.grad)}
    return {
        "codes": codes.flatten().tolist(), "numbers": flat(numbers), "wanted": [w if k else None for w, k in zip(flat(wanted), known.tolist())], "others": flat(others),
        "labels": labels.tolist(), "loss": loss.item(), "codesOfRows": flat(coded), "tensors": written(tensors)}

def gru(name, g):
    hidden = g.hidden_size
    return {
        name + "input": (g.weight_ih_l0.T, g.weight_ih_l0.grad.T), name + "recurrent": (g.weight_hh_l0.T, g.weight_hh_l0.grad.T), name + "bias": (g.bias_ih_l0, g.bias_ih_l0.grad),
        name + "recurrent_bias": (g.bias_hh_l0[2 * hidden:], g.bias_hh_l0.grad[2 * hidden:])}

def sequences():
    embedding, encoder, code, back = nn.Embedding(4, 3), nn.GRU(3, 6, batch_first=True), nn.Linear(6, 2), nn.Linear(2, 5)
    own, decoder, output = nn.Embedding(5, 3), nn.GRU(3, 5, batch_first=True), nn.Linear(5, 4)
    for g in (encoder, decoder):
        with torch.no_grad(): g.bias_hh_l0[:2 * g.hidden_size].zero_()
    with torch.no_grad():
        for p in (code.weight, back.weight, output.weight, encoder.weight_ih_l0): p.mul_(3)  # so that every gradient is worth comparing
    events = [torch.randint(0, 4, (n,)).tolist() for n in (3, 1, 3, 2, 3)]
    events[2] = events[0]
    logits, wanted, states = [], [], []
    for codes in events:
        target = codes[::-1]
        states.append(code(encoder(embedding(torch.tensor([codes])))[1]))
        logits.append(output(decoder(own(torch.tensor([[4] + target[:-1]])), torch.tanh(back(states[-1])))[0])[0])
        wanted += target
    loss = F.cross_entropy(torch.cat(logits), torch.tensor(wanted))
    loss.backward()
    tensors = gru("layer0.", encoder) | dense("dense0", code) | dense("dense1", back) | {"decoder.embedding": (own.weight, own.weight.grad)} | gru("decoder.layer0.", decoder)
    tensors |= dense("head", output) | {"embedding": (embedding.weight, embedding.weight.grad)}
    return {
        "codes": sum(([-1] * (3 - len(e)) + e for e in events), []), "targets": sum((e[::-1] + [-1] * (3 - len(e)) for e in events), []), "loss": loss.item(),
        "codesOfRows": flat(torch.cat(states)), "tensors": written(tensors)}

print(json.dumps({"rows": rows(), "sequences": sequences()}))

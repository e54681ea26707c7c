"""Reference values of PyTorch for DecoderTests.
usage: decoder.py > decoder.json
A GRU encoder and a GRU decoder that starts from its final state, without attention and with: loss over the known steps under teacher forcing, gradients, greedy and beam
results. Single precision, one thread; sequences of several lengths, some of them equal; weights in our layout, one bias a gate but for the new state's recurrent one."""
import json
import torch, torch.nn as nn, torch.nn.functional as F

torch.set_num_threads(1)
VOCABULARY, EMBEDDING, CLASSES, OWN, HIDDEN, LENGTH, STEPS = 5, 4, 6, 3, 7, 5, 4

def flat(t): return [float(f"{v:.9g}") for v in t.detach().flatten().tolist()]

class Decoder(nn.Module):
    def __init__(s, attention):
        super().__init__()
        s.embedding, s.encoder = nn.Embedding(VOCABULARY, EMBEDDING), nn.GRU(EMBEDDING, HIDDEN, batch_first=True)
        s.own, s.decoder, s.output = nn.Embedding(CLASSES + 1, OWN), nn.GRU(OWN, HIDDEN, batch_first=True), nn.Linear(HIDDEN, CLASSES)
        s.query, s.join = (nn.Linear(HIDDEN, HIDDEN, bias=False), nn.Linear(2 * HIDDEN, HIDDEN, bias=False)) if attention else (None, None)
        for gru in (s.encoder, s.decoder):  # one bias: that of the recurrent part counts in the new state alone
            with torch.no_grad(): gru.bias_hh_l0[:2 * HIDDEN].zero_()

    def encode(s, codes): return s.encoder(s.embedding(torch.tensor([codes])))

    def logits(s, states, last, read):
        h, after = s.decoder(s.own(read), last)
        if s.query is not None:
            chances = torch.softmax(s.query(h) @ states.transpose(1, 2) / HIDDEN ** 0.5, -1)
            h = torch.tanh(s.join(torch.cat([h, chances @ states], -1)))
        return s.output(h), after

    def search(s, codes, beam):
        """All that is kept after each step: the sum of log probabilities, the codes, their probabilities and the state."""
        states, last = s.encode(codes)
        kept = [(0.0, [], [], last)]
        for _ in range(STEPS):
            found = []
            for score, path, chances, state in kept:
                logits, after = s.logits(states, state, torch.tensor([[path[-1] if path else CLASSES]]))
                logs = torch.log_softmax(logits[0, 0].double(), 0)
                found += [(score + logs[c].item(), path + [c], chances + [logs[c].exp().item()], after) for c in range(CLASSES)]
            kept = sorted(found, key=lambda f: -f[0])[:beam]
        return kept[0]

def case(name, attention, seed):
    torch.manual_seed(seed)
    model = Decoder(attention)
    with torch.no_grad():
        for p in (model.output.weight, model.decoder.weight_ih_l0, model.decoder.weight_hh_l0): p.mul_(3)  # so that beams differ from what is greedy
        model.encoder.weight_ih_l0.mul_(3)
    lengths = [5, 5, 1, 3, 5, 2, 5]
    rows = [torch.randint(0, VOCABULARY, (n,)).tolist() for n in lengths]
    rows[1] = rows[0]
    rows[4] = rows[0]
    known = [4, 2, 4, 1, 4, 3, 0]
    targets = [torch.randint(0, CLASSES, (n,)).tolist() for n in known]
    targets[1][:1] = targets[0][:1]
    targets[4][:3] = targets[0][:3]
    logits, wanted = [], []
    for codes, target in zip(rows, targets):
        if not target: continue
        states, last = model.encode(codes)
        logits.append(model.logits(states, last, torch.tensor([[CLASSES] + target[:-1]]))[0][0])
        wanted += target
    loss = F.cross_entropy(torch.cat(logits), torch.tensor(wanted))
    loss.backward()
    def gru(name, g):
        bias, inner = g.bias_ih_l0, g.bias_hh_l0
        return {
            name + "input": (g.weight_ih_l0.T, g.weight_ih_l0.grad.T), name + "recurrent": (g.weight_hh_l0.T, g.weight_hh_l0.grad.T), name + "bias": (bias, bias.grad),
            name + "recurrent_bias": (inner[2 * HIDDEN:], inner.grad[2 * HIDDEN:])}
    tensors = gru("layer0.", model.encoder) | {"decoder.embedding": (model.own.weight, model.own.weight.grad)} | gru("decoder.layer0.", model.decoder)
    if attention:
        tensors |= {"attention.query": (model.query.weight.T, model.query.weight.grad.T), "attention.join": (model.join.weight.T, model.join.weight.grad.T)}
    tensors |= {
        "head.weight": (model.output.weight.T, model.output.weight.grad.T), "head.bias": (model.output.bias, model.output.bias.grad),
        "embedding": (model.embedding.weight, model.embedding.weight.grad)}
    found = {}
    for beam in (1, 2, 3, 10):
        best = [model.search(codes, beam) for codes in rows]
        found[str(beam)] = {"codes": sum((b[1] for b in best), []), "probabilities": sum((b[2] for b in best), [])}
    return {
        "name": name, "attention": attention, "codes": sum(([-1] * (LENGTH - len(r)) + r for r in rows), []), "targets": sum((t + [-1] * (STEPS - len(t)) for t in targets), []),
        "loss": loss.item(), "tensors": [{"name": k, "shape": list(v.shape), "values": flat(v), "gradient": flat(g)} for k, (v, g) in tensors.items()], "searches": found}

print(json.dumps({
    "vocabulary": VOCABULARY, "embedding": EMBEDDING, "classes": CLASSES, "own": OWN, "hidden": HIDDEN, "length": LENGTH, "steps": STEPS,
    "cases": [case("plain", False, 5), case("attention", True, 6)]}))

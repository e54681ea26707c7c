"""Reference values of PyTorch for TransformerTests.
usage: transformer.py > transformer.json
Weights are written in our layout ([inputs, outputs]; keys and values side by side). Each sequence is run by itself on its real events, with positions counted
from its end, so that padding cannot have a part in the values. Single precision, one thread."""
import json
import torch, torch.nn as nn, torch.nn.functional as F

torch.manual_seed(11)
torch.set_num_threads(1)
VOCABULARY, CLASSES, LENGTH = 6, 4, 9

def flat(t): return [float(f"{v:.9g}") for v in t.detach().flatten().tolist()]

def case(name, width, heads, layers, feed_forward):
    embedding, positions, head = nn.Embedding(VOCABULARY, width), nn.Parameter(torch.randn(LENGTH, width)), nn.Linear(width, CLASSES)
    layer = nn.TransformerEncoderLayer(width, heads, feed_forward, 0.0, "gelu", batch_first=True, norm_first=True)
    encoder = nn.TransformerEncoder(layer, layers, norm=nn.LayerNorm(width), enable_nested_tensor=False)
    for part_name, part in encoder.named_parameters():  # norms and biases that change something, and layers that differ
        if part.dim() == 1: nn.init.normal_(part, 1.0 if "norm" in part_name and "weight" in part_name else 0.0, 0.3)
        else: nn.init.xavier_uniform_(part)
    rows = [torch.randint(0, VOCABULARY, (n,)) for n in [9, 9, 9, 3, 1, 2, 0, 4, 8, 7]]
    rows[1] = rows[0].clone()
    targets = torch.randint(0, CLASSES, (len(rows),))
    logits = []
    for row in rows:
        state = encoder((embedding(row) + positions[: len(row)].flip(0))[None])[0, -1] if len(row) else torch.zeros(width)
        logits.append(head(state))
    logits = torch.stack(logits)
    loss = F.cross_entropy(logits, targets)
    loss.backward()
    tensors = {}
    def add(ours, theirs, turn=lambda t: t): tensors[ours] = (turn(theirs), turn(theirs.grad))
    def dense(ours, theirs): add(ours + ".weight", theirs.weight, lambda t: t.T); add(ours + ".bias", theirs.bias)
    def norm(ours, theirs): add(ours + ".gain", theirs.weight); add(ours + ".bias", theirs.bias)
    for i, l in enumerate(encoder.layers):
        norm(f"layer{i}.attention.norm", l.norm1)
        norm(f"layer{i}.feedForward.norm", l.norm2)
        for ours, part in (("query", slice(0, width)), ("keyValue", slice(width, 3 * width))):
            add(f"layer{i}.{ours}.weight", l.self_attn.in_proj_weight, lambda t: t[part].T)
            add(f"layer{i}.{ours}.bias", l.self_attn.in_proj_bias, lambda t: t[part])
        dense(f"layer{i}.output", l.self_attn.out_proj)
        dense(f"layer{i}.expand", l.linear1)
        dense(f"layer{i}.contract", l.linear2)
    norm("norm", encoder.norm)
    add("positions", positions)
    dense("head", head)
    add("embedding", embedding.weight)
    codes = [[-1] * (LENGTH - len(row)) + row.tolist() for row in rows]
    return {
        "name": name, "width": width, "heads": heads, "layers": layers, "feedForward": feed_forward, "codes": sum(codes, []), "targets": targets.tolist(),
        "loss": loss.item(), "probabilities": flat(F.softmax(logits, -1)),
        "tensors": [{"name": k, "shape": list(w.shape), "values": flat(w), "gradient": flat(g)} for k, (w, g) in tensors.items()]}

cases = [case("one layer, one head", 10, 1, 1, 12), case("two layers, two heads", 12, 2, 2, 20), case("three layers, four heads", 16, 4, 3, 17)]
print(json.dumps({"vocabulary": VOCABULARY, "classes": CLASSES, "length": LENGTH, "cases": cases}))

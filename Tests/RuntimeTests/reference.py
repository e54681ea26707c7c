"""Writes ReferenceValues.swift: values of an independent implementation that the tests of Runtime are held against.

xoshiro256** and SplitMix64 are written here from the pages of their authors (prng.di.unimi.it); XXH64 and XXH3-128 come from the
`xxhash` package of PyPI (4.1.0), texts of numbers from Python's own formatting. Run it from this folder: python reference.py
"""

import xxhash

MASK = (1 << 64) - 1


def split_mix(state):
    while True:
        state = (state + 0x9E3779B97F4A7C15) & MASK
        z = state
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
        yield z ^ (z >> 31)


def rotate(x, k):
    return ((x << k) | (x >> (64 - k))) & MASK


class Stream:
    def __init__(self, seed, name, purpose):
        mix = split_mix(xxhash.xxh64_intdigest(f"{name}:{purpose}".encode(), seed=seed & MASK))
        self.state = [next(mix) for _ in range(4)]

    def next(self):
        s = self.state
        result = (rotate((s[1] * 5) & MASK, 7) * 9) & MASK
        t = (s[1] << 17) & MASK
        s[2] ^= s[0]
        s[3] ^= s[1]
        s[1] ^= s[2]
        s[0] ^= s[3]
        s[2] ^= t
        s[3] = rotate(s[3], 45)
        return result

    def uniform(self):
        return (self.next() >> 11) * 2.0**-53

    def below(self, bound):
        """Lemire: the high word of a product, redrawn while the low word lies in the part that would be uneven."""
        while True:
            product = self.next() * bound
            if product & MASK >= (1 << 64) % bound:
                return product >> 64


def swift(value):
    if isinstance(value, tuple):
        return "(" + ", ".join(swift(part) for part in value) + ")"
    if isinstance(value, str) and len(value) > 60:
        unit = value[: (value + value).find(value, 1)]
        return f"String(repeating: {swift(unit)}, count: {len(value) // len(unit)})"
    if isinstance(value, str):
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\0", "\\0") + '"'
    return repr(value)


def table(name, kind, rows, note):
    lines = [f"    /// {note}", f"    static let {name}: [{kind}] = ["]
    lines += [f"        {row if isinstance(row, str) and row.startswith('(') else swift(row)}," for row in rows]
    return "\n".join(lines + ["    ]"])


streams = []
for seed, name, purpose in [(0, "sample", "weights"), (7, "lstm", "batches"), (-1, "größe", ""), (2**63 - 1, "", "seeds 3")]:
    stream = Stream(seed, name, purpose)
    words = [stream.next() for _ in range(5)]
    whole = Stream(seed, name, purpose)
    shares = [whole.uniform() for _ in range(3)]
    bounded = Stream(seed, name, purpose)
    draws = [bounded.below(bound) for bound in (1, 2, 10, 1000, 2**62 + 1, 2**62 + 1)]
    streams.append(
        f"({seed}, {swift(name)}, {swift(purpose)},\n            [{', '.join(hex(w) for w in words)}],\n"
        f"            [{', '.join(repr(s) for s in shares)}],\n            [{', '.join(str(d) for d in draws)}])"
    )

users = []
for seed, purpose, user in [(0, "sample", "1"), (0, "split", "1"), (42, "fold", "user-00017"), (-3, "sample", "日本"), (7, "sample", "")]:
    users.append((seed, purpose, user, (xxhash.xxh64_intdigest(f"{seed}:{purpose}:{user}".encode(), seed=42) >> 11) * 2.0**-53))

texts = ["", "a", "abc", "The quick brown fox jumps over the lazy dog", "日本" * 40, "x" * 1000]
hashes = [(text, xxhash.xxh64_intdigest(text.encode()), xxhash.xxh64_intdigest(text.encode(), seed=42), xxhash.xxh3_128_hexdigest(text.encode())) for text in texts]
hashes = [f"({swift(t)}, {hex(a)}, {hex(b)}, {swift(c)})" for t, a, b, c in hashes]

decimals = []
for value in (0.0, -0.0, 0.5, 1.5, 2.5, -2.5, 0.125, 1e-7, 999.5, 1234.5678, 84475.0, -1234567.891, 1e15, 1.23456789e20, 0.1 + 0.2, -0.004):
    for places in (0, 2, 3):
        text = f"{value:,.{places}f}"
        # A zero has no sign.
        decimals.append((value, places, text.lstrip("-") if float(text.replace(",", "")) == 0 else text))

with open("ReferenceValues.swift", "w", encoding="utf-8") as file:
    file.write("// Written by reference.py, which lies beside this file.\n\nenum ReferenceValues {\n")
    file.write(
        "\n\n".join(
            [
                table("streams", "(Int, String, String, [UInt64], [Double], [Int])", streams, "Seed, name, purpose; the first words; the first shares; draws below 1, 2, 10, 1000 and twice below 2^62 + 1."),
                table("users", "(Int, String, String, Double)", users, "Seed, purpose, user; the top 53 bits of XXH64 (seed 42) of `seed:purpose:user`."),
                table("hashes", "(String, UInt64, UInt64, String)", hashes, "A text; XXH64 with seed 0 and 42; XXH3-128."),
                table("decimals", "(Double, Int, String)", decimals, "A number, decimals, and its text."),
            ]
        )
    )
    file.write("\n}\n")

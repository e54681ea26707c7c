"""Reference values of HistogramTests: numpy's edges, counts and medians for the rule of Freedman and Diaconis."""

import numpy

cases = {
    "squares": numpy.array([i * i / 7 for i in range(50)]),
    "roots": numpy.array([i**0.5 for i in range(1000)]),
    "two heaps": numpy.array([i % 10 + (100 if i % 3 == 0 else 0) + i / 1000 for i in range(300)]),
}
for name, values in cases.items():
    counts, edges = numpy.histogram(values, bins="fd")
    print(name, len(counts), repr(edges[1]), repr(edges[-1]), counts.tolist(), repr(numpy.median(values)))

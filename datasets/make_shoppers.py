"""Writes shoppers.csv: sessions in a shop that does not exist, and whether each ended in a purchase.

usage: make_shoppers.py            (numpy; writes beside itself, and prints what the best possible scores are)

The draws are those of `numpy.random.RandomState`, whose streams are the same in every version of numpy.
"""
import pathlib

import numpy

rows = 4000
draw = numpy.random.RandomState(6)

# Who comes, and when.
months = ["Feb", "Mar", "May", "June", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
month = draw.choice(months, rows, p=[0.02, 0.15, 0.25, 0.03, 0.04, 0.04, 0.04, 0.05, 0.24, 0.14])
visitor = draw.choice(["Returning_Visitor", "New_Visitor", "Other"], rows, p=[0.84, 0.15, 0.01])
weekend = draw.random_sample(rows) < 0.25
holiday = numpy.isin(month, ["Feb", "May"]) & (draw.random_sample(rows) < 0.3)
special = numpy.where(holiday, draw.choice([0.2, 0.4, 0.6, 0.8, 1.0], rows), 0)
system = draw.choice([1, 2, 3, 4, 8], rows, p=[0.22, 0.52, 0.21, 0.04, 0.01])
browser = draw.choice([1, 2, 4, 5, 6, 10], rows, p=[0.20, 0.65, 0.06, 0.04, 0.02, 0.03])
region = draw.choice(range(1, 10), rows, p=[0.38, 0.10, 0.20, 0.10, 0.03, 0.06, 0.06, 0.03, 0.04])
traffic = draw.choice([1, 2, 3, 4, 6, 8, 10, 13, 20], rows, p=[0.20, 0.33, 0.18, 0.10, 0.04, 0.03, 0.04, 0.06, 0.02])

# What they do. How interested somebody is stands behind the numbers of pages and does not show by itself; one session in twenty leaves on its first page.
interest = draw.standard_normal(rows)
bounced = draw.random_sample(rows) < 0.05
product = 1 + numpy.floor(numpy.exp(2.8 + 0.9 * interest + 0.5 * draw.standard_normal(rows))).astype(int).clip(0, 400)
administrative = draw.poisson(numpy.exp(1.0 + 0.4 * interest)) * (draw.random_sample(rows) < 0.55)
informational = draw.poisson(numpy.exp(0.6 + 0.3 * interest)) * (draw.random_sample(rows) < 0.20)
product, administrative, informational = numpy.where(bounced, 1, product), numpy.where(bounced, 0, administrative), numpy.where(bounced, 0, informational)


def seconds(pages, each):
    """Time on so many pages, log-normal with a median of `each` seconds a page; none for who left at once."""
    return numpy.where(bounced, 0, numpy.round(pages * each * numpy.exp(0.7 * draw.standard_normal(rows)), 1))


administrative_seconds, informational_seconds, product_seconds = seconds(administrative, 25), seconds(informational, 45), seconds(product, 32)
exits = numpy.round((0.008 + 0.25 / (product + administrative + 3) * numpy.exp(0.6 * draw.standard_normal(rows))).clip(0, 0.2), 4)
exits = numpy.where(bounced, 0.2, exits)
bounces = numpy.where(bounced, 0.2, numpy.round(exits * 0.6 * draw.random_sample(rows) * (draw.random_sample(rows) < 0.5), 4))
valued = ~bounced & (draw.random_sample(rows) < 1 / (1 + numpy.exp(1.1 - 0.4 * interest)))
value = numpy.where(valued, numpy.round(numpy.exp(2.6 + 1.0 * draw.standard_normal(rows)), 2), 0)

# What makes them buy: the planted truth, in log odds.
new = visitor == "New_Visitor"
odds = numpy.full(rows, -4.2)
odds += numpy.where(valued, 4.0 + 1.4 * numpy.log(value.clip(0.01) / 13), 0)  # pages that have led to purchases, each doubling of their value the same
odds += -40 * (exits - 0.02).clip(0)  # who is often on last pages
odds += numpy.select([month == "Nov", month == "Oct", month == "Mar", month == "Feb"], [0.9, 0.5, -0.8, -1.5], 0)
odds += numpy.where(new, 0.4, 0)
# Three things that hold only together: no single column shows them, nor does a sum of columns.
odds += numpy.where(new & valued, 1.5, 0)  # new visitors who come as far as such pages
odds += numpy.where((month == "Nov") & ~valued & (product > 30), 3.0, 0)  # the sales of November: who looks at many products buys without such pages
odds += numpy.where(numpy.isin(traffic, [2, 8]), numpy.where(weekend, -1.5, 0.9), 0)  # two sources that bring buyers on workdays and lookers at weekends
chance = 1 / (1 + numpy.exp(-odds))
bought = draw.random_sample(rows) < chance

header = ("Administrative,Administrative_Duration,Informational,Informational_Duration,ProductRelated,ProductRelated_Duration,BounceRates,ExitRates,PageValues,"
          "SpecialDay,Month,OperatingSystems,Browser,Region,TrafficType,VisitorType,Weekend,Revenue")
columns = [administrative, administrative_seconds, informational, informational_seconds, product, product_seconds, bounces, exits, value,
           special, month, system, browser, region, traffic, visitor, weekend, bought]


def text(field):
    """A number without needless zeros, a truth value as the shop's own export writes it, or a word."""
    if isinstance(field, (bool, numpy.bool_)):
        return "TRUE" if field else "FALSE"
    return f"{field:.4f}".rstrip("0").rstrip(".") if isinstance(field, float) else str(field)


with open(pathlib.Path(__file__).parent / "shoppers.csv", "w", newline="\n") as file:
    file.write(header + "\n")
    for row in zip(*columns):
        file.write(",".join(map(text, row)) + "\n")

# The scores of somebody who knows every planted chance: nobody who learns from the file can be expected to do better.
order = numpy.argsort(-chance, kind="stable")
hits = numpy.cumsum(bought[order])
precision = hits / numpy.arange(1, rows + 1)
wrong = (numpy.arange(1, rows + 1) - hits)[bought[order]]
print(f"{rows} sessions, {bought.sum()} purchases ({bought.mean():.1%})")
print(f"AUC {1 - wrong.mean() / (rows - bought.sum()):.3f}, PR-AUC {precision[bought[order]].mean():.3f}, "
      f"log loss {-numpy.log(numpy.where(bought, chance, 1 - chance)).mean():.3f}, accuracy {((chance > 0.5) == bought).mean():.3f}")

"""Writes visits.csv and visits_truth.csv: the raw log of a shop that does not exist, and which kind of visitor each one is.

usage: make_visits.py            (Python alone; writes beside itself, and prints what is in the files)

Only `random`, `randrange` and what is made of them here draw, so that every version of Python writes the same bytes.
"""
import collections
import math
import pathlib
import random

random.seed(7)
first_day, days = 1756684800, 28  # Monday 2025-09-01, UTC
host = "https://shop.example"


def pick(shares):
    """One of the keys, by the shares."""
    drawn = random.random() * sum(shares.values())
    for key, share in shares.items():
        drawn -= share
        if drawn < 0:
            return key
    return key


def spread(median, deviation):
    """A log-normal number: the median times e to the power of a normal number (Box and Muller)."""
    return median * math.exp(deviation * math.sqrt(-2 * math.log(1 - random.random())) * math.cos(2 * math.pi * random.random()))


# Who comes: where from, with what, how often, through which door, what else they look at, and what makes them buy.
kinds = {
    "regulars": dict(
        share=0.25, country={"DE": 50, "NL": 30, "FR": 12, "PL": 8}, device={"desktop": 70, "phone": 22, "tablet": 8}, visits=(2, 4), pages=3,
        door={"home": 60, "account": 30, "category": 10}, looks={"product": 60, "category": 25, "account": 10, "home": 5}, source="",
        plans=0.05, straight=0.24, parks=0.05),
    "researchers": dict(
        share=0.30, country={"FR": 45, "DE": 35, "NL": 15, "PL": 5}, device={"desktop": 55, "tablet": 35, "phone": 10}, visits=(2, 3), pages=4,
        door={"guide": 55, "search": 40, "product": 5}, looks={"product": 35, "guide": 25, "reviews": 25, "search": 15}, source="search",
        plans=0.10, straight=0.01, parks=0.14),
    "deal-hunters": dict(
        share=0.28, country={"PL": 45, "DE": 40, "FR": 10, "NL": 5}, device={"phone": 80, "tablet": 12, "desktop": 8}, visits=(2, 3), pages=3.5,
        door={"sale": 75, "product": 15, "home": 10}, looks={"sale": 40, "product": 50, "category": 10}, source="mail",
        plans=0.16, straight=0.04, parks=0.16),
    "help-seekers": dict(
        share=0.17, country={"NL": 40, "FR": 25, "DE": 25, "PL": 10}, device={"phone": 60, "desktop": 35, "tablet": 5}, visits=(2, 3), pages=3,
        door={"account": 45, "help": 40, "home": 15}, looks={"help": 50, "account": 30, "product": 15, "home": 5}, source="",
        plans=0.01, straight=0.01, parks=0.02),
}
categories = ["shoes", "bags", "coats", "hats", "scarves", "belts"]
rows = []


def url(page, product):
    """The address of a page, as people and links write it."""
    paths = {
        "home": "/", "account": random.choice(["/account", "/account/orders"]), "category": f"/c/{random.choice(categories)}", "product": f"/p/{product}",
        "reviews": f"/p/{product}/reviews", "guide": f"/guides/{random.choice(['care', 'sizes', 'leather', 'trends'])}", "sale": f"/sale/2025-{random.choice(['09', 'w37'])}",
        "search": f"/search?q={random.choice(categories)}", "help": f"/help/{random.choice(['returns', 'contact', 'lost'])}", "shipping": "/help/shipping",
        "cart": "/cart", "checkout": "/checkout", "thanks": f"/order/{random.randrange(10000, 99999)}/thanks",
    }
    path = paths[page]
    written = random.random()
    if written < 0.01:
        return "https://SHOP.example:443" + path
    if written < 0.03 and page in ("cart", "checkout", "account"):
        return host + path + "/"
    return host + path


def visit(kind, time, log):
    """Logs the pages of one visit, each with its time."""
    traits = kinds[kind]
    # A plan asks for the shipping before the cart and mostly ends in a purchase; who asks after the cart is put off and seldom buys. Both look at something else
    # then, so that neither the last page nor the counts tell the two apart. Regulars know the shipping: they look at a product twice and go.
    plan = pick({"plans": traits["plans"], "straight": traits["straight"], "parks": traits["parks"], "": 1 - traits["plans"] - traits["straight"] - traits["parks"]})
    product = random.randrange(100, 160)
    pages = [pick(traits["door"])] + [pick(traits["looks"]) for _ in range(min(20, int(spread(traits["pages"], 0.5))) - 1)]
    pages += {"plans": ["shipping", "product", "cart"], "parks": ["product", "cart", "shipping"], "straight": ["product", "product", "cart"], "": []}[plan]
    if plan:
        pages += [pick(traits["looks"]) for _ in range(random.randrange(3))]
        # Both come as far as the till, the one to pay and most of the others to see what it would be.
        if random.random() < (0.9 if plan != "parks" else 0.5):
            pages += ["checkout"] + (["thanks"] if random.random() < (0.85 if plan != "parks" else 0.1) else [])
    for place, page in enumerate(pages):
        if random.random() < 0.3 or page == "category":
            product = random.randrange(100, 160)
        address = url(page, product)
        source = traits["source"]
        if place == 0 and source and random.random() < 0.7:
            address += ("&" if "?" in address else "?") + f"utm_source={source}"
        log.append((int(time), address))
        if random.random() < 0.015:
            log.append((int(time), host + random.choice(["/favicon.ico", "/static/app.css"])))
        time += max(2, spread(40, 0.9))


truth, bought = [], {}
names = list(range(1000, 10000))
for place in range(len(names) - 1, 0, -1):  # a shuffle of our own: ids tell nothing about the kind or the time
    other = random.randrange(place + 1)
    names[place], names[other] = names[other], names[place]
visitors, passers = 500, 120
for number in range(visitors + passers):
    name = f"v{names[number]}"
    kind = pick({kind: traits["share"] for kind, traits in kinds.items()})
    traits, log, known = kinds[kind], [], random.random() > 0.04
    country, device = pick(traits["country"]), pick(traits["device"])
    time = first_day + random.randrange(12 * 86400)
    if number < visitors:
        low, high = traits["visits"]
        for _ in range(low + random.randrange(high - low + 1)):
            visit(kind, time, log)
            time = log[-1][0] + 3600 + spread(4 * 86400, 0.6)
        log = [entry for entry in log if entry[0] < first_day + days * 86400]
        bought[name] = any(address.endswith("/thanks") for _, address in log)
    else:
        # One page and gone: nobody can say who that was.
        log.append((time, url(pick(traits["door"]), random.randrange(100, 160))))
    truth.append((name, kind if number < visitors else "passers-by"))
    rows += [(when, name, country if known else "", device, address) for when, address in log]

# What does not belong to anybody: visitors without an id, two robots, one that says so and one that does not, and lines that were written twice.
for _ in range(60):
    rows.append((first_day + random.randrange(days * 86400), "-", random.choice(["DE", "FR", "NL", "PL", ""]), random.choice(["phone", "desktop"]),
                 url(random.choice(["home", "product", "sale"]), random.randrange(100, 160))))
for name, start, count, gap in [("v0001", first_day + 6 * 86400 + 11111, 110, 2), ("v0002", first_day + 17 * 86400 + 5000, 115, 3)]:
    truth.append((name, "robots"))
    if name == "v0001":
        rows.append((start - 1, name, "", "", host + "/robots.txt"))
    rows += [(start + gap * step, name, "" if name == "v0001" else "DE", "" if name == "v0001" else "desktop", url("product", 100 + step % 60)) for step in range(count)]
rows += [rows[random.randrange(len(rows))] for _ in range(60)]
rows.sort(key=lambda row: (row[0], row[1], row[4]))

folder = pathlib.Path(__file__).parent
with open(folder / "visits.csv", "w", newline="\n") as file:
    file.write("visitor,time,country,device,url\n")
    for time, name, country, device, address in rows:
        file.write(f"{name},{time},{country},{device},{address}\n")
with open(folder / "visits_truth.csv", "w", newline="\n") as file:
    file.write("visitor,kind\n")
    for name, kind in sorted(truth):
        file.write(f"{name},{kind}\n")

buyers = collections.Counter(kind for name, kind in truth if bought.get(name))
for kind, count in collections.Counter(kind for _, kind in truth).items():
    print(f"{kind}: {count}, {buyers[kind]} bought")
print(f"{len(rows)} rows, {sum(bought.values())} of {len(bought)} visitors with a history bought")

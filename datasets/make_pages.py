"""Writes pages.csv: visits to the pages of a shop that does not exist.

usage: make_pages.py            (Python alone; writes beside itself)
"""
import pathlib
import random

random.seed(20)
rows = []
for user in range(60):
    country = random.choice(["DE", "DE", "FR", "NL"])
    start = 1756684800 + random.randrange(20 * 86400)
    for visit in range(random.choice([1, 1, 2, 3])):
        time = start + visit * random.randrange(86400, 4 * 86400)
        page, source = random.choice([("/", "?utm_source=mail"), ("/", ""), ("/sale/2025-09", "?utm_source=ad"), ("/search", "?q=shoes")])
        for step in range(random.randrange(1, 9)):
            rows.append((f"u{user:02}", country, f"https://shop.example{page}{source if step == 0 else ''}", time))
            time += random.randrange(5, 400)
            if page == "/cart" and random.random() < 0.5:
                rows.append((f"u{user:02}", country, f"https://shop.example/order/{random.randrange(10000, 99999)}/thanks", time))
                break
            page = random.choice([f"/p/{random.randrange(100, 160)}"] * 5 + ["/cart", "/cart", "/", "/search?q=bags", f"/blog/{random.choice(['care', 'sizes', 'news'])}"])
rows.sort(key=lambda row: (row[3], row[0]))
with open(pathlib.Path(__file__).parent / "pages.csv", "w") as file:
    file.write("user,country,url,time\n")
    for row in rows:
        file.write(",".join(map(str, row)) + "\n")

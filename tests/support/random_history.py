"""A seeded history of documents, made through the API by two people: grants of every layout, costs and days of staff in three
currencies that are approved, paid, taken back and matched, transfers between lines, orders, gifts and refunds, money
received, a closed period. What a rule refuses is part of the game and counted."""

import collections
import datetime
import itertools
import random

FIRST, LAST = datetime.date(2026, 1, 1), datetime.date(2026, 10, 31)

# Programme, currency, categories, whether it has partners.
GRANTS = [("horizon-europe-actual", "EUR", ["a1", "b", "c1", "c2", "c3"], True),
          ("eu-standard-7", "EUR", ["a1", "b", "c1", "c3"], True),
          ("erasmus-plus-lump-sum", "EUR", ["lump"], True),
          ("us-federal", "USD", ["personnel", "travel", "equipment", "contractual"], False),
          ("lantern-foundation", "EUR", ["salaries", "travel", "events", "equipment"], False),
          ("generic-foundation", "CZK", None, False)]


class History:
    def __init__(self, coordinator, approver, seed):
        self.coordinator, self.approver = coordinator, approver
        self.random = random.Random(seed)
        self.numbers = itertools.count(1)
        self.refused = collections.Counter()
        self.done = collections.Counter()
        self.grants, self.costs, self.gifts = [], [], []

    # ---- One request ----

    def must(self, person, method, path, body=None, version=None):
        answer = person.api(method, path, json=body, headers={"If-Match": f'"{version}"'} if version else {})
        assert answer.status_code < 300, (path, body, answer.text)
        return answer.json()

    def may(self, act, person, path, body, version=None):
        """The answer, or nothing where a rule says no."""
        answer = person.api("POST", path, json=body, headers={"If-Match": f'"{version}"'} if version else {})
        assert answer.status_code in (200, 201, 409, 422), (path, body, answer.text)
        (self.done if answer.status_code < 300 else self.refused)[act] += 1
        return answer.json() if answer.status_code < 300 else None

    def amount(self, limit):
        return f"{self.random.randrange(100, limit) / 100:.2f}"

    def day(self):
        return str(FIRST + datetime.timedelta(days=self.random.randrange((LAST - FIRST).days + 1)))

    # ---- The stage ----

    def set_up(self):
        ask = lambda path, body: self.must(self.coordinator, "POST", path, body)
        self.funder = ask("/organisations", {"name": "Random Funder", "is_funder": True})["id"]
        self.partners = [ask("/organisations", {"name": f"Random Partner {i}", "is_partner": True})["id"] for i in (1, 2)]
        self.supplier = ask("/organisations", {"name": "Random Supplier", "is_supplier": True})["id"]
        for month in range(1, 11):
            for currency, rate in (("CZK", 24 + self.random.random()), ("USD", 1 + self.random.random() / 5)):
                for day in (1, 8, 15, 22, 28):
                    ask("/exchange-rates", {"currency": currency, "on_date": f"2026-{month:02}-{day:02}",
                                            "units_per_euro": f"{rate:.4f}", "source": "Random Bank"})
        for grant in GRANTS:
            self.grants.append(self.add_grant(*grant))
        ask("/grants", {"programme": "generic-foundation", "title": "Perhaps", "funder_id": self.funder, "currency": "EUR",
                        "state": "applied", "state_on": "2025-06-01", "requested_amount": self.amount(9_000_000),
                        "probability": str(self.random.randrange(101)), "starts_on": "2027-01-01", "ends_on": "2027-12-31"})

    def add_grant(self, programme, currency, categories, has_partners):
        grant = self.must(self.coordinator, "POST", "/grants", {
            "programme": programme, "title": f"Random {programme}", "funder_id": self.funder, "currency": currency,
            "requested_amount": "900000.00", "probability": "60", "starts_on": "2026-01-01", "ends_on": "2027-12-31",
            "state": "applied", "state_on": "2025-06-01", "overspend_rule": "stop",
            **({} if currency != "USD" else {"match_required": "10000.00"})})
        path = f"/grants/{grant['id']}"
        version = lambda: self.coordinator.api("GET", path).headers["ETag"].strip('"')
        partners = []
        if has_partners:
            self.must(self.coordinator, "PUT", path + "/partners", {"partners": [
                {"organisation_id": partner, "role": "partner" if i else "coordinator", "share": "400000.00"}
                for i, partner in enumerate(self.partners)]}, version())
            partners = [partner["id"] for partner in self.coordinator.api("GET", path).json()["partners"]]
        categories = categories or [one["code"] for one in self.coordinator.api("GET", path).json()["categories"]]
        for change in ({"to_state": "awarded", "awarded_amount": "900000.00"}, {"to_state": "active"}):
            self.must(self.coordinator, "POST", path + "/state", {**change, "on_date": "2026-01-01"}, version())
        lines = [{"work_package": f"WP{i % 3 + 1}", "category": category, "amount": self.amount(6_000_000),
                  **({"partner": str(partners[i % len(partners)])} if partners else {})}
                 for i, category in enumerate(categories * 2)]
        self.must(self.coordinator, "POST", path + "/budget/versions")
        self.must(self.coordinator, "PUT", path + "/budget/versions/1", {"lines": lines}, 1)
        self.must(self.coordinator, "POST", path + "/budget/versions/1/submit", version=2)
        self.must(self.approver, "POST", path + "/budget/versions/1/approve", version=3)
        self.must(self.coordinator, "POST", path + "/periods", {"months": 6})
        roots = [int(row["code"]) for row in self.coordinator.api("GET", path + "/budget?by=line").json()["rows"]]
        return {"id": grant["id"], "path": path, "currency": currency, "lines": roots, "lump": programme.endswith("lump-sum")}

    # ---- Acts ----

    def spend(self):
        grant = self.random.choice([one for one in self.grants if not one["lump"]])
        used_as = self.random.choice(["claimed"] * 5 + ["match", "own"])
        allocation = {"claimed": {"used_as": "claimed", "budget_line_id": self.random.choice(grant["lines"])},
                      "match": {"used_as": "match", "grant_id": grant["id"]}, "own": {"used_as": "own"}}[used_as]
        cost = self.may("draft", self.coordinator, "/expenditures", {
            "kind": "invoice", "document_number": f"R-{next(self.numbers)}", "document_on": self.day(), "description": "=1+1 chosen by dice",
            "currency": self.random.choice([grant["currency"], "EUR", "CZK"]), "amount": self.amount(400_000),
            "supplier_id": self.supplier, "allocations": [allocation]})
        self.book(cost)

    def book(self, cost):
        """Submitted and approved; what a rule does not let through is withdrawn, so that it holds up no closing."""
        if cost is None:
            return
        submitted = self.step("submit", self.coordinator, cost["id"])
        if submitted and self.step("approve", self.approver, cost["id"]):
            self.costs.append(cost["id"])
            return
        if submitted:
            self.step("return", self.approver, cost["id"], {"reason": "by dice"})
        self.step("withdraw", self.coordinator, cost["id"], {"reason": "by dice"})

    def work(self):
        """Days of a person on an EU grant: a staff cost on its first line, of personnel."""
        grant = self.random.choice(self.grants[:2])
        cost = self.may("work", self.coordinator, "/expenditures", {
            "kind": "staff", "person": self.random.choice(["Ada", "Eva", "Ivo"]), "document_number": f"T-{next(self.numbers)}",
            "works_from": "2026-01-01", "works_to": "2026-10-31", "working_time_factor": self.random.choice(["100", "80", "33.5"]),
            "personnel_cost": self.amount(6_000_000), "days": f"{self.random.randrange(1, 60) / 4:.2f}", "document_on": self.day(),
            "description": "Work by dice", "currency": self.random.choice(["EUR", "EUR", "CZK"]),
            "allocations": [{"used_as": "claimed", "budget_line_id": grant["lines"][0]}]})
        self.book(cost)

    def transfer(self):
        """Between lines of a grant; another person approves it, so that the budget has a new version."""
        grant = self.random.choice([one for one in self.grants if len(one["lines"]) > 1])
        given, gaining = self.random.sample(grant["lines"], 2)
        amount = self.amount(300_000)
        asked = self.may("transfer", self.coordinator, grant["path"] + "/transfers", {
            "justification": "+1 by dice", "changes": [{"budget_line_id": given, "amount": "-" + amount},
                                                       {"budget_line_id": gaining, "amount": amount}]})
        if asked:
            self.may("approve-transfer", self.approver, f"{grant['path']}/modifications/{asked['number']}/approve", {}, asked["version"])

    def step(self, verb, person, cost, body=None):
        version = self.coordinator.api("GET", f"/expenditures/{cost}").json()["version"]
        return self.may(verb, person, f"/expenditures/{cost}/{verb}", body or {}, version)

    def pay(self):
        if self.costs:
            self.step("pay", self.coordinator, self.random.choice(self.costs), {"paid_on": str(LAST)})

    def take_back(self):
        if not self.costs:
            return
        cost = self.random.choice(self.costs)
        if self.step("reverse", self.coordinator, cost, {"reason": "by dice", "amount": self.amount(100_000)}) is not None:
            self.step("approve-reversal", self.approver, cost)

    def order(self):
        grant = self.random.choice([one for one in self.grants if not one["lump"]])
        self.may("order", self.coordinator, grant["path"] + "/commitments", {
            "budget_line_id": self.random.choice(grant["lines"]), "supplier_id": self.supplier, "title": "Order by dice",
            "reference": f"PO-{next(self.numbers)}", "signed_on": self.day(), "amount": self.amount(500_000)})

    def receive(self):
        grant, day, amount = self.random.choice(self.grants), self.day(), self.amount(5_000_000)
        planned = self.may("plan", self.coordinator, grant["path"] + "/instalments",
                           {"kind": "interim", "title": f"Part {next(self.numbers)}", "due_on": day, "amount": amount})
        if planned and self.random.random() < 0.7:
            self.may("receive", self.coordinator, f"{grant['path']}/instalments/{planned['id']}/receive",
                     {"received_on": day, "amount": amount, "reference": f"RCV-{next(self.numbers)}"}, 1)

    def give(self):
        gift = self.may("give", self.coordinator, "/donations", {
            "given_on": self.day(), "method": self.random.choice(["card", "bank_transfer", "cash"]), "gross": self.amount(50_000),
            "fee": "0.35", "reference": f"G-{next(self.numbers)}"})
        if gift:
            self.gifts.append(gift["id"])

    def give_back(self):
        if self.gifts:
            gift = self.coordinator.api("GET", f"/donations/{self.random.choice(self.gifts)}").json()
            self.may("refund", self.coordinator, f"/donations/{gift['id']}/refund",
                     {"amount": self.amount(20_000), "booked_on": str(LAST), "reason": "by dice"}, gift["version"])

    def worry(self):
        self.may("risk", self.coordinator, "/risks", {"title": f"Risk {next(self.numbers)}", "likelihood": self.random.randrange(1, 6),
                                                      "impact": self.random.randrange(1, 6), "mitigation": "Dice", "review_on": "2027-01-31"})

    def complete(self):
        grant = next(one for one in self.grants if one["lump"])
        known = self.coordinator.api("GET", grant["path"] + "/work-packages").json()
        package = self.random.choice(known["packages"])["work_package"]
        answer = self.coordinator.api("PUT", grant["path"] + "/work-packages", headers={"If-Match": f'"{known["version"]}"'}, json={
            "packages": [{"work_package": package, "period": self.random.choice(["1", "2", ""])}]})
        assert answer.status_code in (200, 409, 422), answer.text
        (self.done if answer.status_code == 200 else self.refused)["complete"] += 1

    def close_first_period(self):
        """Of the standard EU grant, so that later corrections are adjustments."""
        path = self.grants[1]["path"] + "/periods/1"
        self.must(self.coordinator, "POST", path + "/begin-closing", {}, 1)
        self.may("close", self.approver, path + "/close", {"note": "by dice"}, 2)

    def play(self, acts):
        self.set_up()
        choices = [self.spend] * 8 + [self.work] * 3 + [self.transfer] * 2 + [self.pay] * 3 + [self.take_back] * 2 + [self.order, self.receive, self.receive, self.give,
                                                                                self.give, self.give_back, self.worry, self.complete]
        for number in range(acts):
            if number == acts * 2 // 3:
                self.close_first_period()
            self.random.choice(choices)()
        return self

"""Reads every #include of service/ and reports/ and tells each that runs against the floors, and each name that two
public types share."""

import collections
import pathlib
import re
import sys

# What each room may include, besides itself. The order is the order of the floors.
FLOORS = [
    "core", "http", "storage", "jobs", "audit", "identity", "web", "ledger", "importing", "funding", "budgets",
    "spending", "donations", "banking", "insight", "support", "publishing", "reporting",
]
BESIDE = {("storage", "http")}  # two rooms on one floor do not know each other
REPORTS_MAY = {"core", "storage", "reports"}
HEAVY = {
    "pistache": {"service/http/server.cpp"},
    "nlohmann": {"service/http/json.cpp"},
    "kainjow": {"service/http/html.cpp"},
    "expat": {"service/banking/camt.cpp"},
    "qrencode": {"service/support/qr_code.cpp"},
    "xlsxwriter": {"reports/sheet/"},
}


def room_of(path):
    if path.startswith("reports/"):
        return "reports"
    parts = path.removeprefix("service/").split("/")
    return parts[0] if len(parts) > 1 else "app"


def allowed(source, target):
    if source == target or source == "app":
        return True
    if source == "reports":
        return target in REPORTS_MAY
    if target == "reports":
        return source in {"insight", "publishing", "reporting"}  # the figures of steering are the read model of its workbook
    if target == "app":
        return False
    return FLOORS.index(target) < FLOORS.index(source) and (source, target) not in BESIDE


def main():
    files = [p for top in ("service", "reports") for p in pathlib.Path(top).rglob("*") if p.suffix in (".cpp", ".hpp")]
    graph = collections.defaultdict(set)
    breaches = []
    for path in files:
        for name in re.findall(r'^#include "([^"]+)"', path.read_text(), re.M):
            target = next((c for c in (f"service/{name}", name) if pathlib.Path(c).exists()), None)
            if target is None:
                continue  # generated
            graph[str(path)].add(target)
            if not allowed(room_of(str(path)), room_of(target)):
                breaches.append(f"{path} includes {target}: {room_of(target)} does not lie below {room_of(str(path))}")
        for name in re.findall(r"^#include <([^>]+)>", path.read_text(), re.M):
            library = name.split("/")[0].removesuffix(".h")
            if library in HEAVY and not any(str(path).startswith(home) for home in HEAVY[library]):
                breaches.append(f"{path} includes <{name}>, which belongs into {sorted(HEAVY[library])} alone")
            if path.suffix == ".hpp" and library in {"soci", "spdlog", *HEAVY} and path.name != "soci_types.hpp":
                breaches.append(f"{path} is a header and includes the heavy <{name}>")
    breaches += circles(graph) + twice_named(files)
    print("\n".join(breaches) or f"{len(files)} files stand on their floors")
    return 1 if breaches else 0


def twice_named(files):
    """Two public types of one name in one namespace are one type to the linker, which takes either: memory is lost."""
    homes = collections.defaultdict(set)
    for path in files:
        if path.suffix != ".hpp":
            continue
        text = path.read_text()
        space = re.findall(r"^namespace ([\w:]+) \{", text, re.M)
        for name in re.findall(r"^(?:struct|class|enum class) (\w+)[^;{]*\{", text, re.M):
            homes[(space[-1] if space else "", name)].add(str(path))
    return [f"{space}::{name} is defined in {' and in '.join(sorted(paths))}"
            for (space, name), paths in sorted(homes.items()) if len(paths) > 1]


def circles(graph):
    state, found = {}, []

    def visit(node, trail):
        state[node] = "open"
        for target in sorted(graph[node]):
            if state.get(target) == "open":
                found.append("a circle: " + " -> ".join(trail[trail.index(target):] + [target]))
            elif target not in state:
                visit(target, trail + [target])
        state[node] = "done"

    for node in sorted(graph):
        if node not in state:
            visit(node, [node])
    return found


if __name__ == "__main__":
    sys.exit(main())

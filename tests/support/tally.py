"""Prints "PASSED FAILED" of a JUnit file, so that tests/run can add up runs of different kinds."""

import sys
import xml.etree.ElementTree as ElementTree


def tally(path):
    root = ElementTree.parse(path).getroot()
    passed = failed = 0
    for case in root.iter("testcase"):
        if case.find("failure") is not None or case.find("error") is not None:
            failed += 1
        elif case.find("skipped") is None and case.get("status", "run") == "run":
            passed += 1
    return passed, failed


if __name__ == "__main__":
    print(*tally(sys.argv[1]))

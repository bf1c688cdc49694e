"""Prints each case made by hand, and what it must get."""

import importlib
import os

from expect import Case


def main():
    total = 0
    for name in sorted(os.listdir(os.path.dirname(os.path.abspath(__file__)))):
        if not name.startswith("cases_"):
            continue
        module = importlib.import_module(name.removesuffix(".py"))
        for table, cases in vars(module).items():
            if not isinstance(cases, list) or not cases or not isinstance(cases[0], Case):
                continue
            print(f"\n{name.removesuffix('.py').removeprefix('cases_')}, {table.lower().replace('_', ' ')}")
            for case in cases:
                total += 1
                placed = f"; in place: {', '.join(case.placed)}" if case.placed else ""
                print(f"    {ascii(case.name)[1:-1]}: {case.expect}{ascii(placed)[1:-1]}")
    print(f"\n{total} cases")


if __name__ == "__main__":
    main()

"""Prints each lie, who tells it, when, and what must be seen of it."""

import itertools

import stage  # for the path to the others
import tables


def main():
    lies = tables.lies()
    for table, of_table in itertools.groupby(lies, lambda entry: entry[0]):
        print(f"\n{table}")
        for _, lie in of_table:
            print(f"    {lie.scene}, {', '.join(lie.stages)}; {lie.liar}: {lie.name}: {lie.sees}")
    print(f"\n{len(lies)} lies, told {len(tables.tellings(long=True))} times")


if __name__ == "__main__":
    main()

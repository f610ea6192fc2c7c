"""Compares an answer of the product with the oracle's.

    python3 tests/oracle/agree.py ORACLE.json PRODUCT.json

prints one line for each difference and exits with 1 if there is any. All must be
equal, but for: limits of intervals (± 0.01), lists of
users (their order is free), and notes that no CSV file can tell.
"""

import json
import sys

LIMITS = {"low", "high"}
TOLERANCE = 0.01 + 1e-9
UNTOLD = {"unsettled", "segmentInactive", "segmentFailed"}
UNORDERED = {"userIds"}


def differences(oracle, product, path: str = "$") -> list:
    if isinstance(oracle, dict) and isinstance(product, dict):
        return _of_objects(oracle, product, path)
    if isinstance(oracle, list) and isinstance(product, list):
        return _of_lists(oracle, product, path)
    if oracle == product and isinstance(oracle, bool) == isinstance(product, bool):
        return []
    if path.rpartition(".")[2] in LIMITS and _is_near(oracle, product):
        return []
    return [f"{path}: oracle {json.dumps(oracle)}, product {json.dumps(product)}"]


def _of_objects(oracle: dict, product: dict, path: str) -> list:
    found = [f"{path}.{key}: only in the oracle's answer" for key in oracle.keys() - product.keys()]
    found += [f"{path}.{key}: only in the product's answer" for key in product.keys() - oracle.keys()]
    for key in sorted(oracle.keys() & product.keys()):
        found += differences(oracle[key], product[key], f"{path}.{key}")
    return found


def _of_lists(oracle: list, product: list, path: str) -> list:
    name = path.rpartition(".")[2]
    if name == "notes":
        product = [note for note in product if note["kind"] not in UNTOLD]
    if name in UNORDERED:
        oracle, product = sorted(oracle), sorted(product)
    if len(oracle) != len(product):
        return [f"{path}: the oracle has {len(oracle)} items, the product {len(product)}"]
    return [line for place, pair in enumerate(zip(oracle, product)) for line in differences(*pair, f"{path}[{place}]")]


def _is_near(oracle, product) -> bool:
    numbers = (int, float)
    return isinstance(oracle, numbers) and isinstance(product, numbers) and abs(oracle - product) <= TOLERANCE


def main():
    oracle, product = (json.load(open(name, encoding="utf-8")) for name in sys.argv[1:3])
    found = differences(oracle, product)
    print("\n".join(found) or "equal")
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()

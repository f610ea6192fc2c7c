"""All checks of the oracle: python3 -m unittest tests/oracle/test_oracle.py (or discover)."""

import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

import check_edges
import check_formulas
import check_identities
import check_real_data
import check_world_w


def load_tests(loader, _tests, _pattern):
    modules = (check_formulas, check_world_w, check_edges, check_real_data, check_identities)
    return unittest.TestSuite(loader.loadTestsFromModule(module) for module in modules)


if __name__ == "__main__":
    unittest.main()

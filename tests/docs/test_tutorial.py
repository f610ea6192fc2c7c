"""docs/tutorial.md says what its commands do."""

import os
import unittest
from pathlib import Path

import tutorial


class Tutorial(unittest.TestCase):
    def test_its_commands_do_what_it_says(self):
        tutorial.follow(*(Path(os.environ[name]) for name in ("SEGMENTATION_ENGINE", "RPC_SERVER", "RESEND_FAKE")))


if __name__ == "__main__":
    unittest.main()

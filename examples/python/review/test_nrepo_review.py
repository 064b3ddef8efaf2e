"""Tests of nrepo review, each on a sandbox of its own: python3 -m unittest

nrepo must be on PATH.
"""

import json
import os
import pathlib
import subprocess
import sys
import unittest

HERE = pathlib.Path(__file__).parent
REVIEW = [sys.executable, str(HERE / "nrepo_review.py")]


def sandbox(*commands, seed="demo", flags=()):
    """Runs commands of review in one sandbox, and returns what the last one did."""
    script = "import subprocess, sys, json\nfor c in json.loads(sys.argv[1]): r = subprocess.run(c, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)\nsys.stdout.buffer.write(r.stdout); sys.stderr.buffer.write(r.stderr); sys.exit(r.returncode)"
    lines = json.dumps([REVIEW + list(c) for c in commands])
    return subprocess.run(
        ["nrepo", "sandbox", "run", "--seed", seed, *flags, "--", sys.executable, "-c", script, lines],
        stdin=subprocess.DEVNULL, capture_output=True, text=True, env={**os.environ, "NEURALREPO_OUTPUT": "json"},
    )


class Review(unittest.TestCase):
    def result(self, done):
        self.assertEqual((done.returncode, done.stderr), (0, ""), done.stdout)
        return json.loads(done.stdout)

    def wrong(self, done, status, code):
        self.assertEqual((done.returncode, done.stdout), (status, ""), done.stderr)
        self.assertEqual(json.loads(done.stderr)["code"], code)

    def test_list(self):
        found = self.result(sandbox(["list", "--days", "0"]))
        self.assertTrue(found)
        self.assertEqual(self.result(sandbox(["list", "--days", "100000"])), [])

    def test_keep(self):
        number = self.result(sandbox(["list", "--days", "0"]))[0]["number"]
        self.assertEqual(self.result(sandbox(["keep", f"#{number}"])), {"changed": [number], "failed": []})
        left = self.result(sandbox(["keep", str(number)], ["list", "--days", "0"]))
        self.assertNotIn(number, [idea["number"] for idea in left])
        left = self.result(sandbox(["keep", str(number), "--dry-run"], ["list", "--days", "0"]))
        self.assertIn(number, [idea["number"] for idea in left])
        self.wrong(sandbox(["keep", "4711"]), 1, "http_404")
        self.wrong(sandbox(["keep", "x"]), 2, "usage")
        self.wrong(sandbox(["keep"]), 2, "usage")

    def test_shelve(self):
        self.wrong(sandbox(["shelve", "--days", "0"]), 2, "usage")  # nobody can be asked
        self.assertTrue(self.result(sandbox(["shelve", "--days=0", "--yes"]))["changed"])
        self.assertEqual(self.result(sandbox(["shelve", "--days=0", "--yes"], ["list", "--days=0"])), [])
        self.assertTrue(self.result(sandbox(["shelve", "--days=0", "--dry-run"], ["list", "--days=0"])))

    def test_days(self):
        self.assertEqual(self.result(sandbox(["days"])), {"days": 30})
        self.assertEqual(self.result(sandbox(["days", "7"], ["days"])), {"days": 7})
        self.assertTrue(self.result(sandbox(["days", "0"], ["list"])))
        self.wrong(sandbox(["days", "-7"]), 2, "usage")

    def test_service_fails(self):
        self.wrong(sandbox(["list"], flags=["--fail", "GET /ideas 500"]), 5, "http_500")

    def test_wrong_use(self):
        for args in [], ["nosuch"], ["list", "--yes"], ["list", "x"], ["list", "--days"], ["days", "1", "2"], ["--nosuch"]:
            self.wrong(sandbox(args), 2, "usage")


if __name__ == "__main__":
    unittest.main()

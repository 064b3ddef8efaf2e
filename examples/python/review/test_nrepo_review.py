"""Run them with: python3 -m unittest"""

import json
import os
import pathlib
import subprocess
import sys
import unittest

REVIEW = pathlib.Path(__file__).with_name("nrepo_review.py")


class Review(unittest.TestCase):
    def run_in_sandbox(self, script, *flags):
        """Runs a shell script in a new sandbox, and returns its exit code, result and error."""
        script = f'review() {{ "{sys.executable}" "{REVIEW}" "$@"; }}; {script}'
        done = subprocess.run(
            ["nrepo", "sandbox", "run", "--seed", "demo", *flags, "--", "sh", "-c", script],
            stdin=subprocess.DEVNULL, capture_output=True, encoding="utf-8", env={**os.environ, "NEURALREPO_OUTPUT": "json"},
        )
        return done.returncode, *(json.loads(text) if text else None for text in (done.stdout, done.stderr))

    def result(self, script, *flags):
        code, result, error = self.run_in_sandbox(script, *flags)
        self.assertEqual((code, error), (0, None))
        return result

    def error(self, script, *flags):
        code, result, error = self.run_in_sandbox(script, *flags)
        self.assertIsNone(result)
        return code, error["code"]

    def test_list(self):
        self.assertTrue(self.result("review list --days 0"))
        self.assertEqual(self.result("review list --days 99999"), [])

    def test_keep(self):
        number = self.result("review list --days 0")[0]["number"]
        self.assertEqual(self.result(f"review keep {number} '#{number}'"), {"changed": [number], "failed": []})
        for flag, still_due in ("", False), ("--dry-run", True):
            left = self.result(f"review keep {number} {flag} >/dev/null; review list --days 0")
            self.assertEqual(number in [idea["number"] for idea in left], still_due)
        self.assertEqual(self.error("review keep 4711"), (1, "http_404"))

    def test_shelve(self):
        self.assertEqual(self.error("review shelve --days 0"), (2, "usage"))  # there is no terminal to ask on
        self.assertEqual(self.result("review shelve --days 0 --yes >/dev/null; review list --days 0"), [])
        self.assertTrue(self.result("review shelve --days 0 --dry-run >/dev/null; review list --days 0"))

    def test_days(self):
        self.assertEqual(self.result("review days"), {"days": 30})
        self.assertEqual(self.result("review days 7 >/dev/null; review days"), {"days": 7})
        self.assertTrue(self.result("review days 0 >/dev/null; review list"))

    def test_wrong_use(self):
        for args in "", "nosuch", "list --yes", "list x", "list --days", "days 1 2", "keep", "keep x", "days -7", "--js list":
            self.assertEqual(self.error(f"review {args}"), (2, "usage"), args)

    def test_service_fails(self):
        self.assertEqual(self.error("review list", "--fail", "GET /ideas 500"), (5, "http_500"))


if __name__ == "__main__":
    unittest.main()

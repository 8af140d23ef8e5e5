"""report.json as the program writes it, judged by an independent JSON Schema validator (python3-jsonschema)."""
import json
import os
import sys
import tempfile
import unittest

import fixture

try:
    import jsonschema
except ImportError:
    print("skipped: python3-jsonschema is not installed")
    sys.exit(77)


class Schema(unittest.TestCase):
    def setUp(self):
        with open(os.path.join(os.environ["UNDERSTUDY_SOURCE_DIR"], "docs", "report.schema.json")) as file:
            self.schema = json.load(file)
        self.validator = jsonschema.validators.validator_for(self.schema)(self.schema)

    def test_the_schema_is_one(self):
        self.validator.check_schema(self.schema)

    def test_a_report_fits(self):
        with tempfile.TemporaryDirectory() as folder, open(fixture.render(folder, "json")) as file:
            self.assertEqual([e.message for e in self.validator.iter_errors(json.load(file))], [])

    def test_a_wrong_report_does_not(self):
        wrong = fixture.record()
        wrong["outcome"] = "great"
        wrong["tables"][0]["rows"] = "seven"
        self.assertEqual(len(list(self.validator.iter_errors(wrong))), 2)

    def test_a_real_report(self):
        path = os.environ.get("UNDERSTUDY_REPORT_JSON", "")
        if not path:
            self.skipTest("UNDERSTUDY_REPORT_JSON names no report")
        with open(path) as file:
            self.assertEqual([e.message for e in self.validator.iter_errors(json.load(file))], [])


if __name__ == "__main__":
    unittest.main()

"""report.html in headless Chromium: silent, offline, inert, searchable, sortable, and no wider than the window."""
import os
import sys
import tempfile
import unittest

import browser
import fixture

# With the script's own functions: the text of the table's rows that are shown.
ROWS = "[...document.querySelectorAll('#columns tbody tr')].filter(r => !r.hidden)"


class Page(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory(prefix="understudy-page-")
        cls.addClassCleanup(cls.folder.cleanup)
        cls.page = fixture.render(cls.folder.name, "html")
        cls.browser = browser.Browser()
        cls.addClassCleanup(cls.browser.__exit__)

    def search(self, text):
        self.browser.run(f"(() => {{ const s = document.getElementById('search'); s.value = {text!r};"
                         " s.dispatchEvent(new Event('input')); })()")
        return self.browser.run("new Promise(done => setTimeout(() => done("
                                f"{ROWS}.map(r => r.cells[0].textContent)), 200))")

    def click(self, heading):
        self.browser.run("[...document.querySelectorAll('#columns th')].find(t => t.textContent.startsWith("
                         f"{heading!r})).click()")
        return self.browser.run(f"{ROWS}.map(r => Number(r.cells[4].dataset.v))")

    def test_silent_and_offline(self):
        self.browser.open(self.page)
        self.browser.run("new Promise(done => setTimeout(done, 300))")
        self.assertEqual(self.browser.complaints(), [])
        self.assertEqual(self.browser.requests(), ["file://" + self.page])

    def test_the_watch_can_see(self):
        path = os.path.join(self.folder.name, "bad.html")
        with open(path, "w") as file:
            file.write("<!DOCTYPE html><img src='http://127.0.0.1:9/x.png'><script>console.error(1); x()</script>")
        self.browser.open(path)
        self.assertIn("http://127.0.0.1:9/x.png", self.browser.requests())
        self.assertTrue(any(text.startswith("exception:") for text in self.browser.complaints()))

    def test_hostile_names_are_text(self):
        self.browser.open(self.page)
        self.assertEqual(self.browser.run("document.querySelectorAll('img').length"), 0)
        self.assertEqual(self.browser.run("document.querySelectorAll('script').length"), 2)
        self.assertEqual(self.search("onerror"), [fixture.HOSTILE_TABLE])
        job = self.browser.run("document.querySelector('#jobs td').textContent")
        self.assertEqual(job, fixture.HOSTILE_JOB.replace("\n", " ").replace("\u202e", "\ufffd"))
        self.assertEqual(self.browser.complaints(), [])

    def test_search_and_kept_columns(self):
        self.browser.open(self.page)
        self.assertEqual(len(self.search("")), 811)  # 900 tables, 89 of them without rows
        self.assertEqual(self.search("NUMBER_123 email"), ["a_table_with_rather_a_long_name_number_123"])
        self.assertEqual(self.search("no such thing"), [])
        self.browser.run("document.getElementById('kept').click()")
        self.assertEqual(len(self.search("number_123")), 3)

    def test_sort(self):
        self.browser.open(self.page)
        changed = self.click("Values changed")
        self.assertEqual(changed, sorted(changed, reverse=True))
        self.assertEqual(changed[0], 898)
        changed = self.click("Values changed")
        self.assertEqual(changed, sorted(changed))

    def test_fits_the_window(self):
        for width in (1280, 400):
            for dark in (False, True):
                self.browser.open(self.page, width=width, dark=dark)
                self.browser.run("document.querySelectorAll('details').forEach(d => { d.open = true; })")
                self.assertLessEqual(self.browser.run("document.documentElement.scrollWidth"), width)
                self.assertEqual(self.browser.complaints(), [])

    def test_verdict_first_and_long_parts_folded(self):
        self.browser.open(self.page)
        top = self.browser.run("document.querySelector('.verdict').getBoundingClientRect().bottom")
        self.assertLess(top, 400)
        self.assertEqual(self.browser.run("document.querySelectorAll('.attention > li').length"), 1)
        self.assertLess(self.browser.run("document.body.scrollHeight"), 8000)


if __name__ == "__main__":
    if os.environ.get("UNDERSTUDY_NO_BROWSER") == "1":
        print("skipped: UNDERSTUDY_NO_BROWSER=1")
        sys.exit(77)
    if browser.find() is None:
        sys.exit("no chromium: run tools/setup, or set UNDERSTUDY_NO_BROWSER=1")
    unittest.main()

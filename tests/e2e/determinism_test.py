#!/usr/bin/env python3
"""Same key: the same bytes, on one lane or eight, in any later refresh. Another key: unlinkable."""
import harness
from harness import Case


class DeterminismTest(Case):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.source = cls.space.production()

    def digests(self, staging):
        return harness.table_digests(self.cluster, staging)

    def test_one_lane_or_eight(self):
        self.refreshed(self.space.config(self.source, "one"), "--jobs=1")
        self.refreshed(self.space.config(self.source, "eight"), "--jobs=8")
        self.assertSameTables(self.digests("one"), self.digests("eight"))

    def test_later_refresh_gives_the_same(self):
        config = self.space.config(self.source, "again")
        self.refreshed(config)
        first = self.digests("again")
        self.refreshed(config)
        self.assertSameTables(self.digests("again"), first)

    def test_another_key_is_unlinkable(self):
        self.refreshed(self.space.config(self.source, "key_a"))
        self.refreshed(self.space.config(self.source, "key_b", key={"file": self.space.keygen("other.key")}))
        for column in ("email_normalized", "phone_sanitized"):
            query = f"SELECT DISTINCT {column} FROM res_partner WHERE {column} IS NOT NULL"
            a = {r[0] for r in self.cluster.rows(query, "key_a")}
            b = {r[0] for r in self.cluster.rows(query, "key_b")}
            raw = {r[0] for r in self.cluster.rows(query, self.source)}
            self.assertGreater(len(a), 50)
            self.assertFalse(a & raw)
            # Ranges that regulators reserve for fiction are small, so chance may give a phone twice.
            self.assertLessEqual(len(a & b), 0 if column == "email_normalized" else len(a) // 10)

    def test_text_and_column_meet(self):
        config = self.space.config(self.source, "meet")
        self.refreshed(config)
        mentioned = self.cluster.rows("""
            SELECT m.id, p.email FROM mail_message m JOIN res_partner p ON p.id = m.author_id
            WHERE m.email_from = p.email LIMIT 1""", "meet")
        self.assertTrue(mentioned, "no message's sender has the pseudonym of the partner's own e-mail")


if __name__ == "__main__":
    harness.main()

"""What tests of runs that die share: yesterday's staging, today's production, and how to tell them apart."""
import harness
from harness import Case


class KillCase(Case):
    """A production and yesterday's staging of it, for runs that die."""
    scale = "0.25"

    # cls.shared: source, staging and configuration that the tests of a class share, as long as none of them fails.

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.shared = None

    def setUp(self):
        cls = type(self)
        if cls.shared is None:
            source, staging = self.space.production(), self.staging_name()
            cls.shared = (source, staging, self.space.config(source, staging))
            self.refreshed(cls.shared[2])
        self.source, self.staging, self.config = cls.shared
        self.others = {name for name in harness.databases(self.cluster) if not name.startswith(self.staging)}
        self.yesterday = harness.table_digests(self.cluster, self.staging)
        self.another_day()

    def another_day(self):
        """What tells today from yesterday."""
        self.cluster.sql("INSERT INTO x_audit_note (x_name) VALUES ('today')", self.source)

    def tearDown(self):
        whole = self._outcome.success
        if not whole:
            type(self).shared = None
        kept = (harness.ready_production.DATABASE, *((self.source, self.staging) if whole else ()))
        for name in harness.databases(self.cluster):
            if name not in kept:
                self.cluster.sql(f'ALTER DATABASE "{name}" IS_TEMPLATE false', check=False)
                self.cluster.sql(f'DROP DATABASE "{name}" WITH (FORCE)', check=False)

    def hidden(self):
        """Databases that the present run builds."""
        return [n for n in harness.databases(self.cluster) if n.startswith("_understudy_")]

    def wait_for_rows(self, process):
        """Until rows flow: a COPY into the hidden database is under way."""
        def flowing():
            if process.poll() is not None:
                return "ended"
            return self.cluster.sql("SELECT count(*) FROM pg_stat_activity WHERE datname LIKE '\\_understudy\\_%' "
                                    "AND query ~* '(^|;)copy '") != "0"
        self.assertNotEqual(harness.wait_for(flowing, 60, "rows"), "ended", "the run ended before its rows were seen")

    def finish(self, process, timeout=60):
        out, err = process.communicate(timeout=timeout)
        code = process.returncode if process.returncode >= 0 else 128 - process.returncode
        return code, (out + err).decode("utf-8", "replace")

    def assertYesterday(self):
        self.assertSameTables(harness.table_digests(self.cluster, self.staging), self.yesterday)

    def assertNextRunCleansUp(self):
        self.refreshed(self.config)
        self.assertNotEqual(harness.table_digests(self.cluster, self.staging), self.yesterday)
        self.assertEqual(self.hidden(), [])
        self.assertEqual(len(harness.databases(self.cluster) - self.others), 2, "staging and one previous")

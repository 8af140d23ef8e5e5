"""Is staging production, but for what the run record declares? Shared by the tests of whole refreshes."""
import collections
import hashlib

import declared as declarations
import harness


def unquoted(identifier):
    return identifier.strip('"').replace('""', '"')


def table_name(table):
    return f"{table['schema']}.{table['name']}"


def rows_by_key(cluster, database, table, columns):
    """{primary key: digest of these columns}, for tables whose rows came and went."""
    key = harness.tables_of(cluster, database)[table]
    out = harness.copy_out(cluster, database, f"SELECT row({key})::text, {', '.join(columns)} FROM ONLY {table}")
    rows = {}
    for line in out.split(b"\n")[:-1]:
        row_key, _, values = line.partition(b"\t")
        rows[row_key] = hashlib.sha256(values).digest()
    return rows


class Comparison(harness.Case):
    """A mixin: the class sets source, staging, and setUp() sets report."""
    source = staging = report = None

    def declared(self):
        return declarations.by_neutralising(self.report)

    def check_row_counts(self):
        """Source = sent, unless a rule empties the table or picks rows; staging = sent - deleted + inserted."""
        source = harness.row_counts(self.cluster, self.source)
        staging = harness.row_counts(self.cluster, self.staging)
        self.assertEqual(set(source), set(staging))
        declared = self.declared()
        wrong = {}
        for table in self.report["tables"]:
            name = table_name(table)
            sent = table["rows"]
            whole = sent == source[name] or table["treatment"] in ("empty", "rows")
            if not whole or staging[name] != sent - declared.deleted[name] + declared.inserted[name]:
                wrong[name] = {"source": source[name], "sent": sent, "deleted": declared.deleted[name],
                               "inserted": declared.inserted[name], "staging": staging[name]}
        self.assertEqual(wrong, {})
        self.assertEqual(set(source) - {table_name(t) for t in self.report["tables"]}, set(), "not in the report")

    def check_sequences(self):
        """Equal; a table into which neutralising put rows has drawn as many numbers."""
        source = harness.sequences(self.cluster, self.source)
        staging = harness.sequences(self.cluster, self.staging)
        drawn = {f"{table}_id_seq": count for table, count in self.declared().inserted.items()}
        different = {}
        for name, (value, called) in source.items():
            if name in drawn:
                expected = (str(int(value) + drawn[name] - (called == "f")), "t")
            else:
                expected = (value, called)
            if staging.get(name) != expected:
                different[name] = (value, called, staging.get(name))
        self.assertEqual(different, {})
        self.assertEqual(set(source), set(staging))

    def check_kept_columns(self, at_least):
        """Every kept column of every table, byte by byte in order of the primary key; declared ones are left out.
        Returns how many columns were compared."""
        declared = self.declared()
        by_key, whole = {}, {}
        picked = {table_name(t) for t in self.report["tables"] if t["treatment"] == "rows"}
        for table, columns in harness.kept_columns(self.cluster, self.report, self.source).items():
            columns = [c for c in columns if unquoted(c) not in declared.columns[table]]
            if columns:
                (by_key if table in picked or declared.rows_differ(table) else whole)[table] = columns
        self.assertGreater(len(whole), at_least)
        self.assertSameTables(harness.table_digests(self.cluster, self.source, whole),
                              harness.table_digests(self.cluster, self.staging, whole))
        different = collections.Counter()
        for table, columns in by_key.items():
            source = rows_by_key(self.cluster, self.source, table, columns)
            staging = rows_by_key(self.cluster, self.staging, table, columns)
            different[table] = sum(source[key] != staging[key] for key in source.keys() & staging.keys())
            self.assertLessEqual(len(staging.keys() - source.keys()), declared.inserted[table], table)
        self.assertEqual(+different, {}, "rows that differ")
        return {t: {unquoted(c) for c in columns} for t, columns in {**whole, **by_key}.items()}

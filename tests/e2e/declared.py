"""What a run says that neutralising changed, down to columns and numbers of rows.

The run record names each statement and how many rows it touched; the packs in rules/odoo/neutralise/ say what a
statement of that name writes. Together they are the only differences that a comparison may leave out.
"""
import collections
import glob
import os
import re

import yaml

import harness

# Between SET and whatever may follow the assignments; a parenthesis may hold any of these words.
ASSIGNMENTS = re.compile(r"\bSET\b(.*?)(?:\bFROM\b|\bWHERE\b|\bRETURNING\b|$)", re.S | re.I)


class Declared:
    """columns: {table: {column}}; inserted, deleted: {table: rows}. Tables as 'public.x'."""

    def __init__(self):
        self.columns = collections.defaultdict(set)
        self.inserted = collections.Counter()
        self.deleted = collections.Counter()

    def rows_differ(self, table):
        return self.inserted[table] or self.deleted[table]


def load_specs():
    specs = collections.defaultdict(list)
    for path in sorted(glob.glob(os.path.join(harness.ROOT, "rules/odoo/neutralise/*.yaml"))):
        with open(path, encoding="utf-8") as stream:
            pack = yaml.safe_load(stream)
        for spec in pack["statements"]:
            specs[(spec.get("module", pack["pack"]), spec["name"])].append(spec)
    return specs


def without_brackets(sql):
    """The statement without what is in parentheses or in quotes: the words of its own level are left."""
    sql = re.sub(r"'(?:[^']|'')*'", "''", sql)
    while True:
        shorter = re.sub(r"\([^()]*\)", " ", sql)
        if shorter == sql:
            return sql
        sql = shorter


def of_sql(sql, rows, declared):
    """One statement of ours: UPDATE, INSERT or DELETE of one table, maybe after WITH."""
    words = without_brackets(sql)
    verb = re.search(r"\b(UPDATE|INSERT INTO|DELETE FROM)\s+(?:ONLY\s+)?(\w+)", words, re.I)
    if not verb:
        raise AssertionError(f"what does this change? {sql}")
    kind, table = verb.group(1).upper(), "public." + verb.group(2)
    if kind == "INSERT INTO":
        declared.inserted[table] += rows
    elif kind == "DELETE FROM":
        declared.deleted[table] += rows
    else:
        assignments = ASSIGNMENTS.search(words, verb.end()).group(1)
        declared.columns[table].update(re.findall(r"(?:^|,)\s*(\w+)\s*=", assignments))


def matching(pattern, columns):
    return {c for c in columns if re.fullmatch(pattern, c)}


def of_spec(spec, place, rows, columns, declared):
    """place: what follows the colon of the statement's name; columns: {table: {column}} of the database."""
    table, _, column = place.partition(".")
    name = "public." + table
    if "sql" in spec:
        of_sql(spec["sql"], rows, declared)
    elif "set" in spec:
        declared.columns[name].update(spec["set"][table])
    elif "rotate" in spec:
        declared.columns[name].add(column)
    elif "clear" in spec:
        wanted = spec["clear"][table]
        declared.columns[name].update(matching(wanted, columns[name]) if isinstance(wanted, str) else wanted)
    elif "clear_matching" in spec:
        declared.columns[name].update(matching(spec["clear_matching"]["column"], columns[name]))
    elif "empty" in spec:
        declared.deleted[name] += rows
    elif "rotate_identity" in spec and table == "auth_oauth_provider":
        declared.columns[name].add("client_id")
    elif "remove_parameters" in spec:
        declared.deleted["public.ir_config_parameter"] += rows
    elif place == "create":
        declared.inserted["public.ir_config_parameter"] += rows
    elif place == "set":
        declared.columns["public.ir_config_parameter"].add("value")
    else:
        raise AssertionError(f"what does {spec['name']}:{place} change?")


def by_neutralising(report):
    """What the statements that touched a row may have changed."""
    columns = {f"{t['schema']}.{t['name']}": {c["name"] for c in t["columns"]} for t in report["tables"]}
    specs = load_specs()
    declared = Declared()
    for statement in report["neutralised"]:
        if not statement["rows"]:
            continue
        name, _, place = statement["statement"].partition(":")
        if statement["module"] == "sandbox":  # what the configuration maps to its sandbox
            of_spec({"name": name, "parameters": {}}, place, statement["rows"], columns, declared)
            continue
        found = specs.get((statement["module"], name)) or specs.get((statement["module"], name.removesuffix("_mark")))
        if not found:
            raise AssertionError(f"no pack has {statement['module']}/{name}")
        for spec in found:
            of_spec(spec, place, statement["rows"], columns, declared)
    return declared

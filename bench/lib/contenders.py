"""The ways to copy a database that bench/compare and bench/network put side by side.

Each maker takes a pair (pair.py) and returns a shell command that makes `staging` on the target server out of
`production` on the source.
"""
import os

from pair import ALL, CORES, OFF, ROOT, RULES

NO_WAIT = "-c synchronous_commit=off"
# What our own sessions set that plain tools can be given from outside.
TUNED = NO_WAIT + " -c maintenance_work_mem=1GB"


def create(pair):
    return f"createdb -T template0 -h {pair.hosts[1]} -p {pair.target.port} -U postgres staging"


def copy_scripts(pair, lanes):
    """Tables over lanes, largest first: the text of one psql script for each."""
    tables = pair.source.rows(
        "SELECT format('%I.%I', n.nspname, relname), pg_table_size(c.oid), string_agg(quote_ident(attname), ', ' ORDER BY attnum) "
        "FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace JOIN pg_attribute a ON attrelid = c.oid AND attnum > 0 "
        "AND NOT attisdropped AND attgenerated = '' WHERE relkind = 'r' AND n.nspname NOT IN ('pg_catalog', 'information_schema') "
        "GROUP BY 1, 2 ORDER BY 2 DESC", "production")
    scripts = [[0, ""] for _ in range(lanes)]
    for table, size, columns in tables:
        lane = min(scripts, key=lambda s: s[0])
        lane[0] += int(size)
        lane[1] += (f"\\echo 'COPY {table} ({columns}) FROM stdin;'\nCOPY (SELECT {columns} FROM ONLY {table}) TO STDOUT;\n"
                    "\\echo '\\\\.'\n")
    return [text for _, text in scripts]


def copy_pipes(pair, lanes):
    """One pipe a lane: a psql that sends one table after the other, and one that takes them."""
    source, target = pair.source_dsn, pair.target_dsn
    pipes = []
    for number, script in enumerate(copy_scripts(pair, lanes)):
        path = os.path.join(pair.directory, f"lane{number}.sql")
        with open(path, "w", encoding="utf-8") as stream:
            stream.write(script)
        pipes.append(f"(psql -qX -d '{source}' -f '{path}' | psql -qX -v ON_ERROR_STOP=1 -d '{target}') & p{number}=$!")
    waits = " && ".join(f"wait $p{n}" for n in range(lanes))
    return f"{{ {'; '.join(pipes)}; {waits}; }}"


def psql_copy(pair, lanes):
    source, target = pair.source_dsn, pair.target_dsn
    return (f"{create(pair)} && pg_dump --section=pre-data -d '{source}' | psql -qX -d '{target}' && {copy_pipes(pair, lanes)} && "
            f"pg_dump --section=post-data -d '{source}' | psql -qX -d '{target}'")


def dump_restore(pair):
    source, target = pair.source_dsn, pair.target_dsn
    directory = os.path.join(pair.directory, "dump")
    return (f"rm -rf '{directory}' && {create(pair)} && pg_dump -Fd -Z0 -j{CORES} -f '{directory}' -d '{source}' && "
            f"pg_restore -j{CORES} -d '{target}' '{directory}'")


def pgcopydb(pair):
    directory = os.path.join(pair.directory, "pgcopydb")
    return (f"rm -rf '{directory}' && {create(pair)} && "
            f"pgcopydb clone --source '{pair.source_dsn}' --target '{pair.target_dsn}' "
            f"--table-jobs {CORES} --index-jobs {CORES} --dir '{directory}' --no-owner --no-acl --skip-extensions")


def createdb(pair):
    # From version 15 on a template can be copied as files, and is not by default.
    strategy = " --strategy=file_copy" if int(pair.source.sql("SHOW server_version_num")) >= 150000 else ""
    return f"createdb -T production{strategy} -h {pair.hosts[0]} -p {pair.source.port} -U postgres staging"


# name: (command maker, environment, is ours)
CONTENDERS = {
    "psql-1": (lambda p: psql_copy(p, 1), {"PGOPTIONS": NO_WAIT}, False),
    "psql-N": (lambda p: psql_copy(p, CORES), {"PGOPTIONS": NO_WAIT}, False),
    "dump-restore": (dump_restore, {}, False),
    "dump-restore-tuned": (dump_restore, {"PGOPTIONS": TUNED}, False),
    "pgcopydb": (pgcopydb, {}, False),
    "createdb": (createdb, {}, False),
    "understudy-off": (lambda p: p.refresh([], OFF), {}, True),
    "understudy-pseudonyms": (lambda p: p.refresh([os.path.join(ROOT, "bench", "pseudonyms.yaml")], OFF), {}, True),
    "understudy-rules": (lambda p: p.refresh(["odoo"], RULES), {}, True),
    "understudy-all": (lambda p: p.refresh(["odoo"], ALL), {}, True),
}
# For the report that people read.
TITLES = {
    "psql-1": "`psql` COPY piped into COPY, one lane",
    "psql-N": "`psql` COPY piped into COPY, a lane per core",
    "dump-restore": "`pg_dump -Fd -j | pg_restore -j`, a job per core",
    "dump-restore-tuned": "the same with our session settings",
    "pgcopydb": "`pgcopydb clone`, a job per core",
    "createdb": "`createdb -T` on one server (a copy of files)",
    "understudy-off": "Understudy, rules off (filestore and neutralising included)",
    "understudy-pseudonyms": "Understudy, names, e-mails, phones, logins",
    "understudy-rules": "Understudy, all packs, every text rewritten",
    "understudy-all": "Understudy, all packs, leak audit, fingerprints, read-back",
}
RAW = ("psql-1", "psql-N", "dump-restore", "dump-restore-tuned", "pgcopydb")

#!/usr/bin/env python3
"""A throw-away cluster, a generated production, a refresh, and where to look: tools/demo calls this.

  demo.py --program FILE --tools DIR [--scale N] [--directory DIR]
  demo.py --stop [--directory DIR]
"""
import argparse
import os
import subprocess
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
sys.dont_write_bytecode = True
import cluster as clusters  # noqa: E402  pylint: disable=wrong-import-position

CONFIG = """\
# The demo: production and staging are two databases of one throw-away cluster.
source:
  database: {source}
staging:
  database: {staging}
  keep_previous: 1
odoo:
  filestore: {{source: {directory}/filestore/production, staging: {directory}/filestore/staging}}
key: {{file: {directory}/understudy.key}}
rules: [odoo]
policy:
  unclassified: rewrite
  leaks: {leaks}
  attachments: {{default: placeholder}}
  accepted: [no-addons]  # a generated production has no code
sandbox:
  smtp: {{host: localhost, port: 1025}}
  base_url: https://staging.example.com
state: {directory}/state
"""

# What a person looks at first: three contacts and a message about a person, found in production, on both sides.
FIND = ("SELECT string_agg(id::text, ',') FROM (SELECT id FROM res_partner WHERE NOT is_company AND email IS NOT NULL"
        " AND phone IS NOT NULL ORDER BY id LIMIT 3) p",
        "SELECT min(id) FROM mail_message WHERE body LIKE '%mailto:%'")
LOOK = ("SELECT id, name, email, phone FROM res_partner WHERE id IN ({}) ORDER BY id",
        "SELECT left(regexp_replace(body, '<[^>]*>', ' ', 'g'), 220) FROM mail_message WHERE id = {}")


def default_directory():
    return os.environ.get("UNDERSTUDY_DEMO_DIR") or f"/tmp/understudy-demo-{os.getuid()}"


def parse():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", default="build/understudy")
    parser.add_argument("--tools", default=os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
    parser.add_argument("--scale", default="1")
    parser.add_argument("--directory", default=default_directory())
    parser.add_argument("--leaks", default="fail", choices=("fail", "warn", "off"))
    parser.add_argument("--stop", action="store_true")
    parser.add_argument("--clean-up", default="tools/demo --stop", help="the command that removes the demo, for messages")
    return parser.parse_args()


def is_demo(directory):
    return os.path.exists(os.path.join(directory, "demo"))


def stop(directory):
    if not os.path.exists(directory):
        print(f"no demo at {directory}")
        return
    if not is_demo(directory):
        raise SystemExit(f"understudy demo: error: {directory} is not a demo's directory; nothing was removed")
    clusters.remove(directory)
    print(f"stopped and removed {directory}")


def show(cluster):
    found = [cluster.rows(query, "production")[0][0] for query in FIND]
    for database in ("production", "staging"):
        print(f"\n--- {database}")
        for query, ids in zip(LOOK, found):
            for row in cluster.rows(query.format(ids), database):
                print("  " + " | ".join(row))


def main():
    options = parse()
    directory = os.path.abspath(options.directory)
    if options.stop:
        stop(directory)
        return
    if os.path.exists(directory) and os.listdir(directory):
        if not is_demo(directory):
            raise SystemExit(f"understudy demo: error: {directory} exists and is not a demo's directory")
        clusters.remove(directory)
    print(f"1/4  a PostgreSQL cluster in {directory}", flush=True)
    cluster = clusters.Cluster(directory=directory, guard=False)
    with open(os.path.join(directory, "demo"), "w", encoding="utf-8"):
        pass
    try:
        refresh(options, cluster, directory)
    except BaseException:
        print(f"the demo did not get to its end; {options.clean_up} removes {directory}", file=sys.stderr)
        raise


def refresh(options, cluster, directory):
    filestore = os.path.join(directory, "filestore", "production")
    cluster.create("production")
    print("2/4  a production with invented people:", flush=True)
    subprocess.run([os.path.join(options.tools, "generate-production"), cluster.dsn("production"), "--scale", options.scale,
                    "--filestore", filestore, "--truth", os.path.join(directory, "truth.tsv")], check=True)
    config = os.path.join(directory, "understudy.yaml")
    with open(config, "w", encoding="utf-8") as stream:
        stream.write(CONFIG.format(source=cluster.dsn("production"), staging=cluster.dsn("staging"), directory=directory,
                                   leaks=options.leaks))
    print("3/4  a key", flush=True)
    subprocess.run([options.program, "keygen", os.path.join(directory, "understudy.key")], check=True)
    print("4/4  the refresh", flush=True)
    started = time.monotonic()
    done = subprocess.run([options.program, "refresh", "--config", config], check=False)
    if done.returncode != 0:
        print(f"understudy demo: error: the refresh ended with exit code {done.returncode}", file=sys.stderr)
        raise SystemExit(done.returncode)
    print(f"refreshed in {time.monotonic() - started:.1f} s")
    show(cluster)
    print(f"""
report      {directory}/state/latest/report.md (and .html, .json)
config      {config}
production  psql "{cluster.dsn('production')}"
staging     psql "{cluster.dsn('staging')}"
again       {options.program} refresh --config {config}
clean up    {options.clean_up}""")


if __name__ == "__main__":
    main()

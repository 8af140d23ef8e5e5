#!/usr/bin/env python3
"""Neutralising as its user sees it: the modules' own scripts, the sandbox, the command, and sinks on loopback."""
import base64
import glob
import hashlib
import json
import os
import shutil
import subprocess
import sys
import unittest

import harness
from harness import Case

DATA = harness.shared("odoo17")
SCRIPT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "channels.py")
# Planted into the generated production: a connector of nobody's, parameters known by their shape alone.
PLANT = """
INSERT INTO ir_config_parameter (key, value) VALUES ('acme.sftp.password', 'hEwujQbuFqtMa395'), ('acme.sandboxed', 'https://api.acme.com'),
  ('acme.endpoint', 'https://api.acme.com/v1'), ('acme.dsn', 'postgresql://etl:pw9@dwh.acme.com/x'), ('acme.token_of', 'plain words'),
  ('acme.color', 'blue'), ('acme.relay_host', 'relay.acme.com') ON CONFLICT (key) DO UPDATE SET value = excluded.value;
CREATE TABLE x_unheard_server (id serial PRIMARY KEY, name varchar, location varchar);
INSERT INTO x_unheard_server (name, location) VALUES ('a', 'none'), ('b', 'https://partner.acme.com/api');
"""


def channels(dsn, smtp_port=1025, http_port=8069):
    done = subprocess.run([sys.executable, "-B", SCRIPT, dsn, str(smtp_port), str(http_port)], check=True, stdout=subprocess.PIPE, text=True)
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    return lines[:-1], lines[-1]


def verifies(password, digest):
    """Odoo's passlib context, by the standard library: pbkdf2-sha512 with adapted base64."""
    _, scheme, rounds, salt, checksum = digest.split("$")
    plain = [base64.b64decode(text.replace(".", "+") + "=" * (-len(text) % 4)) for text in (salt, checksum)]
    return scheme == "pbkdf2-sha512" and hashlib.pbkdf2_hmac("sha512", password, plain[0], int(rounds)) == plain[1]


class NeutraliseTest(Case):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.cluster.sql(PLANT, harness.ready_production.DATABASE)
        cls.source = cls.space.production()

    def addons(self, good=True, failing=False):
        """Two addons paths; returns them. Modules: base in the first, mail in both, sale in the second."""
        self.space.count += 1
        paths = [self.space.path(f"addons{self.space.count}/{name}") for name in ("one", "two")]

        def module(path, name, script):
            os.makedirs(f"{path}/{name}/data")
            with open(f"{path}/{name}/__manifest__.py", "w", encoding="utf-8") as stream:
                stream.write("{}")
            if script:
                with open(f"{path}/{name}/data/neutralize.sql", "w", encoding="utf-8") as stream:
                    stream.write(script)
        if good:
            module(paths[0], "base", "-- base's own\nUPDATE ir_mail_server SET active = false;\n"
                   "INSERT INTO ir_config_parameter (key, value) VALUES ('order.base', '1');")
        bad = "UPDATE no_such_table SET x = 'S3CRET';\n" if failing else ""
        module(paths[0], "mail", bad + "INSERT INTO ir_config_parameter (key, value)"
               " SELECT 'order.mail', count(*)::text FROM ir_config_parameter WHERE key = 'order.base';")
        module(paths[1], "mail", "DELETE FROM mail_message;")  # the first path wins
        module(paths[1], "sale", None)
        return paths

    def refreshed_with(self, **changes):
        name = self.staging_name()
        config = self.space.config(self.source, name, **changes)
        return name, config, harness.refresh(config, env={"STAGING_PASSWORD": "come-in", "STRIPE_TEST": "sk_test_sandbox"})

    def odoo(self, staging, **more):
        return {"filestore": {"source": self.space.filestore, "staging": self.space.path("filestore/" + staging)}, **more}

    # --- the modules' own scripts

    def test_own_scripts_run_in_order_and_are_counted(self):
        name, _, done = self.refreshed_with(odoo=self.odoo("own", addons=self.addons()))
        self.assertExit(done, 0)
        own = [(n["module"], n["statement"].split(" ")[0], n["rows"]) for n in self.space.report(name)["neutralised"]
               if n["statement"].startswith("neutralize.sql")]
        servers = int(self.cluster.sql("SELECT count(*) FROM ir_mail_server", self.source))
        self.assertEqual(own, [("base", "neutralize.sql:2", servers), ("base", "neutralize.sql:3", 1), ("mail", "neutralize.sql:1", 1)])
        self.assertEqual(self.cluster.sql("SELECT value FROM ir_config_parameter WHERE key = 'order.mail'", name), "1")
        missing = [w["text"] for w in self.space.report(name)["warnings"] if w["id"] == "modules-not-found"][0]
        names = missing.split(": ")[1].split(", ")
        self.assertIn("crm", names)
        self.assertEqual({"base", "mail", "sale"} & set(names), set())
        self.assertTrue(missing.startswith(f"{len(names)} installed modules"), missing)

    def test_a_failing_script_stops_publishing_unless_the_policy_says_warn(self):
        addons = self.addons(failing=True)
        name, _, done = self.refreshed_with(odoo=self.odoo("failing", addons=addons))
        self.assertExit(done, 5)
        self.assertNotIn("S3CRET", done.err)
        self.assertFalse(self.cluster.exists(name))
        failed = [(n["module"], n["error"][:5]) for n in self.space.report(name)["neutralised"] if n["error"]]
        self.assertEqual(failed, [("mail", "42P01")])
        name, _, done = self.refreshed_with(odoo=self.odoo("failing2", addons=addons), policy={"neutralisation": "warn"})
        self.assertExit(done, 0)
        self.assertEqual(self.cluster.sql("SELECT value FROM ir_config_parameter WHERE key = 'order.mail'", name), "1")

    def test_a_broken_pack_ends_a_run_before_anything_is_written(self):
        for kind in ("neutralise", "assertions"):
            rules = self.space.path(f"rules-{kind}")
            shutil.copytree(os.path.join(harness.ROOT, "rules"), rules)
            pack = sorted(glob.glob(f"{rules}/odoo/{kind}/*.yaml"))[0]
            with open(pack, "a", encoding="utf-8") as stream:
                stream.write("\nno_such_key: 1\n")
            name = self.staging_name()
            done = harness.refresh(self.space.config(self.source, name), env={"UNDERSTUDY_RULES": rules})
            self.assertExit(done, 2)
            self.assertIn(os.path.basename(pack) + ":", done.err)
            self.assertIn("no_such_key", done.err)
            stages = [stage["name"] for stage in self.space.report(name)["stages"]]
            self.assertIn("plan", stages)
            self.assertFalse({"schema", "rows"} & set(stages), stages)

    def test_an_addons_path_that_is_missing(self):
        _, _, done = self.refreshed_with(odoo=self.odoo("nopath", addons=["/nonexistent/addons"]))
        self.assertNotEqual(done.code, 0)
        self.assertIn("/nonexistent/addons", done.err)

    # --- links in large texts, of which reading back says whether there are any

    def links(self, name):
        """Rows that the statement touched by the report, and links that are live."""
        rows = [n["rows"] for n in self.space.report(name)["neutralised"] if n["statement"] == "message_links_token"]
        live = self.cluster.sql("SELECT count(*) FROM mail_message WHERE body ~ '[?&]token=(?!neutralised)'", name)
        return rows, live

    def test_links_in_messages(self):
        plant = """UPDATE mail_message SET body = '<a href="/mail/view?token=abc">' WHERE id = (SELECT min(id) FROM mail_message);"""
        name, _, done = self.refreshed_with(odoo=self.odoo("nolinks"), policy={"fidelity": "fail"})
        self.assertExit(done, 0)
        self.assertEqual(self.links(name), ([0], "0"))
        # Whatever a module's script writes was not there when staging was read back.
        addons = self.addons()
        with open(f"{addons[0]}/base/data/neutralize.sql", "a", encoding="utf-8") as stream:
            stream.write(plant)
        name, _, done = self.refreshed_with(odoo=self.odoo("scripted", addons=addons), policy={"fidelity": "fail"})
        self.assertExit(done, 0)
        self.assertEqual(self.links(name), ([1], "0"))
        old = self.cluster.sql("SELECT quote_literal(body) FROM mail_message WHERE id = (SELECT min(id) FROM mail_message)", self.source)
        self.cluster.sql(plant, self.source)
        try:
            for policy in ("fail", "off"):
                name, _, done = self.refreshed_with(odoo=self.odoo("links" + policy), policy={"fidelity": policy})
                self.assertExit(done, 0)
                self.assertEqual(self.links(name), ([1], "0"), policy)
        finally:
            self.cluster.sql(f"UPDATE mail_message SET body = {old} WHERE id = (SELECT min(id) FROM mail_message)", self.source)

    # --- sandbox, passwords, jobs, parameters, report

    def test_sandbox_passwords_jobs_and_parameters(self):
        kept = self.cluster.rows("SELECT module || '.' || name FROM ir_model_data WHERE model = 'ir.cron' AND name <> 'autovacuum_job'"
                                 " ORDER BY id LIMIT 1", self.source)[0][0]
        sandbox = {"smtp": {"host": "127.0.0.1", "port": 1025}, "base_url": "http://127.0.0.1:8069",
                   "parameters": {"acme.sandboxed": "http://127.0.0.1:8069/acme"}, "jobs": {"keep": [kept, "base.no_such_job"]},
                   "payment": {"stripe": {"stripe_secret_key": "${STRIPE_TEST}"}}}
        name, config, done = self.refreshed_with(
            odoo=self.odoo("sandbox", staging_password={"env": "STAGING_PASSWORD"}), sandbox=sandbox)
        self.assertExit(done, 0)  # staging's own hash is no leak
        self.check_passwords(name)
        values = dict(self.cluster.rows("SELECT key, value FROM ir_config_parameter WHERE key ~ '^(acme|web.base.url$|database.is)'", name))
        self.assertEqual({k: v for k, v in values.items() if v not in ("", "neutralised", "neutralised.invalid", "http://127.0.0.1:9")},
                         {"acme.color": "blue", "acme.sandboxed": "http://127.0.0.1:8069/acme",
                          "web.base.url": "http://127.0.0.1:8069", "database.is_neutralized": "True"})
        self.assertLessEqual({"acme.sftp.password", "acme.dsn", "acme.endpoint", "acme.token_of", "acme.relay_host"}, set(values))
        on = {j["id"] for j in self.space.report(name)["jobs"] if j["active"]}
        self.assertEqual(on, {"base.autovacuum_job", kept})
        self.assertEqual(self.cluster.sql("SELECT count(*) FROM ir_cron WHERE active", name), "2")
        self.assertIn("unknown-job:base.no_such_job", [w["id"] for w in self.space.report(name)["warnings"]])
        self.assertTrue(all(j["next"] and "." in j["model"] for j in self.space.report(name)["jobs"]))
        if self.cluster.sql("SELECT count(*) FROM payment_provider WHERE code = 'stripe'", self.source) != "0":
            self.assertEqual(self.cluster.rows("SELECT DISTINCT state, stripe_secret_key FROM payment_provider WHERE code = 'stripe'", name),
                             [["test", "sk_test_sandbox"]])
        # verify maps the same sandbox: its credentials are no open channel.
        done = harness.run_program(["verify", "--config", config, "--progress=none"], env={"STAGING_PASSWORD": "come-in", "STRIPE_TEST": "sk_test_sandbox"})
        self.assertExit(done, 0)

    def check_passwords(self, name):
        system = "SELECT res_id FROM ir_model_data WHERE model = 'res.users' AND name IN ('user_root', 'default_user', 'public_user', 'template_portal_user_id')"
        hashes = self.cluster.rows(f"SELECT DISTINCT password FROM res_users WHERE id NOT IN ({system})", name)
        self.assertEqual(len(hashes), 1)
        self.assertTrue(verifies(b"come-in", hashes[0][0]))
        self.assertFalse(verifies(b"come-out", hashes[0][0]))
        self.assertEqual(self.cluster.sql(f"SELECT count(*) FROM res_users WHERE password IS NOT NULL AND id IN ({system})", name), "0")

    def test_without_a_password_nobody_logs_in(self):
        name, _, done = self.refreshed_with()
        self.assertExit(done, 0)
        self.assertEqual(self.cluster.sql("SELECT count(*) FROM res_users WHERE password <> ''", name), "0")

    def test_what_still_points_outside_and_the_egress_rules_are_reported(self):
        # The rule's word is kept, so the address comes along: the sweep must see it.
        rules = self.space.path("keep.yaml")
        with open(rules, "w", encoding="utf-8") as stream:
            stream.write("pack: keep\ntables: {x_unheard_server: {name: keep, location: keep}}\n")
        name, _, done = self.refreshed_with(rules=["odoo", rules], policy={"leaks": "warn"},
                                            sandbox={"smtp": {"host": "mailpit.internal", "port": 2525}})
        self.assertExit(done, 0)
        report = self.space.report(name)
        self.assertIn({"kind": "url", "table": "x_unheard_server", "column": "location", "rows": 1, "places": "2"}, report["outside"])
        self.assertIn("ip daddr mailpit.internal tcp dport 2525 accept", report["egress_rules"])
        for kind in ("md", "html"):
            with open(self.space.path(f"state-{name}/latest/report.{kind}"), encoding="utf-8") as stream:
                text = stream.read()
            self.assertIn("x_unheard_server", text)
            self.assertIn("meta skuid", text)

    # --- the command

    def copy(self):
        name = self.staging_name()
        self.cluster.create(name, template=self.source)
        return name

    def test_the_command_refuses_what_it_may_not_touch(self):
        copy = self.copy()
        config = self.space.config(self.source, copy)
        before = harness.table_digests(self.cluster, copy)
        self.assertExit(harness.run_program(["neutralise", "--config", config]), 8)
        self.assertExit(harness.run_program(["neutralise", "--config", config, "--confirm=other"]), 8)
        source = self.cluster.tcp_dsn(self.source)  # another spelling
        self.assertExit(harness.run_program(["neutralise", "--config", config, "--database", source, f"--confirm={self.source}"]), 8)
        gone = self.space.config("no_such_source", copy)
        self.assertExit(harness.run_program(["neutralise", "--config", gone, f"--confirm={copy}"]), 7)
        self.assertExit(harness.run_program(["neutralise", "--database", self.cluster.dsn("no_such")]), 7)
        self.assertSameTables(before, harness.table_digests(self.cluster, copy))

    def test_the_command_on_a_copy_of_other_tools(self):
        copy = self.copy()
        dsn = self.cluster.dsn(copy)
        here = {"cwd": self.space.directory}  # no understudy.yaml there
        verify = ["verify", "--database", dsn, "--json", "--progress=none"]
        before = harness.run_program(verify, **here)
        self.assertExit(before, 5)
        self.assertGreater(len([a for a in json.loads(before.out)["assertions"] if a["violations"]]), 20)
        self.assertIn("x_unheard_server", [o["table"] for o in json.loads(before.out)["outside"]])
        done = harness.run_program(["neutralise", "--database", dsn, f"--confirm={copy}", "--json"], **here)
        self.assertExit(done, 0)
        result = json.loads(done.out)
        self.assertEqual([a["name"] for a in result["assertions"] if a["severity"] == "must" and a["violations"]], [])
        self.assertIn("table inet", result["egress_rules"])
        self.assertExit(harness.run_program(verify, **here), 0)
        self.cluster.sql("UPDATE ir_cron SET active = true", copy)
        self.assertExit(harness.run_program(verify, **here), 5)
        again = harness.run_program(["neutralise", "--database", dsn, f"--confirm={copy}"], **here)
        self.assertExit(again, 0)
        self.assertIn("0 failed", again.out)

    def test_the_command_with_a_failing_script(self):
        copy = self.copy()
        config = self.space.config(self.source, copy, odoo=self.odoo("cmd", addons=self.addons(failing=True)))
        done = harness.run_program(["neutralise", "--config", config, f"--confirm={copy}"])
        self.assertExit(done, 5)
        self.assertIn("42P01", done.out)
        self.assertNotIn("S3CRET", done.out + done.err)
        self.assertIn("crm", done.err)  # on no path
        self.assertEqual(self.cluster.sql("SELECT count(*) FROM ir_cron WHERE active", copy), "1", "the rest is done")

    def test_the_script_is_for_reading_and_for_psql(self):
        copy = self.copy()
        before = harness.table_digests(self.cluster, copy)
        config = self.space.config(self.source, copy, odoo=self.odoo("script", addons=self.addons()))
        script = harness.run_program(["neutralise", "--config", config, "--stdout"])
        self.assertExit(script, 0)
        self.assertIn("-- base / jobs_off (jobs): ", script.out)
        self.assertIn("-- module crm: installed, but on no addons path", script.out)
        self.assertSameTables(before, harness.table_digests(self.cluster, copy))
        psql = subprocess.run(["psql", "-X", "-q", "-d", self.cluster.dsn(copy)], check=True, input=script.stdout, stdout=subprocess.PIPE)
        self.assertEqual(psql.stdout, b"", "the seed of the new tokens is not shown")
        verify = ["verify", "--database", self.cluster.dsn(copy), "--progress=none"]
        self.assertExit(harness.run_program(verify, cwd=self.space.directory), 0)
        # A script that fails changes nothing and says so.
        broken = self.copy()
        failed = subprocess.run(["psql", "-X", "-q", "-d", self.cluster.dsn(broken)], check=False, stderr=subprocess.DEVNULL,
                                input=script.stdout.replace(b"COMMIT;", b"SELECT no_such_column;\nCOMMIT;"))
        self.assertEqual(failed.returncode, 3)
        self.assertSameTables(before, harness.table_digests(self.cluster, broken))

    # --- the sinks

    def check_sinks(self, source, staging):
        before, _ = channels(self.cluster.dsn(source))
        self.assertGreater(len([c for c in before if c["result"] == "outside"]), 3, "the same question must find production's")
        after, sinks = channels(self.cluster.dsn(staging))
        self.assertGreater(len(after), 3)
        self.assertEqual([c for c in after if c["result"] == "outside"], [])
        self.assertEqual(sinks["mails"], 1)
        self.assertGreater(sinks["requests"], 0)
        self.assertIn({"place": "smtp", "address": "127.0.0.1:1025", "result": "sink"}, after)

    def test_every_configured_channel_ends_in_the_sinks(self):
        name, _, done = self.refreshed_with(sandbox={"smtp": {"host": "127.0.0.1", "port": 1025}, "base_url": "http://127.0.0.1:8069"})
        self.assertExit(done, 0)
        self.check_sinks(self.source, name)

    def test_what_brings_a_copy_back_to_life_reaches_nobody(self):
        """A tester un-archives servers, confirms mailboxes, enables providers; a module is updated; settings are saved."""
        name, config, done = self.refreshed_with(sandbox={"smtp": {"host": "127.0.0.1", "port": 1025}, "base_url": "http://127.0.0.1:8069"})
        self.assertExit(done, 0)
        for statement in (
                "UPDATE ir_mail_server SET active = true", "UPDATE fetchmail_server SET active = true, state = 'done'",
                "UPDATE auth_oauth_provider SET enabled = true", "UPDATE mail_mail SET state = 'outgoing'",
                "UPDATE ir_act_server SET state = 'webhook' WHERE webhook_url IS NOT NULL",
                # Updating a module writes what its XML says, but only to records that are not marked noupdate.
                "UPDATE ir_cron SET active = true WHERE id IN (SELECT res_id FROM ir_model_data WHERE model = 'ir.cron' AND noupdate IS NOT TRUE)"):
            self.cluster.sql(statement, name, check=False)  # a module may be missing
        self.assertEqual(self.cluster.sql("SELECT count(*) FROM ir_cron WHERE active", name), "1")
        found, sinks = channels(self.cluster.dsn(name))
        self.assertEqual([c for c in found if c["result"] == "outside"], [])
        self.assertEqual(sinks["mails"], 1)
        # Settings may switch jobs on again; what those use is still not there.
        self.cluster.sql("UPDATE ir_cron SET active = true; UPDATE payment_provider SET state = 'enabled'", name)
        done = harness.run_program(["verify", "--config", config, "--json", "--progress=none"])
        self.assertExit(done, 5)
        open_now = {a["name"] for a in json.loads(done.out)["assertions"] if a["violations"] and a["severity"] == "must"}
        self.assertLessEqual(open_now, {"cron_active", "provider_enabled", "fetchmail_active", "mail_queue_outgoing", "oauth_provider_enabled"},
                             "switches only: no secret and no address came back")

    @unittest.skipUnless(DATA, "skipped: no odoo17/ in $UNDERSTUDY_SHARED or ../shared")
    def test_every_configured_channel_of_a_real_odoo_17_ends_in_the_sinks(self):
        self.space.restore_odoo17("odoo", filestore=False)
        config = self.space.config("odoo", "odoo_staging", odoo=None, policy={"leaks": "warn", "fidelity": "warn"},
                                   sandbox={"smtp": {"host": "127.0.0.1", "port": 1025}, "base_url": "http://127.0.0.1:8069"})
        self.refreshed(config)
        self.check_sinks("odoo", "odoo_staging")


if __name__ == "__main__":
    harness.main()

// The keys of report.json: one Describe() per struct of the run record, for writing and reading alike.
//
// DESIGN: `v(key, field)` is called for every field in the order of the document; the visitor decides the
// direction. Private to record_json.cc, apart from it because it is a table. Threads: none (templates).
#ifndef UNDERSTUDY_RECORD_RECORD_FIELDS_H_
#define UNDERSTUDY_RECORD_RECORD_FIELDS_H_

#include "record/run_record.h"

namespace understudy::record {

template <class V>
void Describe(V& v, Tool& t) {
  v("name", t.name);
  v("version", t.version);
  v("commit", t.commit);
  v("libraries", t.libraries);
}

template <class V>
void Describe(V& v, End& e) {
  v("kind", e.kind);
  v("where", e.where);
  v("database", e.database);
  v("server_version", e.server_version);
  v("system_identifier", e.system_identifier);
  v("bytes", e.bytes);
}

template <class V>
void Describe(V& v, Snapshot& s) {
  v("lsn", s.lsn);
  v("id", s.id);
  v("time", s.time);
  v("held_s", s.held_s);
  v("held_transactions", s.held_transactions);
}

template <class V>
void Describe(V& v, Stage& s) {
  v("name", s.name);
  v("started_s", s.started_s);
  v("seconds", s.seconds);
  v("rows", s.rows);
  v("bytes", s.bytes);
}

template <class V>
void Describe(V& v, TableColumn& c) {
  v("name", c.name);
  v("type", c.type);
  v("treatment", c.treatment);
  v("rule", c.rule);
  v("class", c.data_class);
  v("changed", c.changed);
  v("source_fingerprint", c.source_fingerprint);
  v("staging_fingerprint", c.staging_fingerprint);
  v("read_back_fingerprint", c.read_back_fingerprint);
  v("samples", c.samples);
  v("published_fingerprint", c.published_fingerprint);
}

template <class V>
void Describe(V& v, Table& t) {
  v("schema", t.schema);
  v("name", t.name);
  v("module", t.module);
  v("rows", t.rows);
  v("source_rows", t.source_rows);
  v("bytes", t.bytes);
  v("seconds", t.seconds);
  v("treatment", t.treatment);
  v("fidelity", t.fidelity);
  v("columns", t.columns);
  v("row_format", t.row_format);
  v("rows_fingerprint", t.rows_fingerprint);
  v("published_rows", t.published_rows);
}

template <class V>
void Describe(V& v, Unclassified& u) {
  v("table", u.table);
  v("column", u.column);
  v("type", u.type);
  v("handled", u.handled);
}

template <class V>
void Describe(V& v, Leak& l) {
  v("table", l.table);
  v("column", l.column);
  v("class", l.data_class);
  v("count", l.count);
  v("rows", l.rows);
}

template <class V>
void Describe(V& v, Neutralised& n) {
  v("module", n.module);
  v("statement", n.statement);
  v("rows", n.rows);
  v("error", n.error);
}

template <class V>
void Describe(V& v, Assertion& a) {
  v("name", a.name);
  v("violations", a.violations);
  v("error", a.error);
  v("severity", a.severity);
  v("reason", a.reason);
}

template <class V>
void Describe(V& v, Outside& o) {
  v("kind", o.kind);
  v("table", o.table);
  v("column", o.column);
  v("rows", o.rows);
  v("places", o.places);
}

template <class V>
void Describe(V& v, Job& j) {
  v("name", j.name);
  v("model", j.model);
  v("active", j.active);
  v("next", j.next);
  v("kept", j.kept);
  v("id", j.id);
}

template <class V>
void Describe(V& v, Filestore& f) {
  v("files", f.files);
  v("bytes", f.bytes);
  v("copied", f.copied);
  v("reused", f.reused);
  v("rewritten", f.rewritten);
  v("replaced", f.replaced);
  v("dropped", f.dropped);
  v("missing", f.missing);
}

template <class V>
void Describe(V& v, Restored& r) {
  v("where", r.where);
  v("tables", r.tables);
  v("rows", r.rows);
  v("files", r.files);
}

template <class V>
void Describe(V& v, Parameter& p) {
  v("key", p.key);
  v("treatment", p.treatment);
}

template <class V>
void Describe(V& v, Environment& e) {
  v("source", e.source);
  v("staging", e.staging);
  v("explanations", e.explanations);
}

template <class V>
void Describe(V& v, Warning& w) {
  v("id", w.id);
  v("text", w.text);
  v("accepted", w.accepted);
}

template <class V>
void Describe(V& v, SchemaDifference& d) {
  v("object", d.object);
  v("difference", d.difference);
  v("deliberate", d.deliberate);
}

template <class V>
void Describe(V& v, Finding& f) {
  v("class", f.cls);
  v("text", f.text);
  v("exit_code", f.exit_code);
}

template <class V>
void Describe(V& v, KnownValues& k) {
  v("values", k.values);
  v("bytes", k.bytes);
  v("classes", k.classes);
  v("left", k.left);
}

template <class V>
void Describe(V& v, Limits& l) {
  v("lanes", l.lanes);
  v("workers", l.workers);
  v("peak_rss_bytes", l.peak_rss_bytes);
  v("batch_bytes", l.batch_bytes);
}

template <class V>
void Describe(V& v, RowTimes& t) {
  v("lanes_s", t.lanes_s);
  v("read_s", t.read_s);
  v("rewrite_s", t.rewrite_s);
  v("write_s", t.write_s);
  v("reader_wait_s", t.reader_wait_s);
  v("worker_wait_s", t.worker_wait_s);
  v("writer_wait_s", t.writer_wait_s);
}

template <class V>
void Describe(V& v, RunRecord& r) {
  v("run_id", r.run_id);
  v("outcome", r.outcome);
  v("exit_code", r.exit_code);
  v("command", r.command);
  v("error", r.error);
  v("started_at", r.started_at);
  v("finished_at", r.finished_at);
  v("seconds", r.seconds);
  v("tool", r.tool);
  v("key_id", r.key_id);
  v("key_ephemeral", r.key_ephemeral);
  v("packs", r.packs);
  v("options", r.options);
  v("limits", r.limits);
  v("source", r.source);
  v("staging", r.staging);
  v("previous", r.previous);
  v("snapshot", r.snapshot);
  v("stages", r.stages);
  v("row_times", r.row_times);
  v("findings", r.findings);
  v("unclassified", r.unclassified);
  v("leaks", r.leaks);
  v("neutralised", r.neutralised);
  v("assertions", r.assertions);
  v("outside", r.outside);
  v("egress_rules", r.egress_rules);
  v("jobs", r.jobs);
  v("filestore", r.filestore);
  v("restored", r.restored);
  v("parameters", r.parameters);
  v("known_values", r.known_values);
  v("schema_differences", r.schema_differences);
  v("environment", r.environment);
  v("sandbox", r.sandbox);
  v("warnings", r.warnings);
  v("tables", r.tables);
}

}  // namespace understudy::record

#endif  // UNDERSTUDY_RECORD_RECORD_FIELDS_H_

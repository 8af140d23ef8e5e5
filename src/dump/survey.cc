#include "dump/survey.h"

#include <algorithm>
#include <cstdlib>

#include "base/status.h"
#include "base/strings.h"
#include "dump/sql_cursor.h"

namespace understudy::dump {
namespace {

// Entries that a copy never has: roles' rights, and what would reach for other servers.
constexpr std::string_view kLeftOut[] = {"ACL",
                                         "DEFAULT ACL",
                                         "SECURITY LABEL",
                                         "DATABASE",
                                         "DATABASE PROPERTIES",
                                         "PUBLICATION",
                                         "PUBLICATION TABLE",
                                         "PUBLICATION TABLES IN SCHEMA",
                                         "SUBSCRIPTION",
                                         "SUBSCRIPTION TABLE",
                                         "USER MAPPING",
                                         "BLOB",
                                         "BLOB METADATA"};

std::vector<clone::SchemaEntry> EntriesOf(const std::string& script) {
  std::vector<clone::SchemaEntry> entries = clone::SplitScript(script);
  std::erase_if(entries, [](const clone::SchemaEntry& entry) {
    return std::find(std::begin(kLeftOut), std::end(kLeftOut), entry.type) != std::end(kLeftOut) ||
           Trim(entry.sql).empty();
  });
  return entries;
}

}  // namespace

absl::Status Survey::Read(PlainReader& reader, const CancelToken* cancel, Counters* counters) {
  for (Unit unit;;) {
    ASSIGN_OR_RETURN(const bool more, reader.Next(&unit));
    if (!more) break;
    {
      MutexLock lock(mutex_);
      Add(unit, reader.search_path());
    }
    if (unit.statement.kind != StatementKind::kCopy) continue;
    RETURN_IF_ERROR(ReadBlock(reader, unit.statement.copy, cancel, counters));
  }
  MutexLock lock(mutex_);
  if (encoding_.empty()) encoding_ = reader.encoding();
  if (!reader.connected_database().empty()) database_ = reader.connected_database();
  return absl::OkStatus();
}

absl::Status Survey::ReadBlock(PlainReader& reader, const CopyHeader& copy, const CancelToken* cancel,
                               Counters* counters) {
  const bool wanted = OdooMetadata::Wants(copy);
  copyformat::Batch batch;
  TableSize size;
  for (;;) {
    ASSIGN_OR_RETURN(const bool some, reader.ReadRows(&batch));
    if (!some) break;
    if (cancel != nullptr && cancel->cancelled()) return Cancelled();
    if (wanted) RETURN_IF_ERROR(Annotate(odoo_.Add(copy, batch), reader.Place()));
    size.rows += batch.rows;
    size.bytes += batch.bytes.size();
    if (counters == nullptr) continue;
    counters->rows += batch.rows;
    counters->bytes += batch.bytes.size();
  }
  MutexLock lock(mutex_);
  TableSize& all = sizes_[{copy.schema, copy.name}];
  all.rows += size.rows;
  all.bytes += size.bytes;
  ++all.blocks;
  ddl_.AddCopy(copy);
  ddl_.SetSize(copy, all.rows, all.bytes);
  return absl::OkStatus();
}

void Survey::Add(const Unit& unit, std::string_view search_path) {
  switch (unit.statement.kind) {
    case StatementKind::kSchema:
      return AddSchema(unit.text, search_path);
    case StatementKind::kSequence:
      data_seen_ = true;
      return AddSequence(unit.text);
    case StatementKind::kCopy:
      data_seen_ = true;
      return;
    case StatementKind::kDrop:
      ++dropped_[std::string(unit.statement.dropped_what)];
      return;
    case StatementKind::kRemark:
      if (keep_remarks_) remarks_.emplace_back(unit.text);
      return;
    case StatementKind::kObject: {
      SqlCursor cursor(unit.text);
      while (!cursor.AtEnd() && !cursor.Is("LO_CREATE")) cursor.Next();
      if (!cursor.Take("LO_CREATE")) return;
      cursor.Take("(");
      large_objects_.push_back(cursor.token() == pg::SqlToken::kLiteral ? cursor.TakeLiteral()
                                                                        : std::string(cursor.text()));
      return;
    }
    default:
      return;
  }
}

void Survey::AddSchema(std::string_view text, std::string_view search_path) {
  SqlCursor cursor(text);
  if (cursor.Take("REFRESH")) {
    cursor.Take("MATERIALIZED");
    cursor.Take("VIEW");
    TableName name{"public", ""};
    if (cursor.TakeQualifiedName(&name.first, &name.second)) populated_.insert(name);
    return;
  }
  ddl_.Add(text, search_path);
  std::string& script = data_seen_ ? post_data_ : pre_data_;
  // Every comment that heads an entry must begin its line.
  if (!script.empty() && !script.ends_with('\n')) script += '\n';
  script += text;
}

// SELECT pg_catalog.setval('public.x_id_seq', 5, true);
void Survey::AddSequence(std::string_view text) {
  SqlCursor cursor(text);
  while (!cursor.AtEnd() && cursor.token() != pg::SqlToken::kLiteral) cursor.Next();
  clone::Sequence sequence;
  sequence.schema = "public";
  const std::string name = cursor.TakeLiteral();
  SqlCursor inner(name);
  if (!inner.TakeQualifiedName(&sequence.schema, &sequence.name) || !cursor.Take(",")) return;
  std::string number;
  for (; !cursor.AtEnd() && !cursor.Is(","); cursor.Next()) number += cursor.text();
  cursor.Take(",");
  sequence.last_value = std::strtoll(number.c_str(), nullptr, 10);
  sequence.is_called = cursor.Is("TRUE");
  sequences_[{sequence.schema, sequence.name}] = sequence;
}

void Survey::FillFacts(clone::Catalog* catalog) const {
  catalog->facts.relations = ddl_.Relations();
  odoo_.Fill(catalog);
}

void Survey::FillSizes(clone::Catalog* catalog) const {
  for (rules::Relation& relation : catalog->facts.relations) {
    const auto size = sizes_.find({relation.schema, relation.name});
    if (size == sizes_.end()) continue;
    relation.rows_estimate = static_cast<double>(size->second.rows);
    relation.bytes = size->second.bytes;
    // One page at least for a table with rows: tables without pages are not copied.
    relation.pages = size->second.rows == 0 ? 0 : size->second.bytes / 8192 + 1;
  }
  odoo_.Fill(catalog);
}

clone::Schema Survey::Schema() const {
  clone::Schema schema;
  schema.pre_data = EntriesOf(pre_data_);
  schema.post_data = EntriesOf(post_data_);
  return schema;
}

std::vector<clone::Sequence> Survey::Sequences() const {
  std::vector<clone::Sequence> sequences;
  for (const auto& [name, sequence] : sequences_) sequences.push_back(sequence);
  return sequences;
}

}  // namespace understudy::dump

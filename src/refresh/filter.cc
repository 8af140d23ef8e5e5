#include "refresh/filter.h"

#include <fmt/format.h>

#include <algorithm>
#include <thread>

#include "base/status.h"
#include "base/strings.h"
#include "dump/sql_cursor.h"
#include "pg/quote.h"
#include "refresh/backup_source.h"
#include "refresh/filter_work.h"
#include "rules/compile.h"

namespace understudy::refresh {
namespace {

using dump::StatementKind;

// One column of rows between a COPY and its end, for a stream that is nothing but rows.
class BareRows : public dump::ByteSource {
 public:
  BareRows(dump::ByteSource& rows, std::string head) : rows_(rows), head_(std::move(head)) {}
  absl::StatusOr<size_t> Read(char* to, size_t size) override {
    if (!head_.empty()) return Give(&head_, to, size);
    if (!ended_) {
      ASSIGN_OR_RETURN(const size_t n, rows_.Read(to, size));
      if (n > 0) {
        last_.append(to, n);
        if (last_.size() > 4) last_.erase(0, last_.size() - 4);
        return n;
      }
      ended_ = true;
      // COPY … TO STDOUT ends without a mark, a block cut out of a dump may end with it.
      if (last_ != "\n\\.\n" && last_ != "\\.\n") tail_ = "\\.\n";
    }
    return Give(&tail_, to, size);
  }

 private:
  static size_t Give(std::string* from, char* to, size_t size) {
    const size_t n = from->copy(to, size);
    from->erase(0, n);
    return n;
  }
  dump::ByteSource& rows_;
  std::string head_, tail_, last_;
  bool ended_ = false;
};

// Parameters that older servers don't know, with which pg_dump 12 and 17 begin.
constexpr std::string_view kNewerParameters[] = {"default_table_access_method", "transaction_timeout"};

// "SET transaction_timeout = 0;" → the same where the server has it, and nothing elsewhere.
std::string Portable(std::string_view statement) {
  dump::SqlCursor cursor(statement);
  if (!cursor.Take("SET") || !cursor.IsName()) return {};
  const std::string name = cursor.TakeName();
  if (std::find(std::begin(kNewerParameters), std::end(kNewerParameters), name) == std::end(kNewerParameters))
    return {};
  if (!cursor.Take("=")) return {};
  const std::string value =
      cursor.token() == pg::SqlToken::kLiteral ? cursor.TakeLiteral() : std::string(cursor.text());
  return fmt::format(
      "SELECT pg_catalog.set_config(name, {}, false) FROM pg_catalog.pg_settings WHERE name = '{}';\n",
      pg::QuoteLiteral(value), name);
}

absl::Status LeaveOut(FilterWork& work, std::string_view what) {
  ++work.summary.left_out[std::string(what)];
  return absl::OkStatus();
}

absl::Status Content(FilterWork& work, std::string_view statement) {
  if (!KeepsLargeObjects(work.options.config)) return LeaveOut(work, "content of large objects");
  dump::ObjectPiece piece;
  ASSIGN_OR_RETURN(const bool some, work.content.Take(statement, &piece));
  return some ? work.out.Text(piece.Sql() + "\n") : absl::OkStatus();
}

absl::Status Schema(FilterWork& work, const dump::Unit& unit) {
  switch (unit.statement.kind) {
    // Transactions stand only around the content of large objects, which comes in statements that need none;
    // a COMMIT would end the one that `psql -1` opened around all.
    case StatementKind::kTransaction:
      return absl::OkStatus();
    case StatementKind::kContent:
      return Content(work, unit.text);
    case StatementKind::kRemark:
      if (!KeepsLargeObjects(work.options.config)) return LeaveOut(work, "comments on large objects");
      return work.out.Text(unit.text);
    case StatementKind::kDrop:
      return LeaveOut(work, unit.statement.dropped_what);
    case StatementKind::kDatabase:
    case StatementKind::kConnect:
      return LeaveOut(work, "CREATE DATABASE, \\connect");
    case StatementKind::kSession: {
      const std::string portable = Portable(unit.text);
      return work.out.Text(portable.empty() ? unit.text : std::string_view(portable));
    }
    default:
      return work.out.Text(unit.text);
  }
}

// A stream from its beginning to its end. `ddl` gathers the schema until the first rows come.
absl::Status FilterStream(FilterWork& work, dump::PlainReader& reader, dump::Ddl* ddl, bool* planned) {
  bool any = false;
  for (dump::Unit unit;; any = true) {
    if (work.context.cancel.cancelled()) return Cancelled();
    ASSIGN_OR_RETURN(const bool more, reader.Next(&unit));
    // An ssh or a pg_dump that failed at once leaves an empty pipe, and psql would end well with it.
    if (!more && !any)
      return Failed("there is no dump: not one statement came; see what wrote into the pipe");
    if (!more) return work.out.Text(unit.text);
    if (unit.statement.kind != StatementKind::kCopy) {
      if (!*planned && unit.statement.kind == StatementKind::kSchema)
        ddl->Add(unit.text, reader.search_path());
      RETURN_IF_ERROR(Annotate(Schema(work, unit), reader.Place()));
      continue;
    }
    const std::string head(unit.text);
    const dump::CopyHeader copy = unit.statement.copy;
    if (!*planned) RETURN_IF_ERROR(PlanFor(work, ddl->Relations()));
    *planned = true;
    const bool bare = !work.options.table.empty();
    if (!bare) RETURN_IF_ERROR(work.out.Text(head));
    work.in_rows = !bare;
    RETURN_IF_ERROR(FilterBlock(work, reader, copy));
    work.in_rows = false;
    if (!bare) RETURN_IF_ERROR(work.out.Text("\\.\n"));
  }
}

// "res_partner" or "crm.lead (id, name)" → what a dump would say before its rows.
absl::StatusOr<std::string> HeadOf(FilterWork& work) {
  dump::CopyHeader copy;
  copy.schema = "public";
  dump::SqlCursor cursor(work.options.table);
  const absl::Status wrong =
      UsageError("--table: give a table, or \"table (column, column)\" in the rows' order");
  if (!cursor.TakeQualifiedName(&copy.schema, &copy.name)) return wrong;
  const auto& relations = work.plan_facts.relations;
  const auto found = std::find_if(relations.begin(), relations.end(), [&](const rules::Relation& r) {
    return r.schema == copy.schema && r.name == copy.name;
  });
  if (found == relations.end()) {
    std::vector<std::string> names;
    for (const rules::Relation& relation : relations) names.push_back(relation.name);
    return UsageError(fmt::format("--table: --plan-from knows no table {}{}", work.options.table,
                                  DidYouMean(copy.name, names)));
  }
  std::string columns;
  if (cursor.Is("(")) {
    columns = std::string(cursor.TakeParenthesised());
  } else {
    columns = pg::QuoteColumns(rules::AttributeNames(*found, rules::CopyAttributes(*found)));
  }
  if (!cursor.AtEnd()) return wrong;
  return fmt::format("COPY {} ({}) FROM stdin;\n", pg::QuoteRelation(copy.schema, copy.name), columns);
}

absl::Status FilterInput(FilterWork& work) {
  dump::Ddl ddl;
  bool planned = false;
  const dump::StreamReader read = [&](dump::PlainReader& reader) {
    return FilterStream(work, reader, &ddl, &planned);
  };
  if (!work.options.input.empty()) {
    if (work.options.plan_from.empty()) return work.context.backup->Read(dump::Pass::kEverything, 1, read);
    ASSIGN_OR_RETURN(
        const auto backup,
        dump::Backup::Open(work.options.input, {work.context.private_directory, &work.context.cancel}));
    return backup->Read(dump::Pass::kEverything, 1, read);
  }
  dump::WidenPipe(work.options.in_fd);
  dump::FdSource standard_input(work.options.in_fd, "standard input", &work.context.cancel);
  if (work.options.table.empty()) {
    dump::PlainReader reader(standard_input);
    return read(reader);
  }
  ASSIGN_OR_RETURN(std::string head, HeadOf(work));
  BareRows rows(standard_input, std::move(head));
  RETURN_IF_ERROR(PlanFor(work, work.plan_facts.relations));
  planned = true;
  dump::PlainReader reader(rows);
  return read(reader);
}

// What psql must not take for a whole dump.
void Spoil(FilterWork& work, std::string_view why) {
  if (!work.options.table.empty()) return;
  const std::string_view end = work.in_rows ? "\\.\n" : "\n";
  (void)work.out.Text(fmt::format("{}SELECT 'understudy filter: {}'::pg_catalog.int4;\n", end, why));
  (void)work.out.Flush();
}

absl::Status Judge(FilterWork& work) {
  for (const auto& audit : work.audits) {
    for (record::Leak& leak : audit->Leaks()) work.context.record.leaks.push_back(std::move(leak));
  }
  return JudgeLeaks(work.context);
}

}  // namespace

absl::Status RunFilter(const FilterOptions& options, Listener& listener, const CancelToken& cancel,
                       FilterSummary* summary) {
  if (!options.table.empty() && options.plan_from.empty()) {
    return UsageError(
        "--table: rows alone don't say what they are; --plan-from names a database or a backup");
  }
  RefreshOptions refresh;
  refresh.config = options.config;
  refresh.rules_directory = options.rules_directory;
  record::RunRecord record;
  RunContext context(refresh, listener, cancel, &record);
  context.private_directory = options.private_directory;
  const auto cores = static_cast<int>(std::thread::hardware_concurrency());
  context.lanes = options.config.jobs != 0 ? static_cast<int>(options.config.jobs) : std::max(1, cores);
  FilterWork work(options, context, summary);
  absl::Status status = LearnBefore(work);
  if (status.ok()) {
    StageScope stage(context, "filter");
    status = FilterInput(work);
    if (status.ok()) status = Judge(work);
    if (status.ok()) status = work.out.Flush();
    summary->known_values = work.strong;
  }
  if (!status.ok() && status.code() != kBrokenPipe) Spoil(work, "failed, this is not the whole dump");
  if (!status.ok() && cancel.cancelled()) status = Cancelled();
  return status;
}

}  // namespace understudy::refresh

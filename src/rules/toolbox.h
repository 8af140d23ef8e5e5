// What treatments need besides the row: made once a run, shared by all workers; and the two ways in for
// parts above this folder: RowHook (fields that change together) and RowObserver (who wants to see what goes
// out).
//
// Ownership: the toolbox points to things that must outlive every transform made with it.
// Threads: Toolbox, RowHookFactory and RowObserverFactory are immutable or thread-safe; a RowHook and a
// RowObserver belong to one worker.
#ifndef UNDERSTUDY_RULES_TOOLBOX_H_
#define UNDERSTUDY_RULES_TOOLBOX_H_

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "copyformat/row.h"
#include "pseudonym/pseudonymiser.h"
#include "rules/facts.h"
#include "text/rewriter.h"

namespace understudy::rules {

// A field as a hook sees it: the text that PostgreSQL would write, whatever the COPY format.
struct HookValue {
  std::string_view text;
  bool null = false;
};

// What a hook wants of a field. `text` is kept between rows: assign to it, don't construct.
struct HookEdit {
  enum class Kind : uint8_t { kKeep, kNull, kText };
  Kind kind = Kind::kKeep;
  std::string text;
};

class RowHook {
 public:
  virtual ~RowHook() = default;
  // `fields` and `edits` are parallel to RowHookFactory::Columns(); every edit comes in as kKeep. Edits of
  // columns whose treatment isn't the hook's are ignored. The result depends on the row alone.
  virtual absl::Status Row(std::span<const HookValue> fields, std::span<HookEdit> edits) = 0;
  // As RowTransform::Keep.
  virtual void Keep() {}
};

class RowHookFactory {
 public:
  virtual ~RowHookFactory() = default;
  // The columns it reads or writes, of those the relation has.
  virtual std::vector<std::string> Columns(const Relation& relation) const = 0;
  virtual std::unique_ptr<RowHook> New() const = 0;
};

// Sees each row once as it came and as it goes. An unchanged field is the same view in both; in COPY text
// a field may be `escaped` (true bytes: copyformat/text_escape.h), a changed one never is.
class RowObserver {
 public:
  virtual ~RowObserver() = default;
  // Before Row(), of a field that was rewritten: what was seen in it (text/source_notes.h).
  virtual void Noted(size_t /*field*/, const text::SourceNotes& /*notes*/) {}
  virtual absl::Status Row(uint64_t row_number, std::span<const copyformat::Field> in,
                           std::span<const copyformat::Field> out) = 0;
  // A batch is over, and nobody knows when the next one comes.
  virtual void Rest() {}
  // As RowTransform::Keep: adds what it gathered to the factory's totals.
  virtual void Keep() {}
};

class RowObserverFactory {
 public:
  virtual ~RowObserverFactory() = default;
  virtual std::unique_ptr<RowObserver> New() const = 0;
};

struct Toolbox {
  const pseudonym::Pseudonymiser* pseudonymiser = nullptr;
  const text::RewriteContext* rewrite = nullptr;
  // What `password` writes; empty: NULL where the column allows it, else the empty text (nobody logs in).
  std::string password_hash;
  // Two-letter codes by res_country.id, for `country: country_id`; empty strings where there is none.
  std::vector<std::string> countries;
  // For `attachment`; without it such a column is treated as a secret.
  const RowHookFactory* attachments = nullptr;
};

}  // namespace understudy::rules

#endif  // UNDERSTUDY_RULES_TOOLBOX_H_

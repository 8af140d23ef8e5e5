#define XXH_INLINE_ALL
#include "verify/locate.h"

#include <fmt/format.h>
#include <xxhash.h>

#include <algorithm>
#include <charconv>
#include <optional>
#include <set>
#include <utility>

#include "base/status.h"
#include "copyformat/text_escape.h"
#include "pg/quote.h"
#include "rules/compile.h"
#include "verify/keep_all.h"

namespace understudy::verify {
namespace {

constexpr size_t kBuckets = 1 << 16;
constexpr uint64_t kNullHash = 0x6E756C6C6E756C6C;
constexpr char kKeySeparator =
    '\x1f';  // COPY text writes it as it is; two keys can't be confused by it alone
constexpr std::string_view kCtid = "ctid";
constexpr std::string_view kShowableTypes[] = {"smallint", "integer", "bigint", "uuid", "oid"};

// One end: the table as COPY text carries it, with the ctid as last column.
struct Side {
  rules::Facts facts;  // this relation alone
  std::vector<int> columns;
  std::vector<size_t> keys, compared;  // positions in `columns`
  std::vector<bool> unpadded;          // parallel to `columns`: char(n)
  rules::TablePlan plan;

  const rules::Relation& relation() const { return facts.relations[0]; }
};

struct Entry {
  std::string key;  // fields of the key as text; of a table without one the hash of the row
  std::string ctid;
  std::vector<uint64_t> hashes;  // parallel to Side::compared
};

struct Buckets {
  std::vector<uint64_t> sums = std::vector<uint64_t>(kBuckets);
  std::vector<uint64_t> rows = std::vector<uint64_t>(kBuckets);
};

inline uint64_t Combine(uint64_t hash, uint64_t with) {
  return XXH64_avalanche(hash ^ (with * XXH_PRIME64_1));
}

// Both passes: sums by bucket or, if `wanted` is given, the rows of its buckets.
class LocateFactory : public rules::RowObserverFactory {
 public:
  LocateFactory(const Side& side, const std::vector<bool>* wanted) : side_(side), wanted_(wanted) {}
  std::unique_ptr<rules::RowObserver> New() const override { return std::make_unique<Observer>(*this); }

  Buckets buckets() const {
    MutexLock lock(mutex_);
    return buckets_;
  }
  std::vector<Entry> TakeEntries() const {
    MutexLock lock(mutex_);
    return std::move(entries_);
  }

 private:
  class Observer : public rules::RowObserver {
   public:
    explicit Observer(const LocateFactory& factory) : factory_(factory) {}
    void Keep() override {
      MutexLock lock(factory_.mutex_);
      for (size_t i = 0; i < kBuckets; ++i) {
        factory_.buckets_.sums[i] += buckets_.sums[i];
        factory_.buckets_.rows[i] += buckets_.rows[i];
      }
      std::move(entries_.begin(), entries_.end(), std::back_inserter(factory_.entries_));
    }

    absl::Status Row(uint64_t, std::span<const copyformat::Field>,
                     std::span<const copyformat::Field> out) override {
      const Side& side = factory_.side_;
      hashes_.clear();
      uint64_t row = 0;
      for (const size_t c : side.compared) {
        hashes_.push_back(Hash(out[c], c));
        row = Combine(hashes_.back(), row + 1);
      }
      uint64_t identity = 0;
      for (const size_t k : side.keys) identity = Combine(Hash(out[k], k), identity + 1);
      if (side.keys.empty()) identity = row;
      const size_t bucket = identity >> 48;
      if (factory_.wanted_ == nullptr) {
        buckets_.sums[bucket] += Combine(row, identity);
        ++buckets_.rows[bucket];
      } else if ((*factory_.wanted_)[bucket]) {
        Remember(out, identity);
      }
      return absl::OkStatus();
    }

   private:
    uint64_t Hash(const copyformat::Field& field, size_t column) {
      if (field.null) return kNullHash;
      std::string_view value = field.view();
      if (field.escaped) value = copyformat::Unescape(value, &scratch_);
      if (factory_.side_.unpadded[column]) value = value.substr(0, value.find_last_not_of(' ') + 1);
      return XXH3_64bits(value.data(), value.size());
    }

    void Remember(std::span<const copyformat::Field> out, uint64_t identity) {
      Entry entry;
      for (const size_t k : factory_.side_.keys) {
        if (!entry.key.empty()) entry.key += kKeySeparator;
        entry.key.append(out[k].view());
      }
      if (factory_.side_.keys.empty()) entry.key = fmt::format("{:016x}", identity);
      entry.ctid = out.back().view();
      entry.hashes = hashes_;
      entries_.push_back(std::move(entry));
    }

    const LocateFactory& factory_;
    Buckets buckets_;
    std::vector<Entry> entries_;
    std::vector<uint64_t> hashes_;
    copyformat::ByteBuffer scratch_;
  };

  const Side& side_;
  const std::vector<bool>* const wanted_;
  mutable Mutex mutex_;
  mutable Buckets buckets_ ABSL_GUARDED_BY(mutex_);
  mutable std::vector<Entry> entries_ ABSL_GUARDED_BY(mutex_);
};

absl::StatusOr<rules::Relation> Find(const LocateEnd& end, const LocateOptions& options) {
  for (const rules::Relation& relation : end.facts->relations) {
    if (relation.schema == options.schema && relation.name == options.table) return relation;
  }
  return UsageError(
      fmt::format("{} has no table {}", end.name, pg::RelationName(options.schema, options.table)));
}

Side MakeSide(const LocateEnd& end, rules::Relation relation, const rules::TablePlan* plan) {
  Side side;
  side.plan = plan != nullptr ? *plan : KeepAll(relation);
  rules::Attribute ctid;
  ctid.name = kCtid;
  ctid.type.name = ctid.type.base_name = "tid";
  relation.attributes.push_back(ctid);
  side.plan.columns.push_back({});
  side.plan.columns.back().column = kCtid;
  side.columns = rules::CopyAttributes(relation);
  for (const int c : side.columns) {
    side.unpadded.push_back(relation.attributes[static_cast<size_t>(c)].type.base_name == "character");
  }
  side.facts.server_version = end.facts->server_version;
  side.facts.relations.push_back(std::move(relation));
  return side;
}

std::optional<size_t> PositionOf(const Side& side, std::string_view column) {
  for (size_t i = 0; i < side.columns.size(); ++i) {
    if (side.relation().attributes[static_cast<size_t>(side.columns[i])].name == column) return i;
  }
  return std::nullopt;
}

// The columns to compare, by name in the first end's order; the key of both, if they agree on one.
absl::StatusOr<std::vector<std::string>> Align(const LocateOptions& options, Side* first, Side* second) {
  std::vector<std::string> wanted = options.columns;
  if (wanted.empty()) {
    for (const rules::Attribute& a : first->relation().attributes) {
      if (a.name != kCtid && PositionOf(*first, a.name) && PositionOf(*second, a.name))
        wanted.push_back(a.name);
    }
  }
  for (const std::string& column : wanted) {
    const auto a = PositionOf(*first, column), b = PositionOf(*second, column);
    if (!a || !b) {
      return UsageError(fmt::format("{}: {} has no column {}", options.table,
                                    a ? options.second.name : options.first.name, column));
    }
    first->compared.push_back(*a);
    second->compared.push_back(*b);
  }
  if (first->relation().primary_key == second->relation().primary_key) {
    for (const std::string& column : first->relation().primary_key) {
      const auto a = PositionOf(*first, column), b = PositionOf(*second, column);
      if (!a || !b) continue;
      first->keys.push_back(*a);
      second->keys.push_back(*b);
    }
  }
  return wanted;
}

class Search {
 public:
  Search(const LocateOptions& options, engine::Engine& engine) : options_(options), engine_(engine) {}

  absl::StatusOr<Located> Run() {
    ASSIGN_OR_RETURN(rules::Relation first, Find(options_.first, options_));
    ASSIGN_OR_RETURN(rules::Relation second, Find(options_.second, options_));
    first_ = MakeSide(options_.first, std::move(first), options_.plan);
    second_ = MakeSide(options_.second, std::move(second), nullptr);
    ASSIGN_OR_RETURN(columns_, Align(options_, &first_, &second_));
    const LocateFactory sums_first(first_, nullptr), sums_second(second_, nullptr);
    RETURN_IF_ERROR(Read(options_.first, first_, sums_first));
    RETURN_IF_ERROR(Read(options_.second, second_, sums_second));
    const std::vector<bool> wanted = Differing(sums_first.buckets(), sums_second.buckets());
    if (std::find(wanted.begin(), wanted.end(), true) == wanted.end()) return std::move(located_);
    const LocateFactory rows_first(first_, &wanted), rows_second(second_, &wanted);
    RETURN_IF_ERROR(Read(options_.first, first_, rows_first));
    RETURN_IF_ERROR(Read(options_.second, second_, rows_second));
    Merge(rows_first.TakeEntries(), rows_second.TakeEntries());
    return std::move(located_);
  }

 private:
  absl::Status Read(const LocateEnd& end, const Side& side, const LocateFactory& factory) {
    const rules::Toolbox none;
    std::vector<clone::TableCopy> copies(1);
    copies[0].columns = side.columns;
    // A condition makes it a SELECT, which can give the ctid.
    copies[0].where = side.plan.where.value_or("true");
    ASSIGN_OR_RETURN(copies[0].transform,
                     rules::MakeTransform(side.relation(), side.plan, copyformat::Format::kText,
                                          options_.toolbox != nullptr ? *options_.toolbox : none, &factory));
    Counters unseen;
    clone::RowsOptions rows;
    rows.lanes = options_.lanes;
    rows.server_version = side.facts.server_version;
    rows.open_source = end.open;
    rows.cancel = options_.cancel;
    rows.counters = &unseen;
    return Annotate(clone::CopyRows(side.facts, copies, engine_, rows).status(), end.name);
  }

  std::vector<bool> Differing(const Buckets& first, const Buckets& second) {
    std::vector<bool> wanted(kBuckets);
    uint64_t rows = 0;
    for (size_t i = 0; i < kBuckets; ++i) {
      located_.rows_first += first.rows[i];
      located_.rows_second += second.rows[i];
      if (first.sums[i] == second.sums[i] && first.rows[i] == second.rows[i]) continue;
      if (rows > options_.most_rows) {
        located_.complete = false;
        continue;
      }
      wanted[i] = true;
      rows += first.rows[i] + second.rows[i];
    }
    return wanted;
  }

  void Merge(std::vector<Entry> first, std::vector<Entry> second) {
    const bool numeric = HasNumericKey();
    const auto before = [numeric](const Entry& a, const Entry& b) {
      // Numbers without leading zeros: the longer is the larger (negative keys only lose their order).
      if (numeric && a.key.size() != b.key.size()) return a.key.size() < b.key.size();
      return a.key < b.key;
    };
    std::sort(first.begin(), first.end(), before);
    std::sort(second.begin(), second.end(), before);
    auto a = first.begin(), b = second.begin();
    while (a != first.end() || b != second.end()) {
      if (b == second.end() || (a != first.end() && before(*a, *b))) {
        ++located_.only_first;
        Add(*a++, nullptr, fmt::format("missing on {}", options_.second.name));
      } else if (a == first.end() || before(*b, *a)) {
        ++located_.only_second;
        Add(*b, &*b, fmt::format("only on {}", options_.second.name));
        ++b;
      } else {
        if (a->hashes != b->hashes) {
          ++located_.differing;
          Add(*a, &*b, ColumnsThatDiffer(*a, *b));
        }
        ++a, ++b;
      }
    }
  }

  std::string ColumnsThatDiffer(const Entry& a, const Entry& b) const {
    std::string names;
    size_t count = 0;
    for (size_t i = 0; i < columns_.size(); ++i) {
      if (a.hashes[i] == b.hashes[i]) continue;
      names += (count++ == 0 ? "" : ", ") + columns_[i];
    }
    return names + (count == 1 ? " differs" : " differ");
  }

  bool Showable() const {
    return !first_.keys.empty() && std::all_of(first_.keys.begin(), first_.keys.end(), [this](size_t k) {
      const auto& type = first_.relation().attributes[static_cast<size_t>(first_.columns[k])].type;
      return std::find(std::begin(kShowableTypes), std::end(kShowableTypes), type.base_name) !=
             std::end(kShowableTypes);
    });
  }
  bool HasNumericKey() const { return first_.keys.size() == 1 && Showable() && TypeOfKey(0) != "uuid"; }
  std::string_view TypeOfKey(size_t i) const {
    return first_.relation().attributes[static_cast<size_t>(first_.columns[first_.keys[i]])].type.base_name;
  }
  const std::string& NameOfKey(size_t i) const {
    return first_.relation().attributes[static_cast<size_t>(first_.columns[first_.keys[i]])].name;
  }

  // `second` null: the row is only on the first end.
  void Add(const Entry& entry, const Entry* second, const std::string& finding) {
    if (HasNumericKey()) {
      int64_t key = 0;
      std::from_chars(entry.key.data(), entry.key.data() + entry.key.size(), key);
      if (!located_.places.empty() && located_.places.back().finding == finding && key == last_key_ + 1) {
        last_key_ = key;
        ++located_.places.back().count;
        located_.places.back().rows = fmt::format("{}={}..{}", NameOfKey(0), range_begin_, key);
        return;
      }
      // A range in the making may still grow when the list is full.
      last_key_ = range_begin_ = key;
    }
    if (located_.places.size() >= options_.most_places) {
      last_key_ = std::numeric_limits<int64_t>::min();
      return;
    }
    located_.places.push_back({NameOfRow(entry, second), 1, finding});
  }

  std::string NameOfRow(const Entry& entry, const Entry* second) const {
    if (!Showable()) {
      return fmt::format("ctid {} on {}", second != nullptr ? second->ctid : entry.ctid,
                         second != nullptr ? options_.second.name : options_.first.name);
    }
    std::string name;
    size_t begin = 0;
    for (size_t i = 0; i < first_.keys.size(); ++i) {
      const size_t end = std::min(entry.key.find(kKeySeparator, begin), entry.key.size());
      name += fmt::format("{}{}={}", i == 0 ? "" : " ", NameOfKey(i), entry.key.substr(begin, end - begin));
      begin = end + 1;
    }
    return name;
  }

  const LocateOptions& options_;
  engine::Engine& engine_;
  Side first_, second_;
  std::vector<std::string> columns_;
  int64_t last_key_ = std::numeric_limits<int64_t>::min();
  int64_t range_begin_ = 0;
  Located located_;
};

}  // namespace

absl::StatusOr<Located> Locate(const LocateOptions& options, engine::Engine& engine) {
  return Search(options, engine).Run();
}

}  // namespace understudy::verify

#include "clone/deferred.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/strings.h"

namespace understudy::clone {
namespace {

bool IsNameByte(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'; }

bool IsPlainName(std::string_view name) {
  return !name.empty() && std::all_of(name.begin(), name.end(), IsNameByte);
}

// The part of `text` between `before` and `after`; empty if it isn't there.
std::string_view Between(std::string_view text, std::string_view before, std::string_view after) {
  const size_t begin = text.find(before);
  if (begin == std::string_view::npos) return {};
  const std::string_view rest = text.substr(begin + before.size());
  const size_t end = rest.find(after);
  return end == std::string_view::npos ? std::string_view() : rest.substr(0, end);
}

// "schema.x" → x, if both need no quotes and the schema is that one.
std::string_view NameIn(const std::string& schema, std::string_view qualified) {
  const std::string prefix = schema + ".";
  if (!qualified.starts_with(prefix) || !IsPlainName(schema)) return {};
  const std::string_view name = qualified.substr(prefix.size());
  return IsPlainName(name) ? name : std::string_view();
}

// "ALTER SEQUENCE s.q OWNED BY s.t.c;" → t
std::string_view OwnerOf(const SchemaEntry& entry) {
  const std::string_view column = Between(entry.sql, " OWNED BY ", ";");
  return NameIn(entry.schema, column.substr(0, column.rfind('.')));
}

struct Draw {
  std::string_view table, sequence;
};

// "ALTER TABLE ONLY s.t ALTER COLUMN c SET DEFAULT nextval('s.q'::regclass);"
Draw DrawOf(const SchemaEntry& entry) {
  return {NameIn(entry.schema, Between(entry.sql, "ALTER TABLE ONLY ", " ALTER COLUMN ")),
          NameIn(entry.schema, Between(entry.sql, " SET DEFAULT nextval('", "'::regclass);"))};
}

using Name = std::pair<std::string, std::string>;  // schema, name

class Deferring {
 public:
  explicit Deferring(Schema* schema) : pre_(schema->pre_data), post_(schema->post_data) {}

  void Run() {
    FindOwned();
    FindDefaults();
    KeepWhatIsNamedElsewhere();
    std::vector<SchemaEntry> stay, go;
    for (size_t i = 0; i < pre_.size(); ++i) {
      SchemaEntry& entry = pre_[i];
      const auto owned = owned_.find(i);
      const auto draw = defaults_.find(i);
      if (entry.type == "COMMENT") {
        go.push_back(std::move(entry));
      } else if (owned != owned_.end()) {
        go.push_back({kOwnedSequence, entry.schema, owned->second, entry.sql + pre_[i + 1].sql});
        ++i;
      } else if (draw != defaults_.end()) {
        go.push_back({kSequenceDefault, entry.schema, draw->second, entry.sql});
      } else {
        stay.push_back(std::move(entry));
      }
    }
    pre_ = std::move(stay);
    post_.insert(post_.begin(), std::make_move_iterator(go.begin()), std::make_move_iterator(go.end()));
  }

 private:
  // A sequence, and right after it what gives it to a column of a table that stands before it.
  void FindOwned() {
    std::set<Name> tables;
    for (size_t i = 0; i + 1 < pre_.size(); ++i) {
      const SchemaEntry &entry = pre_[i], &next = pre_[i + 1];
      if (entry.type == "TABLE") tables.emplace(entry.schema, entry.name);
      if (entry.type != "SEQUENCE" || next.type != "SEQUENCE OWNED BY" || next.name != entry.name ||
          next.schema != entry.schema || !IsPlainName(entry.name)) {
        continue;
      }
      const std::string table(OwnerOf(next));
      if (!tables.contains({entry.schema, table})) continue;
      owned_.emplace(i, table);
      sequences_.emplace(Name{entry.schema, entry.name}, i);
    }
  }

  void FindDefaults() {
    for (size_t i = 0; i < pre_.size(); ++i) {
      if (pre_[i].type != "DEFAULT") continue;
      const Draw draw = DrawOf(pre_[i]);
      const auto sequence = sequences_.find({pre_[i].schema, std::string(draw.sequence)});
      if (sequence == sequences_.end() || owned_.at(sequence->second) != draw.table) continue;
      defaults_.emplace(i, std::string(draw.table));
    }
  }

  void KeepWhatIsNamedElsewhere() {
    std::unordered_map<std::string, std::vector<Name>, StringHash, StringEq> by_word;
    for (const auto& [name, position] : sequences_) by_word[name.second].push_back(name);
    std::set<Name> kept;
    for (size_t i = 0; i < pre_.size(); ++i) {
      if (owned_.contains(i)) {
        ++i;
        continue;
      }
      if (pre_[i].type == "COMMENT" || defaults_.contains(i)) continue;
      ForEachWord(pre_[i].sql, [&](std::string_view word) {
        const auto found = by_word.find(word);
        if (found != by_word.end()) kept.insert(found->second.begin(), found->second.end());
      });
    }
    for (const Name& name : kept) owned_.erase(sequences_.at(name));
    std::erase_if(defaults_, [&](const auto& entry) {
      return kept.contains({pre_[entry.first].schema, std::string(DrawOf(pre_[entry.first]).sequence)});
    });
  }

  template <class F>
  static void ForEachWord(std::string_view text, F take) {
    for (size_t begin = 0; begin < text.size();) {
      size_t end = begin;
      while (end < text.size() && IsNameByte(text[end])) ++end;
      if (end > begin) take(text.substr(begin, end - begin));
      begin = end + 1;
    }
  }

  std::vector<SchemaEntry>& pre_;
  std::vector<SchemaEntry>& post_;
  std::map<size_t, std::string> owned_;     // position of a SEQUENCE → its table
  std::map<size_t, std::string> defaults_;  // position of a DEFAULT → its table
  std::map<Name, size_t> sequences_;
};

}  // namespace

void DeferToRows(Schema* schema) { Deferring(schema).Run(); }

std::string DropOwnedSequencesSql(const Schema& schema) {
  std::string sql;
  for (const SchemaEntry& entry : schema.post_data) {
    if (entry.type != kOwnedSequence) continue;
    // "… ALTER SEQUENCE s.q OWNED BY s.t.c;"; the name needs no quotes.
    sql += fmt::format("DROP SEQUENCE IF EXISTS {} CASCADE;",
                       Between(entry.sql, "ALTER SEQUENCE ", " OWNED BY "));
  }
  return sql;
}

}  // namespace understudy::clone

// Treatments and conditions out of YAML. The words are those of language.cc.
#include <algorithm>
#include <iterator>
#include <utility>

#include "base/status.h"
#include "base/strings.h"
#include "fmt/format.h"
#include "re2/re2.h"
#include "rules/language.h"
#include "rules/treatment.h"

namespace understudy::rules {
namespace {

using pseudonym::Kind;
using pseudonym::KindByName;
using pseudonym::KindNames;

const std::vector<std::string>& AllWords() {
  static const auto& kWords = *new std::vector<std::string>([] {
    std::vector<std::string> words = WordsOf(Part::kTreatment);
    words.insert(words.end(), KindNames().begin(), KindNames().end());
    return words;
  }());
  return kWords;
}

std::optional<Action> ActionByName(std::string_view word) {
  for (int i = 0; i <= static_cast<int>(Action::kPassword); ++i) {
    if (WordOf(static_cast<Action>(i)) == word) return static_cast<Action>(i);
  }
  return std::nullopt;
}

// Treatments that mean nothing without an argument.
bool NeedsArgument(Action action) {
  return action == Action::kFixed || action == Action::kPseudonym || action == Action::kParts ||
         action == Action::kTemplate || action == Action::kSecretUnless;
}

absl::StatusOr<Kind> ParseKind(const Yaml& yaml) {
  ASSIGN_OR_RETURN(std::string word, yaml.Text("pseudonym"));
  const std::optional<Kind> kind = KindByName(word);
  if (!kind.has_value()) {
    return yaml.Error(fmt::format("unknown kind of pseudonym '{}'{}", word, DidYouMean(word, KindNames())));
  }
  return *kind;
}

absl::Status CheckPattern(const Yaml& yaml, const std::string& pattern) {
  const RE2 re(pattern, RE2::Quiet);
  if (!re.ok()) return yaml.Error(fmt::format("not a valid re2 pattern: {}", re.error()));
  return absl::OkStatus();
}

absl::StatusOr<ColumnOrConstant> ParseRef(const Yaml& yaml, std::string_view what) {
  ASSIGN_OR_RETURN(std::string text, yaml.Text(what));
  ColumnOrConstant ref;
  if (text.size() >= 2 && text.front() == '\'' && text.back() == '\'') {
    ref.constant = text.substr(1, text.size() - 2);
  } else {
    ref.column = std::move(text);
  }
  if (ref.empty()) return yaml.Error(fmt::format("{} names neither a column nor a quoted constant", what));
  return ref;
}

absl::Status ParseMask(const Yaml& yaml, Treatment* t) {
  t->text = "*";
  if (yaml.is_scalar()) return absl::OkStatus();
  RETURN_IF_ERROR(yaml.ExpectMap("mask"));
  RETURN_IF_ERROR(yaml.OnlyKeys(WordsOf(Part::kMask)));
  if (const Yaml* first = yaml.Find("first")) {
    ASSIGN_OR_RETURN(const int64_t n, first->Int("first", 0, 1000));
    t->first = static_cast<uint32_t>(n);
  }
  if (const Yaml* last = yaml.Find("last")) {
    ASSIGN_OR_RETURN(const int64_t n, last->Int("last", 0, 1000));
    t->last = static_cast<uint32_t>(n);
  }
  if (const Yaml* with = yaml.Find("with")) {
    ASSIGN_OR_RETURN(t->text, with->Text("with"));
    if (t->text.empty()) return with->Error("with must be a character");
  }
  return absl::OkStatus();
}

absl::Status ParseParts(const Yaml& yaml, Treatment* t) {
  RETURN_IF_ERROR(yaml.ExpectMap("parts"));
  RETURN_IF_ERROR(yaml.OnlyKeys(WordsOf(Part::kParts)));
  const Yaml* separator = yaml.Find("separator");
  const Yaml* kind = yaml.Find("pseudonym");
  if (separator == nullptr || kind == nullptr) return yaml.Error("parts needs separator and pseudonym");
  ASSIGN_OR_RETURN(t->text, separator->Text("separator"));
  if (t->text.empty()) return separator->Error("separator must not be empty");
  ASSIGN_OR_RETURN(t->kind, ParseKind(*kind));
  return absl::OkStatus();
}

absl::Status ParseTemplate(const Yaml& yaml, Treatment* t) {
  ASSIGN_OR_RETURN(t->text, yaml.Text("template"));
  std::string_view rest = t->text;
  while (true) {
    const size_t open = rest.find_first_of("{}");
    if (open == std::string_view::npos) return absl::OkStatus();
    const size_t close = rest.find('}', open);
    if (rest[open] == '}' || close == std::string_view::npos) {
      return yaml.Error("a template's { and } must come in pairs around a kind of pseudonym");
    }
    const std::string_view word = rest.substr(open + 1, close - open - 1);
    if (!KindByName(word).has_value()) {
      return yaml.Error(fmt::format("unknown kind of pseudonym '{}' in the template{}", word,
                                    DidYouMean(word, KindNames())));
    }
    rest = rest.substr(close + 1);
  }
}

absl::Status ParseJsonPaths(const Yaml& yaml, Treatment* t) {
  if (yaml.is_scalar() && yaml.scalar() == "true") return absl::OkStatus();
  ASSIGN_OR_RETURN(const std::vector<std::string> paths, yaml.Texts("rewrite_json"));
  for (const std::string& path : paths) {
    if (path.empty() || path[0] != '$' || path.find(',') != std::string::npos) {
      return yaml.Error(fmt::format("'{}' is no JSON path; one looks like \"$.a.*.b\"", path));
    }
    t->paths += (t->paths.empty() ? "" : ",") + path;
  }
  return absl::OkStatus();
}

absl::Status ParseDateShift(const Yaml& yaml, Treatment* t) {
  if (yaml.is_scalar() && yaml.scalar() == "true") return absl::OkStatus();
  RETURN_IF_ERROR(yaml.ExpectMap("date_shift"));
  RETURN_IF_ERROR(yaml.OnlyKeys(WordsOf(Part::kDateShift)));
  if (const Yaml* days = yaml.Find("days")) {
    ASSIGN_OR_RETURN(const int64_t n, days->Int("days", 1, 36500));
    t->days = static_cast<uint32_t>(n);
  }
  if (const Yaml* subject = yaml.Find("subject")) {
    ASSIGN_OR_RETURN(t->subject, ParseRef(*subject, "subject"));
  }
  return absl::OkStatus();
}

absl::Status ParseNoise(const Yaml& yaml, Treatment* t) {
  if (yaml.is_scalar() && yaml.scalar() == "true") return absl::OkStatus();
  RETURN_IF_ERROR(yaml.ExpectMap("noise"));
  RETURN_IF_ERROR(yaml.OnlyKeys(WordsOf(Part::kNoise)));
  if (const Yaml* percent = yaml.Find("percent")) {
    ASSIGN_OR_RETURN(t->percent, percent->Number("percent", 0, 1000));
  }
  return absl::OkStatus();
}

absl::Status ParseArgument(const Yaml& yaml, Treatment* t) {
  switch (t->action) {
    case Action::kFixed: {
      ASSIGN_OR_RETURN(t->text, yaml.Text("fixed"));
      return absl::OkStatus();
    }
    case Action::kMask:
      return ParseMask(yaml, t);
    case Action::kPseudonym: {
      ASSIGN_OR_RETURN(t->kind, ParseKind(yaml));
      return absl::OkStatus();
    }
    case Action::kParts:
      return ParseParts(yaml, t);
    case Action::kTemplate:
      return ParseTemplate(yaml, t);
    case Action::kRewriteJson:
      return ParseJsonPaths(yaml, t);
    case Action::kSecretUnless: {
      ASSIGN_OR_RETURN(t->keep_if, ParseCondition(yaml, "secret_unless"));
      // A bare text under secret_unless is a pattern, not a value: keys come in families.
      for (Test& test : t->keep_if.tests) {
        if (test.op != Test::Op::kAnyOf || test.values.size() != 1) continue;
        test.op = Test::Op::kMatches;
        test.pattern = test.values[0];
        test.values.clear();
        RETURN_IF_ERROR(CheckPattern(yaml, test.pattern));
      }
      return absl::OkStatus();
    }
    case Action::kDateShift:
      return ParseDateShift(yaml, t);
    case Action::kNoise:
      return ParseNoise(yaml, t);
    default: {
      const std::string word(WordOf(t->action));
      if (yaml.is_scalar() && yaml.scalar() == "true") return absl::OkStatus();
      return yaml.Error(fmt::format("'{}' takes no argument: write {}: true", word, word));
    }
  }
}

// The options of any mapping. Returns false if `key` is none.
absl::StatusOr<bool> ParseOption(const Yaml& key, const Yaml& value, Treatment* t) {
  const std::string& word = key.scalar();
  if (word == "country") {
    ASSIGN_OR_RETURN(t->country, ParseRef(value, word));
  } else if (word == "language") {
    ASSIGN_OR_RETURN(t->language, ParseRef(value, word));
  } else if (word == "subject") {
    ASSIGN_OR_RETURN(t->subject, ParseRef(value, word));
  } else if (word == "company_if") {
    ASSIGN_OR_RETURN(t->company_if, value.Text(word));
  } else if (word == "if") {
    ASSIGN_OR_RETURN(t->condition, ParseCondition(value, "if"));
  } else if (word == "else") {
    ASSIGN_OR_RETURN(Treatment otherwise, ParseTreatment(value));
    t->otherwise = std::make_shared<const Treatment>(std::move(otherwise));
  } else if (word == "identifying") {
    ASSIGN_OR_RETURN(t->identifying, value.Bool(word));
  } else if (word == "reason") {
    ASSIGN_OR_RETURN(t->reason, value.Text(word));
  } else {
    return false;
  }
  return true;
}

absl::StatusOr<bool> SetWord(std::string_view word, Treatment* t) {
  if (const std::optional<Action> action = ActionByName(word)) {
    t->action = *action;
    return true;
  }
  if (const std::optional<Kind> kind = KindByName(word)) {
    t->action = Action::kPseudonym;
    t->kind = *kind;
    return true;
  }
  return false;
}

absl::Status CheckWhole(const Yaml& yaml, const Treatment& t) {
  if (t.otherwise != nullptr && t.condition.empty()) return yaml.Error("else without if");
  const bool renders =
      t.action == Action::kPseudonym || t.action == Action::kParts || t.action == Action::kTemplate;
  if (!renders && (!t.country.empty() || !t.language.empty() || !t.company_if.empty())) {
    return yaml.Error(fmt::format("country, language and company_if mean nothing for {}", WordOf(t.action)));
  }
  if (!renders && t.action != Action::kDateShift && t.action != Action::kNoise && !t.subject.empty()) {
    return yaml.Error(fmt::format("subject means nothing for {}", WordOf(t.action)));
  }
  return absl::OkStatus();
}

absl::StatusOr<Treatment> ParseWord(const Yaml& yaml) {
  Treatment t;
  t.position = yaml.position();
  t.text = "*";
  const std::string word = yaml.is_null() ? "null" : yaml.scalar();
  ASSIGN_OR_RETURN(const bool known, SetWord(word, &t));
  if (!known) {
    return yaml.Error(fmt::format("unknown treatment '{}'{}", word, DidYouMean(word, AllWords())));
  }
  if (NeedsArgument(t.action) && !KindByName(word).has_value()) {
    return yaml.Error(fmt::format("'{}' needs an argument: {{{}: …}}", word, word));
  }
  return t;
}

absl::StatusOr<Test> ParseTest(const Yaml& key, const Yaml& value) {
  Test test;
  test.column = key.scalar();
  test.position = key.position();
  if (value.is_null()) {
    test.op = Test::Op::kNull;
    return test;
  }
  if (value.is_scalar()) {
    test.values = {value.scalar()};
    return test;
  }
  if (value.is_sequence()) {
    for (const Yaml& item : value.items()) {
      if (item.is_null()) {
        test.or_null = true;
        continue;
      }
      ASSIGN_OR_RETURN(std::string text, item.Text("each value"));
      test.values.push_back(std::move(text));
    }
    if (test.values.empty() && !test.or_null) return value.Error("an empty list holds for no row");
    return test;
  }
  RETURN_IF_ERROR(value.OnlyKeys(WordsOf(Part::kComparison)));
  if (value.entries().size() != 1) return value.Error("a comparison is one of matches, not");
  const Yaml& argument = value.entries()[0].value;
  if (value.Find("not") != nullptr) {
    ASSIGN_OR_RETURN(test, ParseTest(key, argument));
    test.negated = !test.negated;
    return test;
  }
  test.op = Test::Op::kMatches;
  ASSIGN_OR_RETURN(test.pattern, argument.Text("matches"));
  RETURN_IF_ERROR(CheckPattern(argument, test.pattern));
  return test;
}

}  // namespace

absl::StatusOr<Condition> ParseCondition(const Yaml& yaml, std::string_view what) {
  RETURN_IF_ERROR(yaml.ExpectMap(what));
  if (yaml.entries().empty()) return yaml.Error(fmt::format("{} names no column", what));
  Condition condition;
  for (const YamlEntry& entry : yaml.entries()) {
    ASSIGN_OR_RETURN(Test test, ParseTest(entry.key, entry.value));
    condition.tests.push_back(std::move(test));
  }
  return condition;
}

absl::StatusOr<Treatment> ParseTreatment(const Yaml& yaml) {
  if (yaml.is_scalar() || yaml.is_null()) return ParseWord(yaml);
  if (!yaml.is_map()) return yaml.Error("a treatment is a word or a mapping");
  Treatment t;
  t.position = yaml.position();
  t.text = "*";
  const Yaml* chosen = nullptr;
  for (const YamlEntry& entry : yaml.entries()) {
    const std::string& word = entry.key.scalar();
    ASSIGN_OR_RETURN(const bool option, ParseOption(entry.key, entry.value, &t));
    if (option) continue;
    const Yaml* earlier = std::exchange(chosen, &entry.key);
    Treatment probe;
    ASSIGN_OR_RETURN(const bool known, SetWord(word, &probe));
    if (!known) {
      std::vector<std::string> words = AllWords();
      for (std::string& name : WordsOf(Part::kOption)) words.push_back(std::move(name));
      return entry.key.Error(
          fmt::format("unknown treatment or option '{}'{}", word, DidYouMean(word, words)));
    }
    if (earlier != nullptr) {
      return entry.key.Error(fmt::format("a second treatment '{}' beside '{}'", word, earlier->scalar()));
    }
    t.action = probe.action;
    t.kind = probe.kind;
    if (KindByName(word).has_value() && !ActionByName(word).has_value()) {
      if (!entry.value.is_scalar() || entry.value.scalar() != "true") {
        return entry.value.Error(fmt::format("'{}' takes no argument: write {}: true", word, word));
      }
      continue;
    }
    RETURN_IF_ERROR(ParseArgument(entry.value, &t));
  }
  if (chosen == nullptr) return yaml.Error("a mapping without a treatment, such as pseudonym or fixed");
  RETURN_IF_ERROR(CheckWhole(yaml, t));
  return t;
}

}  // namespace understudy::rules

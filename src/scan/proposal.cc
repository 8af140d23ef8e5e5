#include "scan/proposal.h"

#include <optional>

#include "fmt/format.h"
#include "rules/value_form.h"
#include "scan/hints.h"

namespace understudy::scan {
namespace {

using rules::Form;

// A kept column is doubted from this share of values with hits on: single words that happen to be
// somebody's name are everywhere.
constexpr double kDoubtShare = 0.05;
// Fewer values prove nothing by their share.
constexpr uint64_t kDoubtValues = 3;

std::string Percent(double share) {
  if (share > 0 && share < 0.01) return "< 1 %";
  return fmt::format("{:.0f} %", share * 100);
}

// What most values are, as a whole; names of people and of companies together are names.
std::optional<std::pair<std::string, double>> Whole(const Content& content) {
  uint64_t names = 0;
  std::string best;
  uint64_t most = 0;
  for (const auto& [name, hits] : content.hits) {
    if (name == "name" || name == "company" || name == "first_name" || name == "surname") names += hits.whole;
    if (hits.whole > most) {
      most = hits.whole;
      best = name;
    }
  }
  if (names > most || (names >= most && best == "first_name")) {
    most = names;
    best = "name";
  }
  if (most == 0 || content.Rate(most) < kWholeShare) return std::nullopt;
  return std::pair(best, content.Rate(most));
}

// How a text inside this type is searched.
std::string SearchTreatment(const rules::Attribute& attribute) {
  switch (rules::FormOf(attribute.type).form) {
    case Form::kJson:
    case Form::kJsonb:
      return "rewrite_json";
    case Form::kXml:
      return "rewrite_html";
    case Form::kText:
      return attribute.odoo.ttype == "html" ? "rewrite_html" : "rewrite";
    case Form::kTextArray:
    case Form::kArray:
    case Form::kComposite:
    case Form::kRange:
    case Form::kHstore:
      return "rewrite";
    default:
      return "secret";
  }
}

bool TakesPseudonyms(const rules::Attribute& attribute) {
  const Form form = rules::FormOf(attribute.type).form;
  return (form == Form::kText || form == Form::kTextArray) && attribute.odoo.ttype != "html";
}

std::string Found(const Content& content) {
  if (content.values == 0) return "no values to look at";
  if (content.with_hits == 0) return fmt::format("nothing found in {} values", content.values);
  return fmt::format("personal data in {} of the values", Percent(content.Rate(content.with_hits)));
}

std::string HintReason(const Hint& hint) { return fmt::format("its {} says so", hint.from); }

}  // namespace

Proposal Propose(const rules::Attribute& attribute, const Content& content) {
  const std::string search = SearchTreatment(attribute);
  const std::optional<Hint> hint = HintOf(attribute);
  if (hint.has_value() && hint->treatment == "secret") return {"secret", HintReason(*hint)};
  if (search == "secret") return {search, "bytes can't be searched"};
  if (!TakesPseudonyms(attribute)) return {search, Found(content)};
  if (hint.has_value() && hint->strong) return {std::string(hint->treatment), HintReason(*hint)};
  if (const auto whole = Whole(content); whole.has_value()) {
    return {whole->first, fmt::format("{} of the values are that", Percent(whole->second))};
  }
  // Values that hold more than one thing are texts, whatever the column is called.
  if (content.with_hits > 0) return {search, Found(content)};
  if (hint.has_value() && hint->treatment != "rewrite") {
    return {std::string(hint->treatment), HintReason(*hint) + ", " + Found(content)};
  }
  return {search, Found(content)};
}

Proposal Doubt(const rules::Attribute& attribute, const Content& content) {
  if (content.with_hits < kDoubtValues || content.Rate(content.with_hits) < kDoubtShare) return {};
  const std::string search = SearchTreatment(attribute);
  const auto whole = Whole(content);
  if (whole.has_value() && TakesPseudonyms(attribute)) {
    return {whole->first, fmt::format("{} of the values are that", Percent(whole->second))};
  }
  return {search, Found(content)};
}

}  // namespace understudy::scan

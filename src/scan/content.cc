#include "scan/content.h"

#include <set>
#include <utility>

#include "base/strings.h"
#include "pseudonym/kind.h"

namespace understudy::scan {

ContentStudy::ContentStudy(const text::RewriteContext& context)
    : context_(context), finder_(context.known_values, context.detectors, /*audit=*/false) {}

std::string ContentStudy::ClassOf(const text::Match& match) const {
  if (match.detector >= 0) {
    const text::DetectorSpec& spec = context_.detectors->spec(static_cast<uint16_t>(match.detector));
    if (spec.secret) return "secret";
    return spec.kind.has_value() ? std::string(pseudonym::NameOf(*spec.kind)) : spec.name;
  }
  using pseudonym::Kind;
  Kind kind = match.entry.kind;
  const bool company =
      context_.known_values->context(match.entry.context).entity == pseudonym::Entity::kCompany;
  if (kind == Kind::kName && company) kind = Kind::kCompany;
  return std::string(pseudonym::NameOf(kind));
}

void ContentStudy::Add(std::string_view value) {
  value = Trim(value);
  if (value.empty()) return;
  ++content_.values;
  std::set<std::string> any, whole;
  for (const text::Match& match : finder_.Find(value, text::Where::kProse)) {
    std::string name = ClassOf(match);
    if (match.begin == 0 && match.end == value.size()) whole.insert(name);
    any.insert(std::move(name));
  }
  if (!any.empty()) ++content_.with_hits;
  for (const std::string& name : any) ++content_.hits[name].any;
  for (const std::string& name : whole) ++content_.hits[name].whole;
}

Content ContentStudy::Take() { return std::exchange(content_, {}); }

}  // namespace understudy::scan

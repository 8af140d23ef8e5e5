#include "cli/treatment_text.h"

namespace understudy::cli {

using rules::Action;

std::string KindOf(const rules::Treatment& treatment) {
  const bool pseudonym = treatment.action == Action::kPseudonym || treatment.action == Action::kParts;
  return std::string(pseudonym ? pseudonym::NameOf(treatment.kind) : rules::WordOf(treatment.action));
}

std::string Summary(const rules::Treatment& treatment) {
  std::string text = KindOf(treatment);
  if (!treatment.condition.empty()) text += " if …";
  if (treatment.otherwise != nullptr) text += ", else " + Summary(*treatment.otherwise);
  return text;
}

}  // namespace understudy::cli

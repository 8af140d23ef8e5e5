// Rewriter::Json on any bytes: what parses as JSON still does, with as many values.
#include <cstdint>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <string>

#include "support/text_world.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using understudy::testing_support::TextWorld;
  using understudy::text::LiteralKind;
  static const auto* world = new TextWorld();
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  understudy::text::Rewriter rewriter(world->context());
  std::string out;
  const bool changed = rewriter.Json(text, "", &out);
  if (changed && nlohmann::json::accept(text) && !nlohmann::json::accept(out)) std::abort();
  for (const char* path : {"$.a", "$.*[0].b", "$[*]"}) {
    out.clear();
    rewriter.Json(text, path, &out);
  }
  // Literals: what was one stays one, with as many elements.
  std::vector<understudy::text::LiteralElement> before, after;
  for (LiteralKind kind :
       {LiteralKind::kArray, LiteralKind::kHstore, LiteralKind::kComposite, LiteralKind::kRange}) {
    out.clear();
    if (!understudy::text::WalkLiteral(text, kind, &before) || !rewriter.Literal(text, kind, &out)) continue;
    if (!understudy::text::WalkLiteral(out, kind, &after) || after.size() != before.size()) std::abort();
  }
  return 0;
}

// Any value as any kind: the first byte chooses the context. Each has one pseudonym, within the column's
// length, and the known values built of it find it (or say why it is left).
#include <string>

#include "fuzz/require.h"
#include "pseudonym/normalise.h"
#include "pseudonym/utf8.h"
#include "support/text_world.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace understudy;  // NOLINT: one function
  using fuzz::Require;
  if (size == 0 || size > 4096) return 0;
  static const auto* world = new testing_support::TextWorld(false, false);
  const std::string_view value = fuzz::TextOf(data + 1, size - 1);
  const std::string folded = pseudonym::FoldedName(value);
  Require(pseudonym::FoldedName(folded) == folded, "a folded name folds to something else");
  pseudonym::Context context;
  constexpr const char* kCountries[] = {"", "DE", "US", "IN"};
  constexpr const char* kLanguages[] = {"", "de_DE", "zh_CN", "ar_SY"};
  context.country = kCountries[data[0] & 3];
  context.language = kLanguages[data[0] >> 2 & 3];
  context.max_chars = (data[0] & 16) != 0 ? 5 : 0;
  context.unique = (data[0] & 32) != 0;
  context.entity = static_cast<pseudonym::Entity>((data[0] >> 6) % 3);
  text::KnownValues::Builder builder(text::KnownValues::Options{});
  for (const std::string& word : pseudonym::KindNames()) {
    const pseudonym::Kind kind = *pseudonym::KindByName(word);
    std::string out = "before", again = "before";
    world->context().pseudonymiser->Generate(kind, value, context, &out);
    world->context().pseudonymiser->Generate(kind, value, context, &again);
    Require(out == again && out.starts_with("before"), "a value has two pseudonyms");
    Require(context.max_chars == 0 ||
                pseudonym::CountCodePoints(std::string_view(out).substr(6)) <= context.max_chars,
            "a pseudonym is longer than its column");
    world->context().pseudonymiser->GenerateParts(kind, value, ", ", context, &again);
    builder.Add(kind, value, {std::string(context.country), std::string(context.language), context.entity});
  }
  const auto known = std::move(builder).Build();
  Require(known.ok(), "known values of one value are too many");
  text::RewriteContext rewrite = world->context();
  rewrite.known_values = known->get();
  text::Rewriter rewriter(rewrite);
  std::string out, again;
  const bool changed = rewriter.Plain(value, &out);
  Require(rewriter.Plain(value, &again) == changed && again == out, "a text is searched in two ways");
  return 0;
}

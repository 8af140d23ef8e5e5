// Rewriter::Plain on any bytes: text is changed only where something is found, and the same way twice.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "support/text_world.h"
#include "text/candidates.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using understudy::testing_support::TextWorld;
  static const auto* world = new TextWorld();
  static const auto* empty = new TextWorld(false, false);
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  std::string out, again;
  if (understudy::text::Rewriter(empty->context()).Plain(text, &out)) std::abort();
  understudy::text::Rewriter rewriter(world->context());
  const bool changed = rewriter.Plain(text, &out);
  if (rewriter.Plain(text, &again) != changed || again != out) std::abort();
  // The scan and its plain twin agree.
  understudy::text::Candidates fast, plain;
  const auto known = world->known().prefilter();
  understudy::text::FindCandidates(text, known, known, &fast);
  understudy::text::FindCandidatesPlainly(text, known, known, &plain);
  if (!(fast.words == plain.words)) std::abort();
  struct Sink : understudy::text::FindingSink {
    void Found(const understudy::text::Finding&) override {}
  } sink;
  understudy::text::Auditor(world->context()).Audit(text, text, sink);
  return 0;
}

// Detectors of users: the part before a line "--" is the YAML, the rest is searched with what it says. An
// error or detectors, never more; and a text is searched the same way twice.
#include <memory>
#include <string>

#include "fuzz/require.h"
#include "support/text_world.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using understudy::fuzz::Require;
  using understudy::testing_support::TextWorld;
  static const auto* world = new TextWorld(true, false);
  if (size > 1 << 13) return 0;  // larger patterns only make re2 slow
  const std::string_view input = understudy::fuzz::TextOf(data, size);
  const size_t mark = input.find("\n--\n");
  const std::string_view yaml = input.substr(0, mark);
  const std::string_view text = mark == std::string_view::npos ? std::string_view() : input.substr(mark + 4);
  auto specs = understudy::text::ParseDetectors(yaml, "fuzz.yaml");
  if (!specs.ok()) return 0;
  const auto detectors = understudy::text::Detectors::Create(*std::move(specs), "DE");
  if (!detectors.ok()) return 0;
  understudy::text::RewriteContext context = world->context();
  context.detectors = detectors->get();
  understudy::text::Rewriter rewriter(context);
  std::string out, again;
  const bool changed = rewriter.Plain(text, &out);
  Require(rewriter.Plain(text, &again) == changed && again == out, "a text is searched in two ways");
  Require(changed || out.empty(), "an unchanged text left something");
  struct Sink : understudy::text::FindingSink {
    explicit Sink(size_t size_of_text) : bytes(size_of_text) {}
    void Found(const understudy::text::Finding& finding) override {
      Require(finding.offset <= bytes, "a finding outside of the text");
    }
    size_t bytes;
  } sink(text.size());
  understudy::text::Auditor(context).Audit(text, sink);
  return 0;
}

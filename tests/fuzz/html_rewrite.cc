// Rewriter::Html on any bytes: the tags and their attributes' names are what they were.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "support/text_world.h"
#include "text/html.h"

namespace {

// Everything outside of texts and attribute values, as the parser sees it.
std::string Markup(std::string_view html) {
  std::string out;
  bool tag = false;
  for (char c : html) {
    tag |= c == '<';
    if (tag && (c == '<' || c == '>')) out.push_back(c);
    tag &= c != '>';
  }
  return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using understudy::testing_support::TextWorld;
  static const auto* world = new TextWorld();
  static const auto* empty = new TextWorld(false, false);
  const std::string_view html(reinterpret_cast<const char*>(data), size);
  std::string out;
  if (understudy::text::Rewriter(empty->context()).Html(html, &out)) std::abort();
  understudy::text::Rewriter rewriter(world->context());
  if (rewriter.Html(html, &out) && Markup(out) != Markup(html)) std::abort();
  out.clear();
  if (rewriter.LoremHtml(html, &out) && Markup(out) != Markup(html)) std::abort();
  return 0;
}

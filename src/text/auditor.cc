#include "text/auditor.h"

#include <algorithm>
#include <vector>

#include "text/html.h"
#include "text/json_strings.h"
#include "text/replacer.h"

namespace understudy::text {
namespace {

// What the source holds of one value, and what its pseudonyms explain.
struct Tally {
  uint64_t hash;
  uint32_t in_source[2] = {0, 0};  // by reading: of one field, the two are views of the same bytes
  uint32_t explained[2] = {0, 0};
  uint32_t in_output[2] = {0, 0};
};

bool IsSingleName(std::string_view text, const Match& match) {
  if (IsCode(match.entry.kind) || match.entry.kind == pseudonym::Kind::kEmail) return false;
  Token token;
  return NextToken(text.substr(0, match.end), match.begin, &token) && token.end == match.end;
}

}  // namespace

struct Auditor::Impl {
  explicit Impl(const RewriteContext& c)
      : context(c),
        finder(c.known_values, c.detectors, /*audit=*/true),
        source_finder(c.known_values, c.detectors, /*audit=*/false),
        explaining(c.known_values, nullptr, /*audit=*/false),
        replacer(context) {}

  // Calls `visit(text, where, reading)`: reading 0 is the field as it is or as HTML, in its parts; reading 1
  // is the field without its backslash escapes.
  template <typename Visit>
  void Readings(std::string_view field, Visit visit) {
    const bool html = LooksLikeHtml(field);
    if (!html) visit(field, Where::kProse, 0);
    if (html) {
      ParseHtml(field, &html_text, &units);
      visit(html_text.text(), Where::kProse, 0);
      for (const HtmlUnit& unit : units) {
        const bool code = unit.kind == HtmlUnit::kCode || unit.kind == HtmlUnit::kRawScript;
        if (unit.kind == HtmlUnit::kComment || unit.kind == HtmlUnit::kRawScript) {
          unit_text.Clear();
          unit_text.AddVerbatim(field.substr(unit.begin, unit.end - unit.begin), unit.begin);
        } else {
          DecodeAttribute(field, unit, &unit_text);
        }
        visit(unit_text.text(), code ? Where::kCodeLike : Where::kProse, 0);
      }
    }
    if (field.find('\\') != std::string_view::npos) {
      // JSON's escapes and those of array and composite literals; what is neither decodes to itself or so.
      DecodeJsonString(field, {0, static_cast<uint32_t>(field.size()), true}, &unescaped);
      inner.assign(unescaped.text());
      if (LooksLikeHtml(inner)) {
        ParseHtml(inner, &html_text, &units);
        visit(html_text.text(), Where::kProse, 1);
      } else {
        visit(inner, Where::kProse, 1);
      }
    }
  }

  void CollectSource(std::string_view source) {
    tallies.clear();
    Readings(source, [&](std::string_view text, Where where, int reading) {
      // What the audit would see there, and what the rewriting makes of it, which may see more.
      for (const Match& match : finder.Find(text, where)) {
        if (match.detector < 0) ++TallyOf(match.hash).in_source[reading];
      }
      for (const Match& match : source_finder.Find(text, where)) Explain(text, match, reading);
    });
    for (Tally& t : tallies) t.explained[0] = std::max(t.explained[0], t.explained[1]);
  }

  // Counts the known values that are (parts of) the pseudonym that `match` becomes.
  void Explain(std::string_view text, const Match& match, int reading) {
    if (match.detector >= 0 &&
        !context.detectors->spec(static_cast<uint16_t>(match.detector)).kind.has_value()) {
      return;
    }
    // Inside a sentence: there a common word counts as a name that at its beginning would not.
    constexpr std::string_view kSentence = "x ";
    pseudonym.assign(kSentence);
    replacer.Pseudonym(text, match, &pseudonym);
    if (std::string_view(pseudonym).substr(kSentence.size()) ==
        text.substr(match.begin, match.end - match.begin)) {
      return;
    }
    for (const Match& known : explaining.Find(pseudonym, Where::kProse)) {
      if (known.detector < 0) ++TallyOf(known.hash).explained[reading];
    }
  }

  Tally& TallyOf(uint64_t hash) {
    for (Tally& t : tallies) {
      if (t.hash == hash) return t;
    }
    tallies.push_back({hash, {0, 0}, {0, 0}, {0, 0}});
    return tallies.back();
  }

  bool IsLeak(uint64_t hash, int reading) {
    Tally& t = TallyOf(hash);
    ++t.in_output[reading];
    return t.in_source[0] + t.in_source[1] > 0 && t.in_output[reading] > t.explained[0];
  }

  void Report(std::string_view text, const Match& match, bool decoded, FindingSink& sink) {
    Finding finding;
    finding.offset = match.begin;
    finding.decoded = decoded;
    if (match.detector >= 0) {
      finding.what = context.detectors->spec(static_cast<uint16_t>(match.detector)).name;
      finding.secret = true;
    } else {
      finding.what = pseudonym::NameOf(match.entry.kind);
      finding.weak = IsSingleName(text, match);
    }
    ++counts.findings;
    counts.weak += finding.weak;
    sink.Found(finding);
  }

  void Audit(std::string_view field, const std::string_view* source, FindingSink& sink) {
    ++counts.fields;
    counts.bytes += field.size();
    tallies.clear();
    reported.clear();
    bool collected = source == nullptr;
    Readings(field, [&](std::string_view text, Where where, int reading) {
      for (const Match& match : finder.Find(text, where)) {
        if (match.detector < 0) {
          // The second reading repeats what the first one saw.
          if (reading == 1 && std::find(reported.begin(), reported.end(), match.hash) != reported.end())
            continue;
          if (!collected) {
            CollectFrom(*source);
            collected = true;
          }
          if (source != nullptr && !IsLeak(match.hash, reading)) {
            ++counts.coincidences;
            continue;
          }
          if (reading == 0) reported.push_back(match.hash);
        }
        Report(text, match, text.data() != field.data(), sink);
      }
    });
    counts.left = finder.counts().left_common;
  }

  // Rare: the output holds a known value. The source is read with buffers of its own.
  void CollectFrom(std::string_view source) {
    if (source_side == nullptr) source_side = std::make_unique<Impl>(context);
    source_side->CollectSource(source);
    tallies = source_side->tallies;
  }

  const RewriteContext context;
  Finder finder, source_finder, explaining;
  std::unique_ptr<Impl> source_side;
  Replacer replacer;
  DecodedText html_text, unit_text, unescaped;
  std::vector<HtmlUnit> units;
  std::vector<uint64_t> reported;
  std::vector<Tally> tallies;
  std::string inner, pseudonym;
  AuditCounts counts;
};

Auditor::Auditor(const RewriteContext& context) : impl_(std::make_unique<Impl>(context)) {}
Auditor::~Auditor() = default;

void Auditor::Audit(std::string_view field, FindingSink& sink) { impl_->Audit(field, nullptr, sink); }
void Auditor::Audit(std::string_view field, std::string_view source, FindingSink& sink) {
  impl_->Audit(field, &source, sink);
}
const AuditCounts& Auditor::counts() const { return impl_->counts; }

}  // namespace understudy::text

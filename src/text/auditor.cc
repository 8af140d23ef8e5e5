#include "text/auditor.h"

#include <algorithm>
#include <vector>

#include "text/html.h"
#include "text/json_strings.h"
#include "text/memories.h"
#include "text/replacer.h"

namespace understudy::text {
namespace {

// Of one value, by its hash: how often the source holds it, how often the pseudonyms of the source's values
// are (parts of) it, and how often the output holds it; by reading, as the two are views of the same bytes.
struct Tally {
  uint64_t hash;
  uint32_t in_source[2] = {0, 0};
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
        noted_finder(c.known_values, c.detectors, /*audit=*/true),
        explaining(c.known_values, nullptr, /*audit=*/false),
        replacer(context),
        quiet(PoolOf(c.memories, &Memories::quiet_to_auditors)) {}

  // Whose search a QuietTexts speaks of; kinds of attributes come behind, the field itself is the first.
  enum Search : int { kAuditing = 0, kRewriting = 16 };

  // Calls `visit(text, where, reading)`: reading 0 is the field as it is or as HTML, in its parts; reading 1
  // is the field without its backslash escapes, which of a JSON document says all. It says whether there was
  // nothing in the text and nothing to count; attributes of which that is known are passed over.
  template <typename Visit>
  void Readings(std::string_view field, Form form, Search search, Visit visit) {
    const bool escaped = field.find('\\') != std::string_view::npos;
    if (!escaped || form != Form::kJson) Read(field, 0, search, visit);
    if (!escaped) return;
    // JSON's escapes and those of array and composite literals; what is neither decodes to itself or so.
    DecodeJsonString(field, {0, static_cast<uint32_t>(field.size()), true}, &unescaped);
    Read(unescaped.text(), 1, search, visit);
  }

  // `text` must be none of html_text and unit_text.
  template <typename Visit>
  void Read(std::string_view text, int reading, Search search, Visit visit) {
    if (!LooksLikeHtml(text)) {
      visit(text, Where::kProse, reading);
      return;
    }
    ParseHtml(text, &html_text, &units);
    visit(html_text.text(), Where::kProse, reading);
    for (const HtmlUnit& unit : units) {
      const std::string_view raw = text.substr(unit.begin, unit.end - unit.begin);
      const auto way = static_cast<uint8_t>(search + 1 + int{unit.kind});
      if (quiet->Knows(raw, way)) continue;
      DecodeUnit(text, unit, &unit_text);
      if (visit(unit_text.text(), unit.is_code() ? Where::kCodeLike : Where::kProse, reading))
        quiet->Learn(raw, way);
    }
  }

  // What the audit would see in the source.
  void CollectSource(std::string_view source, Form form) {
    tallies.clear();
    explained = false;
    Readings(source, form, kAuditing, [&](std::string_view text, Where where, int reading) {
      const uint64_t left = finder.counts().left_common;
      const std::vector<Match>& matches = finder.Find(text, where);
      for (const Match& match : matches) {
        if (match.detector < 0) ++TallyOf(match.hash).in_source[reading];
      }
      return matches.empty() && finder.counts().left_common == left;
    });
  }

  // What the rewriting, which may see more, makes of the source.
  void ExplainSource(std::string_view source, Form form) {
    Readings(source, form, kRewriting, [&](std::string_view text, Where where, int reading) {
      const std::vector<Match>& matches = source_finder.Find(text, where);
      for (const Match& match : matches) Explain(text, match, reading);
      return matches.empty();
    });
    explained = true;
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

  // The output holds the value (once more). The source is read with buffers of its own, and only now: most
  // pseudonyms are nobody's value, and of the others most are not one that this source holds.
  bool IsLeak(uint64_t hash, int reading, std::string_view source, Form form) {
    if (!collected) {
      if (source_side == nullptr) source_side = std::make_unique<Impl>(context);
      source_side->CollectSource(source, form);
      collected = true;
    }
    Tally& t = source_side->TallyOf(hash);
    ++t.in_output[reading];
    if (t.in_source[0] + t.in_source[1] == 0) return false;
    if (!source_side->explained) source_side->ExplainSource(source, form);
    const Tally& known = source_side->TallyOf(hash);
    return known.in_output[reading] > std::max(known.explained[0], known.explained[1]);
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

  void Count(std::string_view field) {
    ++counts.fields;
    counts.bytes += field.size();
  }

  // Can't the whole search find anything to report in `field`?
  bool NothingNoted(std::string_view field, std::string_view source, const SourceNotes& notes) {
    // Unchanged, and the rewriter, which sees more than we do, saw nothing.
    if (!notes.found && field.data() == source.data() && field.size() == source.size()) return true;
    if (field.find('\\') != std::string_view::npos) return false;
    bool nothing = true;
    Readings(field, Form::kText, kAuditing, [&](std::string_view text, Where where, int) {
      nothing = nothing && noted_finder.FindNoted(text, where, notes).empty();
      return false;  // nothing is learned from half a search
    });
    return nothing;
  }

  void Audit(std::string_view field, const std::string_view* source, Form form, FindingSink& sink) {
    if (field.empty() || quiet->Knows(field, kAuditing)) return;
    const uint64_t all_left = finder.counts().left_common;
    bool nothing = true;
    reported.clear();
    collected = false;
    Readings(field, form, kAuditing, [&](std::string_view text, Where where, int reading) {
      const uint64_t left = finder.counts().left_common;
      const std::vector<Match>& matches = finder.Find(text, where);
      for (const Match& match : matches) {
        nothing = false;
        if (match.detector < 0) {
          // The second reading repeats what the first one saw.
          if (reading == 1 && std::find(reported.begin(), reported.end(), match.hash) != reported.end())
            continue;
          if (source != nullptr && !IsLeak(match.hash, reading, *source, form)) {
            ++counts.coincidences;
            continue;
          }
          if (reading == 0) reported.push_back(match.hash);
        }
        Report(text, match, text.data() != field.data(), sink);
      }
      return matches.empty() && finder.counts().left_common == left;
    });
    counts.left = finder.counts().left_common;
    if (nothing && counts.left == all_left) quiet->Learn(field, kAuditing);
  }

  const RewriteContext context;
  Finder finder, source_finder, noted_finder, explaining;
  std::unique_ptr<Impl> source_side;
  Replacer replacer;
  DecodedText html_text, unit_text, unescaped;
  std::vector<HtmlUnit> units;
  Loan<QuietTexts> quiet;
  std::vector<uint64_t> reported;
  bool collected = false;      // source_side holds this field's source
  std::vector<Tally> tallies;  // of a source side
  bool explained = false;      // they know of pseudonyms
  std::string pseudonym;
  AuditCounts counts;
};

Auditor::Auditor(const RewriteContext& context) : impl_(std::make_unique<Impl>(context)) {}
Auditor::~Auditor() = default;

void Auditor::Audit(std::string_view field, FindingSink& sink) {
  impl_->Count(field);
  impl_->Audit(field, nullptr, Form::kText, sink);
}
void Auditor::Audit(std::string_view field, std::string_view source, FindingSink& sink, Form form) {
  impl_->Count(field);
  impl_->Audit(field, &source, form, sink);
}
void Auditor::Audit(std::string_view field, std::string_view source, const SourceNotes& notes,
                    FindingSink& sink) {
  impl_->Count(field);
  if (!impl_->NothingNoted(field, source, notes)) impl_->Audit(field, &source, Form::kText, sink);
}

void Auditor::Rest() {
  impl_->quiet.Return();
  impl_->replacer.Rest();
}

const AuditCounts& Auditor::counts() const { return impl_->counts; }

}  // namespace understudy::text

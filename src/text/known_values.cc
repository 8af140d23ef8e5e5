#include "text/known_values.h"

#include <algorithm>

#include "base/eight_bytes.h"
#include "base/huge_pages.h"
#include "fmt/format.h"

namespace understudy::text {
namespace {

using pseudonym::Kind;
using Entry = KnownValues::Entry;

// Bits of a meaning: context, then flags, then kind. In a slot they take the low kMeaningBits.
constexpr int kMeaningBits = 26;
constexpr uint64_t kMeaningMask = (uint64_t{1} << kMeaningBits) - 1;
constexpr uint32_t kFirstBit = 1u << 13;  // a text may begin to match here: goes into the prefilter
constexpr uint16_t kMaxContexts = 4096;   // 12 bits

// A builder sorts and merges its drafts whenever this many have been added since: bounds its memory to a few
// times the index.
constexpr size_t kCompactEvery = size_t{1} << 20;

uint32_t Pack(const Entry& e, uint16_t context, bool first) {
  return static_cast<uint32_t>(e.kind) | (e.final ? 1u << 5 : 0) | (e.continues ? 1u << 6 : 0) |
         (e.reversed ? 1u << 7 : 0) | (e.plain_gaps ? 1u << 8 : 0) | (e.common ? 1u << 9 : 0) |
         (e.part ? 1u << 10 : 0) | static_cast<uint32_t>(e.surname_tokens & 3) << 11 |
         (first ? kFirstBit : 0) | static_cast<uint32_t>(context) << 14;
}

Entry Unpack(uint32_t m) {
  Entry e;
  e.kind = static_cast<Kind>(m & 31);
  e.final = (m >> 5 & 1) != 0;
  e.continues = (m >> 6 & 1) != 0;
  e.reversed = (m >> 7 & 1) != 0;
  e.plain_gaps = (m >> 8 & 1) != 0;
  e.common = (m >> 9 & 1) != 0;
  e.part = (m >> 10 & 1) != 0;
  e.surname_tokens = static_cast<uint8_t>(m >> 11 & 3);
  e.context = static_cast<uint16_t>(m >> 14);
  return e;
}

// Which of two values with the same tokens a text means: whole values before parts, then the kind, then the
// context; anything fixed will do.
bool Before(uint32_t a, uint32_t b) {
  const Entry x = Unpack(a), y = Unpack(b);
  if (x.final != y.final) return x.final;
  if (x.part != y.part) return !x.part;
  if (x.reversed != y.reversed) return !x.reversed;
  if (x.kind != y.kind) return x.kind < y.kind;
  // A column that knows more (that it is a company's name) beats one that knows nothing, which is number 0.
  if (x.context != y.context)
    return static_cast<uint16_t>(x.context - 1) < static_cast<uint16_t>(y.context - 1);
  return a < b;
}

uint32_t MergeMeanings(uint32_t a, uint32_t b) {
  constexpr uint32_t kOrBits = 1u << 5 | 1u << 6 | 1u << 9 | kFirstBit;
  return (Before(a, b) ? a : b) | ((a | b) & kOrBits);
}

uint64_t InDomain(uint64_t hash, uint64_t domain) { return ExtendSequence(hash, domain * kMix3); }

}  // namespace

uint64_t CodeHash(std::string_view compact_upper) {
  return InDomain(HashFolded(compact_upper.data(), compact_upper.size()), 1);
}
uint64_t PhoneHash(std::string_view digits) { return InDomain(HashFolded(digits.data(), digits.size()), 2); }
uint64_t EmailHash(std::string_view lower) { return InDomain(HashFolded(lower.data(), lower.size()), 3); }
uint64_t CodeStartHash(const char* start) {
  return HashShort(UpToSeven(std::string_view(start, kMinCodeChars)), 0, kMinCodeChars);
}

bool IsCode(Kind kind) {
  switch (kind) {
    case Kind::kPhone:
    case Kind::kVat:
    case Kind::kIban:
    case Kind::kBic:
    case Kind::kCard:
    case Kind::kNationalId:
    case Kind::kNumber:
    case Kind::kPlate:
    case Kind::kBankAccount:
    case Kind::kUuid:
    case Kind::kToken:
    case Kind::kIp:
    case Kind::kMac:
      return true;
    default:
      return false;
  }
}

void KnownValues::Builder::Put(uint64_t hash, const Entry& entry, bool first) {
  drafts_.push_back({hash, Pack(entry, entry.context, first)});
  if (drafts_.size() >= compacted_ * 2 + kCompactEvery) Compact();
}

void KnownValues::Builder::PutCode(uint64_t hash, std::string_view code, const Entry& entry) {
  Put(hash, entry, true);
  code_starts_.push_back(CodeStartHash(code.data()));
  if (code_starts_.size() >= compacted_starts_ * 2 + kCompactEvery) CompactStarts();
}

void KnownValues::Builder::CompactStarts() {
  std::sort(code_starts_.begin(), code_starts_.end());
  code_starts_.erase(std::unique(code_starts_.begin(), code_starts_.end()), code_starts_.end());
  compacted_starts_ = code_starts_.size();
}

void KnownValues::Builder::Compact() {
  const auto same = [](const Draft& a, const Draft& b) { return a.hash == b.hash && a.meaning == b.meaning; };
  std::sort(drafts_.begin(), drafts_.end(), [](const Draft& a, const Draft& b) {
    return a.hash != b.hash ? a.hash < b.hash : a.meaning < b.meaning;
  });
  drafts_.erase(std::unique(drafts_.begin(), drafts_.end(), same), drafts_.end());
  compacted_ = drafts_.size();
}

// The sequence itself and its proper prefixes. The first hash begins a match.
void KnownValues::Builder::PutSequence(const std::vector<uint64_t>& hashes, Entry entry) {
  if (hashes.empty()) return;
  uint64_t sequence = 0;
  for (size_t i = 0; i < hashes.size(); ++i) {
    sequence = i == 0 ? hashes[0] : ExtendSequence(sequence, hashes[i]);
    const bool last = i + 1 == hashes.size();
    Entry e = entry;
    if (!last) {
      e = Entry();
      e.kind = static_cast<Kind>(0);
      e.surname_tokens = 0;
      e.continues = true;
    } else {
      e.final = true;
    }
    Put(sequence, e, i == 0);
  }
}

uint16_t KnownValues::Builder::ContextId(const ValueContext& context) {
  if (contexts_[last_context_] == context) return last_context_;
  for (size_t i = 0; i < contexts_.size(); ++i) {
    if (contexts_[i] == context) return last_context_ = static_cast<uint16_t>(i);
  }
  if (contexts_.size() < kMaxContexts) {
    contexts_.push_back(context);
    return last_context_ = static_cast<uint16_t>(contexts_.size() - 1);
  }
  return 0;  // 250 countries, 5 languages of each and 3 entities do not fill it
}

void KnownValues::Builder::Merge(Builder&& other) {
  std::vector<uint16_t> map(other.contexts_.size());
  for (size_t i = 0; i < map.size(); ++i) map[i] = ContextId(other.contexts_[i]);
  for (const Draft& d : other.drafts_) {
    const uint32_t context = map[d.meaning >> 14];
    drafts_.push_back({d.hash, (d.meaning & ((1u << 14) - 1)) | context << 14});
  }
  other.drafts_ = {};
  code_starts_.insert(code_starts_.end(), other.code_starts_.begin(), other.code_starts_.end());
  other.code_starts_ = {};
  if (code_starts_.size() >= compacted_starts_ * 2 + kCompactEvery) CompactStarts();
  counts_.added += other.counts_.added;
  counts_.too_short += other.counts_.too_short;
  counts_.stop_words += other.counts_.stop_words;
  counts_.empty += other.counts_.empty;
  if (drafts_.size() >= compacted_ * 2 + kCompactEvery) Compact();
}

absl::StatusOr<std::unique_ptr<const KnownValues>> KnownValues::Builder::Build() && {
  auto index = std::unique_ptr<KnownValues>(new KnownValues());
  // Contexts get their final numbers in sorted order, so that merging does not depend on who came first.
  index->contexts_ = contexts_;
  std::sort(index->contexts_.begin() + 1, index->contexts_.end());
  std::vector<uint32_t> map(contexts_.size(), 0);
  for (size_t i = 1; i < contexts_.size(); ++i) {
    const auto at = std::lower_bound(index->contexts_.begin() + 1, index->contexts_.end(), contexts_[i]);
    map[i] = static_cast<uint32_t>(at - index->contexts_.begin());
  }
  for (Draft& d : drafts_) d.meaning = (d.meaning & ((1u << 14) - 1)) | map[d.meaning >> 14] << 14;
  Compact();
  size_t kept = 0, firsts = 0;
  for (size_t i = 0; i < drafts_.size();) {
    Draft merged = drafts_[i];
    for (++i; i < drafts_.size() && drafts_[i].hash == merged.hash; ++i) {
      merged.meaning = MergeMeanings(merged.meaning, drafts_[i].meaning);
    }
    firsts += (merged.meaning & kFirstBit) != 0;
    drafts_[kept++] = merged;
  }
  drafts_.resize(kept);

  size_t slots = 16;
  int shift = 60;
  while (slots * 2 < kept * 3) {
    slots *= 2;
    --shift;
  }
  CompactStarts();
  index->prefilter_ = PrefilterBits(firsts);
  index->code_starts_ = PrefilterBits(code_starts_.size());
  const uint64_t bytes = slots * sizeof(uint64_t) + index->prefilter_.bytes() + index->code_starts_.bytes();
  if (bytes > options_.max_bytes) {
    return absl::ResourceExhaustedError(
        fmt::format("known values: the index of {} entries needs {}, the limit is {}", HumanCount(kept),
                    HumanBytes(bytes), HumanBytes(options_.max_bytes)));
  }
  index->slots_.reserve(slots);
  AdviseHugePages(index->slots_.data(), slots * sizeof(uint64_t));
  index->slots_.assign(slots, 0);
  index->shift_ = shift;
  for (const Draft& d : drafts_) {
    size_t at = d.hash >> shift;
    while (index->slots_[at] != 0) at = (at + 1) & (slots - 1);
    index->slots_[at] = (d.hash << kMeaningBits) | d.meaning;
    if ((d.meaning & kFirstBit) != 0) index->prefilter_.Add(d.hash);
  }
  for (const uint64_t start : code_starts_) index->code_starts_.Add(start);
  index->entries_ = kept;
  index->counts_ = counts_;
  if (options_.stop_words != nullptr) index->stop_words_ = *options_.stop_words;
  drafts_ = {};
  code_starts_ = {};
  return std::unique_ptr<const KnownValues>(std::move(index));
}

bool KnownValues::Find(uint64_t hash, Entry* entry) const {
  const uint64_t tag = hash << kMeaningBits;
  for (size_t at = hash >> shift_;; at = (at + 1) & (slots_.size() - 1)) {
    const uint64_t slot = slots_[at];
    if (slot == 0) return false;
    if ((slot & ~kMeaningMask) == tag) {
      *entry = Unpack(static_cast<uint32_t>(slot & kMeaningMask));
      return true;
    }
  }
}

}  // namespace understudy::text

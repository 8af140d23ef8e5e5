#include "verify/text_probe.h"

namespace understudy::verify {
namespace {

std::vector<text::LiteralScan::Word> WordsOf(const std::vector<std::string>& texts) {
  std::vector<text::LiteralScan::Word> words;
  for (const std::string& text : texts) words.push_back({.bytes = text});
  return words;
}

}  // namespace

class TextProbe::Observer : public rules::RowObserver {
 public:
  explicit Observer(const TextProbe& probe) : probe_(probe) {}

  absl::Status Row(uint64_t /*row_number*/, std::span<const copyformat::Field> /*in*/,
                   std::span<const copyformat::Field> out) override {
    const copyformat::Field& field = out[probe_.field_];
    if (field.null || probe_.Seen()) return absl::OkStatus();
    probe_.scan_.Find(field.view(), &hits_);
    if (!hits_.empty()) probe_.seen_.store(true, std::memory_order_relaxed);
    return absl::OkStatus();
  }

 private:
  const TextProbe& probe_;
  std::vector<text::LiteralScan::Hit> hits_;
};

TextProbe::TextProbe(size_t field, const std::vector<std::string>& texts)
    : field_(field), scan_(WordsOf(texts)) {}

std::unique_ptr<rules::RowObserver> TextProbe::New() const { return std::make_unique<Observer>(*this); }

}  // namespace understudy::verify

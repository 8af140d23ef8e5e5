// A small world for tests of the text engine: a key, the project's own rules, and a few people.
#ifndef UNDERSTUDY_TESTS_SUPPORT_TEXT_WORLD_H_
#define UNDERSTUDY_TESTS_SUPPORT_TEXT_WORLD_H_

#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "text/auditor.h"
#include "text/detector_file.h"
#include "text/known_values.h"
#include "text/rewriter.h"

namespace understudy::testing_support {

template <typename T>
T OrDie(absl::StatusOr<T> value) {
  if (value.ok()) return *std::move(value);
  std::fprintf(stderr, "%s\n", std::string(value.status().message()).c_str());
  std::abort();
}

inline constexpr const char* kTextWorldKey =
    "00112233445566778899aabbccddeeff0123456789abcdeffedcba9876543210";

class TextWorld {
 public:
  explicit TextWorld(bool with_values = true, bool with_detectors = true) {
    const std::string rules = UNDERSTUDY_SOURCE_DIR "/rules/";
    stop_words_ = OrDie(text::StopWords::Load(rules + "stopwords"));
    pseudonymiser_ = OrDie(
        pseudonym::Pseudonymiser::Create(OrDie(pseudonym::Key::FromHex(kTextWorldKey)), rules + "lexicon"));
    if (with_detectors) {
      detectors_ =
          OrDie(text::Detectors::Create(OrDie(text::LoadDetectors({rules + "detectors.yaml"})), "DE"));
    }
    text::KnownValues::Options options;
    options.stop_words = &stop_words_;
    text::KnownValues::Builder builder(options);
    if (with_values) AddPeople(&builder);
    known_ = OrDie(std::move(builder).Build());
    context_ = {pseudonymiser_.get(), known_.get(), detectors_.get(), "DE", nullptr};
  }

  static text::ValueContext Person() { return {"DE", "de_DE", pseudonym::Entity::kPerson}; }
  static text::ValueContext Company() { return {"DE", "de_DE", pseudonym::Entity::kCompany}; }

  static void AddPeople(text::KnownValues::Builder* builder) {
    using pseudonym::Kind;
    builder->Add(Kind::kName, "Ada Okonkwo", Person());
    builder->Add(Kind::kName, "Rose May", Person());
    builder->Add(Kind::kName, "José García", Person());
    builder->Add(Kind::kName, "王小明", Person());
    builder->Add(Kind::kName, "Njadorfsen KG", Company());
    builder->Add(Kind::kEmail, "ada.okonkwo@kundenmail.de", Person());
    builder->Add(Kind::kPhone, "+49 30 822 80803", Person());
    builder->Add(Kind::kPhone, "0171 5668705", Person());
    builder->Add(Kind::kIban, "DE54370400447741137244", Person());
    builder->Add(Kind::kVat, "DE638591761", Person());
    builder->Add(Kind::kCard, "4628023288358118", Person());
    builder->Add(Kind::kStreet, "Fjobrabergstrasse 99", Person());
    builder->Add(Kind::kNationalId, "SV820794290", Person());
    builder->Add(Kind::kUrl, "www.okonkwo-kundenseite.de", Person());
  }

  // What the column of this kind gets.
  std::string Column(pseudonym::Kind kind, std::string_view value,
                     const text::ValueContext& own = Person()) const {
    pseudonym::Context context;
    context.country = own.country;
    context.language = own.language;
    context.entity = own.entity;
    std::string out;
    pseudonymiser_->Generate(kind, value, context, &out);
    return out;
  }

  const text::RewriteContext& context() const { return context_; }
  const text::KnownValues& known() const { return *known_; }
  const text::StopWords& stop_words() const { return stop_words_; }

 private:
  text::StopWords stop_words_;
  std::unique_ptr<pseudonym::Pseudonymiser> pseudonymiser_;
  std::unique_ptr<const text::KnownValues> known_;
  std::unique_ptr<const text::Detectors> detectors_;
  text::RewriteContext context_;
};

}  // namespace understudy::testing_support

#endif  // UNDERSTUDY_TESTS_SUPPORT_TEXT_WORLD_H_

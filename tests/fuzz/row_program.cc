// Row programs on batches that a hostile source sent: the first byte chooses rules and COPY format, the rest
// is the batch. It is refused, or becomes rows of as many fields; the same bytes whichever worker treats it.
#include <memory>
#include <string>
#include <vector>

#include "copyformat/binary_codec.h"
#include "copyformat/text_codec.h"
#include "fuzz/require.h"
#include "rules/compile.h"
#include "rules/plan.h"
#include "rules/test_facts.h"
#include "support/text_world.h"

namespace {

using namespace understudy::rules;
using understudy::copyformat::Batch;
using understudy::copyformat::BinaryCodec;
using understudy::copyformat::Format;
using understudy::copyformat::TextCodec;
using understudy::fuzz::Require;
using understudy::testing_support::OrDie;

// Together they use every treatment on every form that a type can have.
constexpr const char* kRules[] = {
    "{a: name, b: email, c: date_shift, d: rewrite_json, e: noise, f: phone, g: secret, h: rewrite_html}",
    "{a: mask, b: lorem_html, c: date, d: mask, e: number, f: rewrite, g: empty, h: {fixed: x}, i: uuid}",
    "{a: iban, b: street, c: {null: true, if: {a: {matches: x}}, else: date_shift}, d: secret, e: amount,"
    " f: company, h: {template: '{first_name} <{email}>'}, j: ip}",
    "{a: {parts: {separator: ' / ', pseudonym: name}}, b: vat, c: {date_shift: {days: 9, subject: a}}, d: "
    "lorem, e: geo,"
    " f: card, h: {secret_unless: {a: '^x'}}, k: rewrite}",
    "{a: token, b: url, d: {rewrite_json: ['$.a']}, f: password, h: national_id, i: uuid, k: secret}",
};

Relation Table() {
  Relation t = MakeRelation("t", {{"a", "character varying"},
                                  {"b", "text"},
                                  {"c", "timestamp without time zone"},
                                  {"d", "jsonb"},
                                  {"e", "numeric"},
                                  {"f", "text[]"},
                                  {"g", "bytea"},
                                  {"h", "text"},
                                  {"i", "uuid"},
                                  {"j", "inet"},
                                  {"k", "hstore"}});
  t.attributes[0].max_chars = 7;
  return t;
}

struct Program {
  Format format;
  std::unique_ptr<understudy::copyformat::TransformFactory> factory;
};

std::vector<Program> MakePrograms() {
  static const auto& world = *new understudy::testing_support::TextWorld();
  static auto& toolbox = *new Toolbox();
  toolbox.pseudonymiser = world.context().pseudonymiser;
  toolbox.rewrite = &world.context();
  toolbox.password_hash = "$pbkdf2-sha512$";
  Facts facts;
  facts.relations = {Table()};
  std::vector<Program> programs;
  for (const char* rules : kRules) {
    const auto yaml = OrDie(ParseYaml(std::string("pack: p\ntables:\n  t: ") + rules + "\n", "p.yaml"));
    const Plan plan = MakePlan({OrDie(ParsePack(yaml))}, facts, Policy{});
    for (const Finding& error : plan.errors) Require(false, error.text.c_str());
    for (const Format format : {Format::kText, Format::kBinary}) {
      if (format == Format::kBinary && !BinaryPossible(facts.relations[0], plan.tables[0])) continue;
      programs.push_back({format, OrDie(MakeTransform(facts.relations[0], plan.tables[0], format, toolbox))});
    }
  }
  return programs;
}

// The number of rows, or -1 if it is no batch.
template <class Codec>
int64_t CountRows(const Batch& batch) {
  typename Codec::Scanner scanner(11);
  scanner.Begin(batch);
  int64_t rows = 0;
  for (understudy::copyformat::Row row; scanner.Next(&row);) ++rows;
  return scanner.status().ok() ? rows : -1;
}

int64_t RowsOf(Format format, const Batch& batch) {
  return format == Format::kText ? CountRows<TextCodec>(batch) : CountRows<BinaryCodec>(batch);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  static const auto& programs = *new std::vector<Program>(MakePrograms());
  const Program& program = programs[data[0] % programs.size()];
  Batch in, out, again;
  in.bytes.Append(understudy::fuzz::TextOf(data + 1, size - 1));
  const int64_t rows = RowsOf(program.format, in);
  in.rows = rows < 0 ? 1 : static_cast<uint64_t>(rows);
  const auto one = program.factory->New();
  const auto other = program.factory->New();
  const bool treated = one->Transform(in, &out).ok();
  Require(!treated || rows >= 0, "what is no batch was treated");
  Require(other->Transform(in, &again).ok() == treated, "two workers disagree");
  if (!treated) return 0;
  Require(out.bytes.view() == again.bytes.view(), "two workers write other bytes");
  Require(RowsOf(program.format, out) == rows && out.rows == in.rows, "rows were lost or made");
  return 0;
}

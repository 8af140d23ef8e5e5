// Hooks, observers and errors of the executor.
#include <memory>
#include <string>

#include "base/status.h"
#include "gtest/gtest.h"
#include "rules/execute.h"
#include "rules/test_table.h"

namespace understudy::rules {
namespace {

using copyformat::Batch;
using copyformat::Format;

// Moves the name into the note, NULLs the data, reads the id.
class SwapHook : public RowHook {
 public:
  absl::Status Row(std::span<const HookValue> fields, std::span<HookEdit> edits) override {
    if (fields[0].text == "99") return Failed("no such attachment");
    edits[1].kind = HookEdit::Kind::kText;
    edits[1].text.assign(fields[2].null ? "none" : fields[2].text);
    edits[2].kind = HookEdit::Kind::kText;  // not the hook's column: ignored
    edits[2].text = "never";
    edits[3].kind = HookEdit::Kind::kNull;
    return absl::OkStatus();
  }
};
class SwapFactory : public RowHookFactory {
 public:
  std::vector<std::string> Columns(const Relation&) const override { return {"id", "note", "name", "data"}; }
  std::unique_ptr<RowHook> New() const override { return std::make_unique<SwapHook>(); }
};

TEST(Execute, HookChangesFieldsTogether) {
  const Relation relation = Table();
  const SwapFactory hook;
  Toolbox toolbox;
  toolbox.attachments = &hook;
  const TablePlan plan = PlanOf("{note: attachment, data: attachment, rate: null}", relation);
  TestRow expected = kRow;
  expected[8] = "Ana Ruiz";
  expected[9] = std::nullopt;
  expected[11] = std::nullopt;
  ExpectRows(relation, plan, toolbox, {kRow}, {expected});
  Batch in, out;
  TestRow bad = kRow;
  bad[0] = "99";
  AppendRow(relation, kRow, Format::kText, &in);
  AppendRow(relation, bad, Format::kText, &in);
  auto transform = (*MakeTransform(relation, plan, Format::kText, toolbox))->New();
  EXPECT_EQ(MessageOf(transform->Transform(in, &out)), "row 1: no such attachment");
}

class Recorder : public RowObserverFactory {
 public:
  struct Observer : RowObserver {
    explicit Observer(std::string* to) : log(to) {}
    absl::Status Row(uint64_t number, std::span<const copyformat::Field> in,
                     std::span<const copyformat::Field> out) override {
      *log += std::to_string(number) + ":";
      for (size_t i = 0; i < in.size(); ++i) {
        if (in[i].value == out[i].value && in[i].null == out[i].null) continue;
        *log += " " + std::to_string(i) + "=" + (out[i].null ? "NULL" : std::string(out[i].view()));
      }
      *log += "\n";
      return absl::OkStatus();
    }
    std::string* log;
  };
  std::unique_ptr<RowObserver> New() const override { return std::make_unique<Observer>(&log); }
  mutable std::string log;
};

TEST(Execute, ObserverSeesWhatGoesOut) {
  const Relation relation = Table();
  const Recorder recorder;
  const Toolbox toolbox;
  Batch in, out;
  AppendRow(relation, kRow, Format::kText, &in);
  AppendRow(relation, kRow, Format::kText, &in);
  in.first_row = 5;
  auto factory =
      MakeTransform(relation, PlanOf("{name: null, note: {fixed: \"p\\tq\"}, terms: mask}", relation),
                    Format::kText, toolbox, &recorder);
  ASSERT_TRUE((*factory)->New()->Transform(in, &out).ok());
  const std::string changes = R"( 1=NULL 5={"en_US": "T*a", "n": 1} 8=p)"
                              "\tq\n";
  EXPECT_EQ(recorder.log, "5:" + changes + "6:" + changes);
  recorder.log.clear();
  // Kept tables too, when somebody looks.
  factory = MakeTransform(relation, PlanOf("{name: keep}", relation), Format::kText, toolbox, &recorder);
  ASSERT_NE(*factory, nullptr);
  ASSERT_TRUE((*factory)->New()->Transform(in, &out).ok());
  EXPECT_EQ(recorder.log, "5:\n6:\n");
  EXPECT_EQ(out.bytes.view(), in.bytes.view());
}

TEST(Execute, ErrorsNameRowAndColumnOnly) {
  Relation relation = MakeRelation("t", {{"a", "jsonb"}});
  const Toolbox toolbox;
  Batch in, out;
  in.bytes.Append(std::string_view("\0\1\0\0\0\2\1{", 8));  // sound
  in.bytes.Append(std::string_view("\0\1\0\0\0\4\2\"x\"", 10));
  in.rows = 2;
  auto transform = (*MakeTransform(relation, PlanOf("{a: mask}", relation), Format::kBinary, toolbox))->New();
  EXPECT_EQ(MessageOf(transform->Transform(in, &out)),
            "row 1, column a: the value is not a valid jsonb, so its treatment can't be applied");
}

}  // namespace
}  // namespace understudy::rules

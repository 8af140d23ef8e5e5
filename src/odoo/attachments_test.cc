#include "odoo/attachments.h"

#include "gtest/gtest.h"
#include "odoo/attachment_hook.h"
#include "odoo/sha1.h"
#include "support/status_matchers.h"
#include "support/temp_directory.h"

namespace understudy::odoo {
namespace {

using testing_support::ReadTestFile;
using testing_support::TempDirectory;

using Action = AttachmentAction;

AttachmentRow Row(std::string_view model, std::string_view field, std::string_view mimetype,
                  std::string_view url = "", std::string_view type = "binary") {
  AttachmentRow row;
  row.id = 7;
  row.res_id = 1;
  row.res_model = model;
  row.res_field = field;
  row.mimetype = mimetype;
  row.url = url;
  row.type = type;
  row.file_size = 100;
  return row;
}

TEST(AttachmentPolicy, WhatACarefulPersonWouldChoose) {
  ASSERT_OK_AND_ASSIGN(AttachmentPolicy policy, AttachmentPolicy::Create(Action::kPlaceholder, {}));
  policy.SetCompanyPartners({42});
  const std::tuple<AttachmentRow, Action, bool> kCases[] = {
      {Row("ir.ui.view", "", "text/css", "/web/assets/abc/web.assets.min.css"), Action::kKeep, true},
      {Row("", "", "text/scss", "/_custom/web.assets_frontend/x.scss"), Action::kKeep, true},
      {Row("product.template", "image_1920", "image/jpeg"), Action::kKeep, true},
      {Row("ir.ui.menu", "web_icon_data", "image/png"), Action::kKeep, true},
      {Row("payment.method", "image_payment_form", "image/png"), Action::kKeep, true},
      {Row("website", "logo", "image/svg+xml"), Action::kKeep, true},
      {Row("res.company", "sale_header", "application/pdf"), Action::kKeep, true},
      {Row("res.partner", "image_1920", "image/jpeg"), Action::kAvatar, true},
      {Row("hr.employee", "image_128", "image/svg+xml"), Action::kAvatar, true},
      {Row("hr.employee", "id_card", "image/png"), Action::kPlaceholder, true},
      {Row("hr.applicant", "", "application/pdf"), Action::kPlaceholder, false},
      {Row("res.partner", "", "text/csv"), Action::kPlaceholder, false},
      {Row("account.move", "", "application/pdf"), Action::kPlaceholder, false},
      {Row("account.move", "invoice_pdf_report_file", "application/pdf"), Action::kPlaceholder, true},
      {Row("mail.compose.message", "", "image/png"), Action::kPlaceholder, false},
      {Row("", "", "application/octet-stream"), Action::kPlaceholder, false},
      {Row("certificate.certificate", "content", "application/octet-stream"), Action::kDrop, true},
      {Row("l10n_es_edi.certificate", "content", "application/octet-stream"), Action::kDrop, true},
      {Row("spreadsheet.dashboard.share", "excel_export", "application/octet-stream"), Action::kPlaceholder,
       true},
      {Row("", "", "image/jpeg", "/website/static/src/img/a.jpg", "url"), Action::kKeep, true},
      {Row("documents.document", "", "image/jpeg", "https://drive/x", "url"), Action::kKeep, false},
  };
  for (const auto& [row, action, keep_name] : kCases) {
    const Decision decision = policy.Decide(row);
    EXPECT_STREQ(NameOf(decision.action), NameOf(action))
        << row.res_model << " " << row.res_field << " " << row.url;
    EXPECT_EQ(decision.keep_name, keep_name) << row.res_model << " " << row.res_field << " " << row.url;
  }
  AttachmentRow logo = Row("res.partner", "image_1920", "image/png");
  logo.res_id = 42;
  EXPECT_EQ(policy.Decide(logo).action, Action::kKeep);
}

TEST(AttachmentPolicy, RulesOfTheConfigurationComeFirst) {
  AttachmentRule rewrite;
  rewrite.mimetype = "text/.*";
  rewrite.action = Action::kRewrite;
  AttachmentRule large;
  large.model = "product\\..*";
  large.larger_than = 50;
  large.action = Action::kDrop;
  ASSERT_OK_AND_ASSIGN(const AttachmentPolicy policy,
                       AttachmentPolicy::Create(Action::kKeep, {rewrite, large}));
  EXPECT_EQ(policy.Decide(Row("res.partner", "", "text/csv")).action, Action::kRewrite);
  EXPECT_EQ(policy.Decide(Row("product.template", "image_1920", "image/png")).action, Action::kDrop);
  EXPECT_EQ(policy.Decide(Row("crm.lead", "", "image/png")).action, Action::kKeep);
  EXPECT_FALSE(policy.Decide(Row("crm.lead", "", "image/png")).keep_name);
  AttachmentRule wrong;
  wrong.model = "(";
  EXPECT_FALSE(AttachmentPolicy::Create(Action::kKeep, {wrong}).ok());
}

TEST(AttachmentPolicy, Names) {
  EXPECT_EQ(AttachmentActionByName("placeholder"), Action::kPlaceholder);
  EXPECT_EQ(AttachmentActionByName("nope"), std::nullopt);
  EXPECT_EQ(NeutralName(7, "pdf", "cv_okonkwo.pdf"), "attachment-7.pdf");
  EXPECT_EQ(NeutralName(7, "", "okonkwo.p7m"), "attachment-7.p7m");
  EXPECT_EQ(NeutralName(7, "", "mrs.okonkwo"), "attachment-7");
}

// A row of ir_attachment through the hook; the columns in the order of kColumns.
class HookTest : public ::testing::Test {
 protected:
  HookTest() : policy_(*AttachmentPolicy::Create(Action::kPlaceholder, {})) {
    for (const char* column :
         {"id", "res_id", "res_model", "res_field", "type", "url", "public", "name", "store_fname",
          "checksum", "file_size", "mimetype", "index_content", "db_datas"}) {
      rules::Attribute attribute;
      attribute.name = column;
      relation_.attributes.push_back(attribute);
    }
    stage_ = *FilestoreStage::Create(temp_ / "staging", "1", StageOptions());
    setup_.policy = &policy_;
    setup_.stage = stage_.get();
  }

  using Values = std::map<std::string, std::optional<std::string>>;
  // What the row is afterwards.
  Values Run(const Values& row) {
    factory_ = std::make_unique<AttachmentHookFactory>(setup_);
    const std::vector<std::string> columns = factory_->Columns(relation_);
    std::vector<rules::HookValue> fields;
    for (const std::string& column : columns) {
      const auto found = row.find(column);
      const bool null = found == row.end() || !found->second.has_value();
      fields.push_back({null ? std::string_view() : *found->second, null});
    }
    std::vector<rules::HookEdit> edits(columns.size());
    auto hook = factory_->New();
    EXPECT_OK(hook->Row(fields, edits));
    hook->Keep();
    Values after;
    for (size_t i = 0; i < columns.size(); ++i) {
      const auto found = row.find(columns[i]);
      after[columns[i]] = found == row.end() ? std::nullopt : found->second;
      if (edits[i].kind == rules::HookEdit::Kind::kNull) after[columns[i]] = std::nullopt;
      if (edits[i].kind == rules::HookEdit::Kind::kText) after[columns[i]] = edits[i].text;
    }
    return after;
  }

  // Checksum, size and path of the row are those of a file in the stage.
  void ExpectConsistent(const Values& row) {
    const std::string content = ReadTestFile(stage_->path() + "/" + row.at("store_fname").value_or("none"));
    EXPECT_EQ(row.at("checksum"), Sha1Of(content));
    EXPECT_EQ(row.at("file_size"), std::to_string(content.size()));
    EXPECT_EQ(row.at("store_fname")->substr(3), row.at("checksum"));
  }

  Values Document() const {
    const std::string sha1 = Sha1Of("the CV");
    return {{"id", "17"},
            {"res_id", "3"},
            {"res_model", "hr.applicant"},
            {"type", "binary"},
            {"public", "f"},
            {"name", "cv_okonkwo.pdf"},
            {"checksum", sha1},
            {"file_size", "6"},
            {"mimetype", "application/pdf"},
            {"index_content", "Ngozi Okonkwo, born …"},
            {"store_fname", sha1.substr(0, 2) + "/" + sha1}};
  }

  TempDirectory temp_;
  AttachmentPolicy policy_;
  rules::Relation relation_;
  std::unique_ptr<FilestoreStage> stage_;
  AttachmentSetup setup_;
  std::unique_ptr<AttachmentHookFactory> factory_;
};

TEST_F(HookTest, TheRowFollowsThePlaceholder) {
  const Values after = Run(Document());
  ExpectConsistent(after);
  EXPECT_EQ(after.at("name"), "attachment-17.pdf");
  EXPECT_EQ(after.at("index_content"), std::nullopt);
  EXPECT_EQ(after.at("mimetype"), "application/pdf");
  EXPECT_EQ(factory_->counts().replaced, 1u);
  EXPECT_TRUE(factory_->TakeRequests().empty());
}

TEST_F(HookTest, WhatIsKeptIsAskedFor) {
  Values row = Document();
  row["res_model"] = "product.template";
  row["res_field"] = "image_128";
  row["name"] = "image_128";
  row["mimetype"] = "image/png";
  row["index_content"] = "image";
  EXPECT_EQ(Run(row), [&] {
    Values same = row;
    same["url"] = std::nullopt;
    same["db_datas"] = std::nullopt;
    return same;
  }());
  const std::vector<FileRequest> requests = factory_->TakeRequests();
  ASSERT_EQ(requests.size(), 1u);
  EXPECT_EQ(requests[0].attachment_id, 17);
  EXPECT_EQ(requests[0].size, 6u);
}

TEST_F(HookTest, AvatarsCarryThePseudonymsInitials) {
  AvatarBook book;
  book.Add("res.partner", 3, "Zora Quist");
  book.Add("res.partner", 1, "Al Beck");
  book.Seal();
  setup_.avatars = &book;
  Values row = Document();
  row["res_model"] = "res.partner";
  row["res_field"] = "image_1920";
  row["mimetype"] = "image/svg+xml";
  const Values after = Run(row);
  ExpectConsistent(after);
  const std::string svg = ReadTestFile(stage_->path() + "/" + *after.at("store_fname"));
  EXPECT_NE(svg.find(">Z</text>"), std::string::npos);
  row["mimetype"] = "image/jpeg";
  EXPECT_EQ(Run(row).at("mimetype"), "image/png");
}

TEST_F(HookTest, ContentInTheRowStaysInTheRow) {
  Values row = Document();
  row["store_fname"] = std::nullopt;
  row["db_datas"] = "\\x6f6b6f6e6b776f";
  row["mimetype"] = "text/plain";
  const Values after = Run(row);
  EXPECT_EQ(after.at("store_fname"), std::nullopt);
  EXPECT_TRUE(after.at("db_datas")->starts_with("\\x506c616365686f6c646572"));
  EXPECT_EQ(std::to_string((after.at("db_datas")->size() - 2) / 2), after.at("file_size"));
}

TEST_F(HookTest, WithoutAFilestoreTheContentGoes) {
  setup_.stage = nullptr;
  const Values after = Run(Document());
  EXPECT_EQ(after.at("store_fname"), std::nullopt);
  EXPECT_EQ(after.at("file_size"), "0");
}

TEST_F(HookTest, AHoleAtTheSourceIsReportedThoughAPlaceholderStandsThere) {
  setup_.exists = [](const std::string&) { return false; };
  ExpectConsistent(Run(Document()));
  const std::vector<FileProblem> problems = factory_->TakeProblems();
  ASSERT_EQ(problems.size(), 1u);
  EXPECT_EQ(problems[0].attachment_id, 17);
  EXPECT_EQ(problems[0].kind, FileProblemKind::kMissing);
  Values row = Document();
  row["store_fname"] = "../../etc/passwd";
  Run(row);
  EXPECT_EQ(factory_->TakeProblems().at(0).kind, FileProblemKind::kUnsafe);
  setup_.exists = [](const std::string&) { return true; };
  Run(Document());
  EXPECT_TRUE(factory_->TakeProblems().empty());
}

TEST_F(HookTest, DropAndStripAndUnreadable) {
  Values row = Document();
  row["res_model"] = "certificate.key";
  row["res_field"] = "content";
  EXPECT_EQ(Run(row).at("store_fname"), std::nullopt);
  EXPECT_EQ(factory_->counts().dropped, 1u);
  AttachmentRule strip;
  strip.action = Action::kStrip;
  policy_ = *AttachmentPolicy::Create(Action::kPlaceholder, {strip});
  ExpectConsistent(Run(Document()));
  EXPECT_EQ(factory_->counts().unreadable, 1u);
  // What we can't look into (a PDF may name its author anywhere) is not kept.
  setup_.read = [](const std::string&) { return std::string("%PDF-1.7 /Author (Okonkwo)"); };
  const Values after = Run(Document());
  ExpectConsistent(after);
  EXPECT_NE(after.at("checksum"), Document().at("checksum"));
  EXPECT_EQ(factory_->counts().replaced, 1u);
  EXPECT_EQ(factory_->counts().unreadable, 0u);
}

TEST_F(HookTest, FilesThatDoNotTravelAreRememberedWhereTheyCannotBeLookedFor) {
  setup_.ask_later = true;
  Run(Document());
  const std::vector<FileRequest> unseen = factory_->TakeUnseen();
  ASSERT_EQ(unseen.size(), 1u);
  EXPECT_EQ(unseen[0].store_fname, Document().at("store_fname"));
  EXPECT_EQ(unseen[0].attachment_id, 17);
  EXPECT_TRUE(factory_->TakeRequests().empty());
}

}  // namespace
}  // namespace understudy::odoo

#include "odoo/attachments.h"

#include <fmt/format.h>
#include <re2/re2.h>

#include <array>

#include "base/status.h"

namespace understudy::odoo {
namespace {

using Action = AttachmentAction;

constexpr std::array<std::pair<std::string_view, Action>, 6> kActions = {
    {{"keep", Action::kKeep},
     {"strip", Action::kStrip},
     {"avatar", Action::kAvatar},
     {"placeholder", Action::kPlaceholder},
     {"rewrite", Action::kRewrite},
     {"drop", Action::kDrop}}};

struct Default {
  const char* model;
  const char* field;
  const char* mimetype;
  const char* url;
  Action action;
  bool keep_name;
  const char* reason;
};

constexpr const char* kAny = ".*";
constexpr const char* kImageField = "(image|avatar|logo|favicon|icon|flag_image|photo|picture)(_.*)?";

// The first that matches decides.
constexpr Default kDefaults[] = {
    {kAny, kAny, kAny, "/web/assets/.*|/web/content/.*assets.*|/_custom/.*|/web/static/.*|/web_editor/.*",
     Action::kKeep, true, "web assets"},
    {kAny, kAny, "text/(css|javascript|scss)|application/(javascript|x-javascript|font-.*)|font/.*",
     "/[a-z0-9_]+/static/.*", Action::kKeep, true, "web assets"},
    {".*certificate.*|l10n_eg_edi\\.thumb\\.drive|certificate\\.key|base_import\\.import|.*\\.private_key",
     ".+", kAny, kAny, Action::kDrop, true, "keys, certificates and uploads"},
    {"res\\.company", ".*(certificate|private_key|pkcs12|crt).*", kAny, kAny, Action::kDrop, true,
     "keys, certificates and uploads"},
    {"res\\.partner|res\\.users|hr\\.employee(\\.base|\\.public)?|hr\\.applicant|mail\\.guest|crm\\.lead|"
     "hr\\.candidate|gamification\\.karma\\.tracking|im_livechat\\.visitor|website\\.visitor|event\\.("
     "registration|track)|"
     "event\\.speaker|op\\.student|op\\.faculty|hospital\\..*|medical\\..*|school\\..*",
     kImageField, kAny, kAny, Action::kAvatar, true, "pictures of people"},
    {"res\\.company", "logo.*|favicon|image.*|layout_background_image|sale_(header|footer)|iap_enrich.*",
     kAny, kAny, Action::kKeep, true, "logos and report layouts"},
    {"website(\\..*)?|theme\\..*|ir\\.ui\\.view|ir\\.ui\\.menu|ir\\.module\\.module|ir\\.asset|res\\.lang|"
     "res\\.country",
     ".+", kAny, kAny, Action::kKeep, true, "website and module data"},
    {"ir\\.ui\\.view|ir\\.module\\.module|website(\\..*)?|theme\\..*", "", kAny, kAny, Action::kKeep, true,
     "website and module data"},
    {"product\\..*|uom\\..*|pos\\.(category|config|payment\\.method)|restaurant\\..*|self_order.*|lunch\\."
     "product.*|"
     "payment\\.(method|provider|acquirer|icon)|delivery\\..*|fleet\\.vehicle\\.(model|model\\.brand)|"
     "gamification\\.(badge|karma\\.rank)|onboarding\\..*|loyalty\\..*|survey\\.(survey|question|question\\."
     "answer)|"
     "event\\.(event|type|tag)|slide\\.(channel|slide)|forum\\.forum|blog\\.(blog|post)|chatbot\\.script|"
     "im_livechat\\.channel|mailing\\..*|digest\\..*|hr\\.leave\\.type|mrp\\.workcenter|maintenance\\."
     "equipment\\.category|"
     "res\\.partner\\.(category|industry|grade)|spreadsheet\\.dashboard|ir\\.actions\\..*|stock\\.warehouse",
     "(image|logo|icon|flag_image|background_image|value_image|step_image|web_icon_data|image_payment_form|"
     "spreadsheet_(data|binary_data)|thumbnail|cover)(_.*)?",
     "image/.*|application/o-spreadsheet|application/json|application/octet-stream|text/.*", kAny,
     Action::kKeep, true, "product, theme and module pictures"},
    {"fleet\\.vehicle", "image_128", kAny, kAny, Action::kKeep, true, "the model's picture"},
};

}  // namespace

std::optional<AttachmentAction> AttachmentActionByName(std::string_view name) {
  for (const auto& [word, action] : kActions) {
    if (word == name) return action;
  }
  return std::nullopt;
}

const char* NameOf(AttachmentAction action) {
  for (const auto& [word, known] : kActions) {
    if (known == action) return word.data();
  }
  return "placeholder";
}

struct AttachmentPolicy::Impl {
  struct Compiled {
    std::unique_ptr<RE2> model, field, mimetype, url;
    std::optional<bool> is_public;
    int64_t larger_than = -1;
    Decision decision;
    bool technical_only = false;  // of the configuration: the name is kept if the row belongs to a field

    bool Matches(const AttachmentRow& row) const {
      return (!is_public.has_value() || *is_public == row.is_public) && row.file_size > larger_than &&
             Full(row.res_model, model) && Full(row.res_field, field) && Full(row.mimetype, mimetype) &&
             Full(row.url, url);
    }
    static bool Full(std::string_view text, const std::unique_ptr<RE2>& pattern) {
      return pattern == nullptr || RE2::FullMatch(re2::StringPiece(text.data(), text.size()), *pattern);
    }
  };
  std::vector<Compiled> rules;
  Decision otherwise;
  std::unordered_set<int64_t> company_partners;

  static absl::StatusOr<std::unique_ptr<RE2>> Compile(const std::string& pattern) {
    if (pattern == ".*") return std::unique_ptr<RE2>();
    auto compiled = std::make_unique<RE2>(pattern, RE2::Quiet);
    if (!compiled->ok()) return UsageError(fmt::format("attachment rule: {}", compiled->error()));
    return compiled;
  }

  absl::Status Add(const std::string& model, const std::string& field, const std::string& mimetype,
                   const std::string& url, Compiled rule) {
    ASSIGN_OR_RETURN(rule.model, Compile(model));
    ASSIGN_OR_RETURN(rule.field, Compile(field));
    ASSIGN_OR_RETURN(rule.mimetype, Compile(mimetype));
    ASSIGN_OR_RETURN(rule.url, Compile(url));
    rules.push_back(std::move(rule));
    return absl::OkStatus();
  }
};

AttachmentPolicy::AttachmentPolicy(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
AttachmentPolicy::~AttachmentPolicy() = default;
AttachmentPolicy::AttachmentPolicy(AttachmentPolicy&&) noexcept = default;
AttachmentPolicy& AttachmentPolicy::operator=(AttachmentPolicy&&) noexcept = default;

absl::StatusOr<AttachmentPolicy> AttachmentPolicy::Create(AttachmentAction default_action,
                                                          const std::vector<AttachmentRule>& rules) {
  auto impl = std::make_unique<Impl>();
  auto all_if_empty = [](const std::string& pattern) {
    return pattern.empty() ? std::string(kAny) : pattern;
  };
  for (const AttachmentRule& rule : rules) {
    Impl::Compiled compiled;
    compiled.is_public = rule.is_public;
    compiled.larger_than = rule.larger_than;
    compiled.technical_only = true;
    compiled.decision = {rule.action, false, "a rule of the configuration"};
    RETURN_IF_ERROR(impl->Add(all_if_empty(rule.model), all_if_empty(rule.field), all_if_empty(rule.mimetype),
                              all_if_empty(rule.url), std::move(compiled)));
  }
  for (const Default& rule : kDefaults) {
    Impl::Compiled compiled;
    compiled.decision = {rule.action, rule.keep_name, rule.reason};
    RETURN_IF_ERROR(impl->Add(rule.model, rule.field, rule.mimetype, rule.url, std::move(compiled)));
  }
  impl->otherwise = {default_action, false, "the default action"};
  return AttachmentPolicy(std::move(impl));
}

void AttachmentPolicy::SetCompanyPartners(std::unordered_set<int64_t> partners) {
  impl_->company_partners = std::move(partners);
}

Decision AttachmentPolicy::Decide(const AttachmentRow& row) const {
  for (const Impl::Compiled& rule : impl_->rules) {
    if (!rule.Matches(row)) continue;
    Decision decision = rule.decision;
    if (rule.technical_only) decision.keep_name = !row.res_field.empty();
    const bool logo = decision.action == Action::kAvatar && row.res_model == "res.partner" &&
                      impl_->company_partners.count(row.res_id) != 0;
    if (logo && !rule.technical_only) return {Action::kKeep, true, "logos and report layouts"};
    return decision;
  }
  // An address is no content; its row has nothing to replace.
  if (row.type == "url")
    return {Action::kKeep, row.res_model.empty() || row.is_public, "an address, not a file"};
  Decision decision = impl_->otherwise;
  decision.keep_name = !row.res_field.empty();
  return decision;
}

}  // namespace understudy::odoo

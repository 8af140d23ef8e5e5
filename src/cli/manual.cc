#include "cli/manual.h"

#include <fmt/format.h>

#include "base/strings.h"
#include "cli/exit_code.h"
#include "cli/help.h"
#include "cli/reference.h"
#include "record/warning_id.h"
#include "refresh/config_keys.h"
#include "rules/language.h"
#include "understudy_version.h"

namespace understudy::cli {
namespace {

constexpr size_t kSourceColumns = 76;  // of the page's source: mandoc's linter wants less than 80

// man(7): backslashes and hyphens are escaped, so that what is copied from the page is ASCII.
std::string Escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '\\') {
      out += "\\e";
    } else if (c == '-') {
      out += "\\-";
    } else if (c == '~') {
      out += "\\(ti";
    } else if (c == '^') {
      out += "\\(ha";
    } else if (c == '`') {
      out += "\\(ga";
    } else {
      out += c;
    }
  }
  // A line must not begin with a dot or a quote: it would be a macro.
  if (!out.empty() && (out[0] == '.' || out[0] == '\'')) out.insert(0, "\\&");
  return out;
}

std::string Bold(std::string_view text) { return fmt::format("\\fB{}\\fR", Escaped(text)); }
std::string Italic(std::string_view text) { return fmt::format("\\fI{}\\fR", Escaped(text)); }

class Page {
 public:
  Page(std::string_view name, int section, std::string_view title) {
    text_ = fmt::format(".TH {} {} {} \"understudy {}\" \"{}\"\n", name, section, UNDERSTUDY_DATE,
                        UNDERSTUDY_VERSION, title);
  }
  void Heading(std::string_view text) {
    text_ += fmt::format(".SH {}\n", Escaped(text));
    bare_ = true;
  }
  void Subheading(std::string_view text) { text_ += fmt::format(".SS {}\n", Escaped(text)); }
  void Text(std::string_view text) {
    bare_ = false;
    const std::string wrapped = Wrap(text, 0, kSourceColumns);
    for (const std::string_view line : Split(Trim(wrapped), '\n')) text_ += Escaped(line) + "\n";
  }
  void Paragraph(std::string_view text) {
    Separate();
    Text(text);
  }
  // `term` is escaped already.
  void Entry(const std::string& term, std::string_view text) {
    text_ += fmt::format(".TP\n{}\n", term);
    Text(text);
  }
  void Example(std::string_view text) {
    Separate();
    text_ += ".in +4n\n.nf\n";
    for (const std::string_view line : Split(Trim(text), '\n')) text_ += Escaped(line) + "\n";
    text_ += ".fi\n.in\n";
  }
  void Raw(std::string_view text) { text_.append(text); }
  std::string Take() { return std::move(text_); }

 private:
  // A paragraph right after a heading needs no macro, and mandoc says so.
  void Separate() {
    if (!bare_) text_ += ".PP\n";
    bare_ = false;
  }

  std::string text_;
  bool bare_ = false;  // a heading was the last thing
};

std::string Term(const OptionSpec& option) {
  std::string names;
  if (option.short_name != 0) names = Bold(fmt::format("-{}", option.short_name));
  if (!option.long_name.empty()) {
    names += (names.empty() ? "" : ", ") + Bold(fmt::format("--{}", option.long_name));
  }
  if (!option.value_name.empty()) names += "=" + Italic(option.value_name);
  return names;
}

void AddOptions(const std::vector<const OptionSpec*>& options, Page* page) {
  for (const OptionSpec* option : options) {
    page->Entry(Term(*option), std::string(option->long_doc) + FactsOf(*option));
  }
}

void AddSynopsis(Page* page) {
  page->Heading("SYNOPSIS");
  bool first = true;
  for (const CommandSpec& command : CommandSpecs()) {
    if (!first) page->Raw(".br\n");
    first = false;
    page->Raw(fmt::format(".B understudy {}\n[{}]{}{}\n", Escaped(command.name), Italic("options"),
                          command.arguments.empty() ? "" : " ", Escaped(command.arguments)));
  }
}

void AddEnvironment(Page* page) {
  page->Heading("ENVIRONMENT");
  page->Entry("NO_COLOR", "If set and not empty, no colours are used.");
  for (const OptionSpec& option : Options()) {
    if (option.environment.empty()) continue;
    page->Entry(Escaped(option.environment),
                fmt::format("The value of --{} where the command line has none.", option.long_name));
  }
  page->Entry("PGHOST, PGPASSFILE, ...", "libpq's own variables hold for all connections.");
}

void AddFiles(Page* page) {
  page->Heading("FILES");
  page->Entry(Italic("understudy.yaml"), "The configuration, understudy.yaml(5).");
  page->Entry(Italic("STATE/runs/ID/report.html, .md, .json"),
              "What one run did; STATE/latest is the newest.");
  page->Entry(Italic("STATE/progress.json"),
              "How far the running refresh is: status --watch shows it. It is gone when the run is over.");
  page->Entry(Italic("share/understudy/rules"), "The packs, beside the program's bin directory.");
}

// "policy.leaks: fail | warn | off"
std::string TermOf(const refresh::ConfigKey& key) {
  std::string term = Bold(key.path) + ": ";
  if (!key.choices.empty()) return term + Escaped(fmt::format("{}", fmt::join(key.choices, " | ")));
  return term + Italic(key.form);
}

void AddWords(std::string_view heading, rules::Part part, Page* page) {
  page->Subheading(heading);
  for (const rules::Word& word : rules::Language()) {
    if (word.part != part) continue;
    const std::string form = word.form.empty() ? std::string() : ": " + Italic(word.form);
    page->Entry(Bold(word.word) + form, word.doc);
  }
}

}  // namespace

std::string ManPage() {
  Page page("UNDERSTUDY", 1, "User Commands");
  page.Heading("NAME");
  page.Raw("understudy \\- staging from an Odoo production, without its secrets\n");
  AddSynopsis(&page);
  page.Heading("DESCRIPTION");
  page.Text(About());
  page.Heading("COMMANDS");
  for (const CommandSpec& command : CommandSpecs()) {
    page.Subheading(command.name);
    page.Text(command.long_doc);
    std::vector<const OptionSpec*> own;
    for (const OptionId id : command.options) own.push_back(&SpecOf(id));
    AddOptions(own, &page);
  }
  page.Heading("OPTIONS OF ALL COMMANDS");
  AddOptions(OptionsOf(nullptr), &page);
  page.Heading("EXIT STATUS");
  for (const ExitCodeDoc& row : ExitCodeDocs()) page.Entry(std::to_string(row.code), row.meaning);
  AddEnvironment(&page);
  AddFiles(&page);
  page.Heading("EXAMPLES");
  page.Example(
      "understudy init \"service=production\"\nunderstudy check\nunderstudy plan\nunderstudy refresh\n"
      "understudy status --watch");
  page.Heading("SEE ALSO");
  page.Raw(
      ".BR refresh\\-staging (1),\n.BR understudy.yaml (5),\n.BR understudy\\-rules (5),\n.BR pg_dump (1)\n");
  return page.Take();
}

std::string ConfigManPage() {
  Page page("UNDERSTUDY.YAML", 5, "File Formats");
  page.Heading("NAME");
  page.Raw("understudy.yaml \\- configuration of understudy\n");
  page.Heading("DESCRIPTION");
  for (const std::string_view paragraph : ConfigAbout()) page.Paragraph(paragraph);
  page.Heading("KEYS");
  for (const refresh::ConfigKey& key : refresh::ConfigKeys()) {
    std::string text(key.doc);
    if (!key.default_value.empty()) text += fmt::format(" Default: {}.", key.default_value);
    page.Entry(TermOf(key), text);
  }
  page.Heading("ACCEPTED WARNINGS");
  page.Text(AcceptedAbout());
  for (const record::WarningSpec& spec : record::WarningSpecs()) {
    if (spec.scope == record::WarningScope::kNever) continue;
    const std::string subject = spec.subject.empty() ? std::string() : ":" + Italic(spec.subject);
    page.Entry(Bold(spec.name) + subject, spec.doc);
  }
  page.Heading("EXAMPLES");
  page.Example(refresh::ConfigExample());
  page.Heading("SEE ALSO");
  page.Raw(".BR understudy (1),\n.BR understudy\\-rules (5)\n");
  return page.Take();
}

std::string RulesManPage() {
  Page page("UNDERSTUDY-RULES", 5, "File Formats");
  page.Heading("NAME");
  page.Raw("understudy\\-rules \\- rule packs of understudy\n");
  page.Heading("DESCRIPTION");
  for (const std::string_view paragraph : RulesAbout()) page.Paragraph(paragraph);
  page.Heading("WORDS");
  for (const auto& [part, heading] : RuleParts()) AddWords(heading, part, &page);
  page.Heading("EXAMPLES");
  page.Example(rules::PackExample());
  page.Heading("SEE ALSO");
  page.Raw(".BR understudy (1),\n.BR understudy.yaml (5)\n");
  return page.Take();
}

}  // namespace understudy::cli

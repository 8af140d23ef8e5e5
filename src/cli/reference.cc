#include "cli/reference.h"

#include <fmt/format.h>

#include "cli/exit_code.h"
#include "cli/help.h"
#include "understudy_version.h"

namespace understudy::cli {
namespace {

constexpr char kAbout[] =
    "Understudy makes a staging environment that mirrors an Odoo production and is safe to use: the same "
    "rows, "
    "the same mess, no personal data, and nothing that can reach a customer.";

// groff_man(7): backslashes and hyphens are escaped, a line must not begin with a dot or a quote.
std::string Roff(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '\\') {
      out += "\\e";
    } else if (c == '-') {
      out += "\\-";
    } else {
      out += c;
    }
  }
  if (!out.empty() && (out[0] == '.' || out[0] == '\'')) out.insert(0, "\\&");
  return out;
}

std::string Facts(const OptionSpec& option) {
  std::string facts;
  if (!option.choices.empty()) facts += fmt::format(" One of: {}.", fmt::join(option.choices, ", "));
  if (!option.default_value.empty()) facts += fmt::format(" Default: {}.", option.default_value);
  if (!option.environment.empty()) facts += fmt::format(" Environment: {}.", option.environment);
  return facts;
}

std::string RoffOption(const OptionSpec& option) {
  std::string names;
  if (option.short_name != 0) names = fmt::format("\\fB\\-{}\\fR", option.short_name);
  if (!option.long_name.empty()) {
    names += fmt::format("{}\\fB\\-\\-{}\\fR", names.empty() ? "" : ", ", Roff(option.long_name));
  }
  if (!option.value_name.empty()) names += fmt::format("=\\fI{}\\fR", Roff(option.value_name));
  return fmt::format(".TP\n{}\n{}\n", names, Roff(std::string(option.long_doc) + Facts(option)));
}

// "-c --config" of all options of a command, for a word list.
std::string Words(const CommandSpec* command) {
  std::string words;
  for (const OptionSpec* option : OptionsOf(command)) {
    if (option->short_name != 0) words += fmt::format(" -{}", option->short_name);
    if (!option->long_name.empty()) words += fmt::format(" --{}", option->long_name);
  }
  return words.substr(1);
}

std::string CommandWords() {
  std::string words;
  for (const CommandSpec& command : CommandSpecs()) words += fmt::format(" {}", command.name);
  return words.substr(1);
}

// Single quotes of sh, zsh and fish: none of our texts holds a backslash.
std::string Quoted(std::string_view text, std::string_view quote_in_quotes) {
  std::string out = "'";
  for (const char c : text) {
    if (c == '\'') {
      out += quote_in_quotes;
    } else {
      out += c;
    }
  }
  return out + "'";
}

// zsh's _arguments ends a description at "]" and a part at ":".
std::string ZshText(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == ']' || c == '[' || c == ':') out += '\\';
    out += c;
  }
  return out;
}

std::string ZshArgument(const OptionSpec& option) {
  std::string value;
  if (option.kind != OptionKind::kFlag) {
    std::string action = "_files";
    if (option.kind == OptionKind::kNumber) action = "";
    if (!option.choices.empty()) action = fmt::format("({})", fmt::join(option.choices, " "));
    value = fmt::format(":{}:{}", option.value_name, action);
  }
  std::string lines;
  const auto add = [&](const std::string& name, const char* equals) {
    lines += fmt::format(
        "        {} \\\n",
        Quoted(fmt::format("{}{}[{}]{}", name, value.empty() ? "" : equals, ZshText(option.short_doc), value),
               "'\\''"));
  };
  if (option.short_name != 0) add(fmt::format("-{}", option.short_name), "");
  if (!option.long_name.empty()) add(fmt::format("--{}", option.long_name), "=");
  return lines;
}

}  // namespace

std::string ManPage() {
  std::string page =
      fmt::format(".TH UNDERSTUDY 1 \"\" \"understudy {}\" \"User Commands\"\n", UNDERSTUDY_VERSION);
  page += ".SH NAME\nunderstudy \\- staging from an Odoo production, without its secrets\n.SH SYNOPSIS\n";
  for (const CommandSpec& command : CommandSpecs()) {
    page += fmt::format(".B understudy {}\n[\\fIoptions\\fR]{}{}\n.br\n", command.name,
                        command.arguments.empty() ? "" : " ", Roff(command.arguments));
  }
  page += fmt::format(".SH DESCRIPTION\n{}\n.SH COMMANDS\n", Roff(kAbout));
  for (const CommandSpec& command : CommandSpecs()) {
    page += fmt::format(".SS {}\n{}\n", command.name, Roff(command.long_doc));
    for (const OptionId id : command.options) page += RoffOption(SpecOf(id));
  }
  page += ".SH OPTIONS OF ALL COMMANDS\n";
  for (const OptionSpec* option : OptionsOf(nullptr)) page += RoffOption(*option);
  page += ".SH EXIT STATUS\n";
  for (const ExitCodeDoc& row : ExitCodeDocs())
    page += fmt::format(".TP\n{}\n{}\n", row.code, Roff(row.meaning));
  page += ".SH ENVIRONMENT\n.TP\nNO_COLOR\nIf set, no colours are used.\n";
  for (const OptionSpec& option : Options()) {
    if (!option.environment.empty()) {
      page += fmt::format(".TP\n{}\nAs \\fB\\-\\-{}\\fR.\n", option.environment, Roff(option.long_name));
    }
  }
  return page;
}

std::string BashCompletion() {
  std::string text =
      "# bash completion for understudy\n_understudy() {\n  local word=\"${COMP_WORDS[COMP_CWORD]}\"\n"
      "  local before=\"${COMP_WORDS[COMP_CWORD-1]}\" command=\"\" words i\n  COMPREPLY=()\n"
      "  [ \"$before\" = \"=\" ] && before=\"${COMP_WORDS[COMP_CWORD-2]}\"\n"
      "  [ \"$word\" = \"=\" ] && word=\"\"\n"
      "  for ((i = 1; i < COMP_CWORD; i++)); do\n    case \"${COMP_WORDS[i]}\" in\n";
  std::string names;
  for (const CommandSpec& command : CommandSpecs())
    names += fmt::format("{}{}", names.empty() ? "" : "|", command.name);
  text += fmt::format(
      "      {}) command=\"${{COMP_WORDS[i]}}\"; break;;\n    esac\n  done\n  case \"$before\" in\n", names);
  for (const OptionSpec& option : Options()) {
    if (option.kind == OptionKind::kFlag) continue;
    std::string pattern = fmt::format("--{}", option.long_name);
    if (!option.choices.empty()) {
      text += fmt::format("    {}) COMPREPLY=($(compgen -W \"{}\" -- \"$word\")); return;;\n", pattern,
                          fmt::join(option.choices, " "));
    } else {
      text += fmt::format("    {}) COMPREPLY=($(compgen -f -- \"$word\")); return;;\n", pattern);
    }
  }
  text += "  esac\n  case \"$command\" in\n";
  for (const CommandSpec& command : CommandSpecs()) {
    text += fmt::format("    {}) words=\"{}\";;\n", command.name, Words(&command));
  }
  text += fmt::format("    *) words=\"{} {}\";;\n  esac\n", CommandWords(), Words(nullptr));
  return text +
         "  COMPREPLY=($(compgen -W \"$words\" -- \"$word\"))\n}\ncomplete -o default -F _understudy "
         "understudy\n";
}

std::string ZshCompletion() {
  std::string text = "#compdef understudy\n_understudy() {\n  local -a commands\n  commands=(\n";
  for (const CommandSpec& command : CommandSpecs()) {
    text += fmt::format("    {}\n",
                        Quoted(fmt::format("{}:{}", command.name, ZshText(command.short_doc)), "'\\''"));
  }
  text +=
      "  )\n  if (( CURRENT == 2 )); then\n    _describe command commands\n    return\n  fi\n"
      "  local command=$words[2]\n  shift words\n  (( CURRENT-- ))\n  case $command in\n";
  for (const CommandSpec& command : CommandSpecs()) {
    text += fmt::format("    {})\n      _arguments \\\n", command.name);
    for (const OptionSpec* option : OptionsOf(&command)) text += ZshArgument(*option);
    text += "        '*:argument:_files'\n      ;;\n";
  }
  return text + "  esac\n}\n_understudy \"$@\"\n";
}

std::string FishCompletion() {
  std::string text = "# fish completion for understudy\ncomplete -c understudy -f\n";
  for (const CommandSpec& command : CommandSpecs()) {
    text += fmt::format("complete -c understudy -n __fish_use_subcommand -a {} -d {}\n", command.name,
                        Quoted(command.short_doc, "\\'"));
  }
  const auto add = [&](const OptionSpec& option, const std::string& condition) {
    text += "complete -c understudy" + condition;
    if (option.short_name != 0) text += fmt::format(" -s {}", option.short_name);
    if (!option.long_name.empty()) text += fmt::format(" -l {}", option.long_name);
    if (!option.choices.empty()) {
      text += fmt::format(" -x -a '{}'", fmt::join(option.choices, " "));
    } else if (option.kind != OptionKind::kFlag) {
      text += option.kind == OptionKind::kNumber ? " -x" : " -r -F";
    }
    text += fmt::format(" -d {}\n", Quoted(option.short_doc, "\\'"));
  };
  for (const OptionSpec* option : OptionsOf(nullptr)) add(*option, "");
  for (const CommandSpec& command : CommandSpecs()) {
    for (const OptionId id : command.options) {
      add(SpecOf(id), fmt::format(" -n '__fish_seen_subcommand_from {}'", command.name));
    }
  }
  return text;
}

std::string MarkdownReference() {
  std::string text = "# Command line\n\nGenerated by `understudy generate markdown`.\n";
  for (const CommandSpec& command : CommandSpecs()) {
    text += fmt::format("\n## {}\n\n`{}`\n\n{}\n", command.name, Synopsis(command), command.long_doc);
    if (!command.options.empty()) text += "\n";
    for (const OptionId id : command.options) {
      const OptionSpec& option = SpecOf(id);
      std::string names = OptionSynopsis(option);
      names.erase(0, names.find_first_not_of(' '));
      text += fmt::format("- `{}`: {}{}\n", names, option.long_doc, Facts(option));
    }
  }
  text += "\n## Options of all commands\n\n";
  for (const OptionSpec* option : OptionsOf(nullptr)) {
    std::string names = OptionSynopsis(*option);
    names.erase(0, names.find_first_not_of(' '));
    text += fmt::format("- `{}`: {}{}\n", names, option->long_doc, Facts(*option));
  }
  text += "\n## Exit codes\n\n| code | meaning |\n| ---: | --- |\n";
  for (const ExitCodeDoc& row : ExitCodeDocs()) text += fmt::format("| {} | {} |\n", row.code, row.meaning);
  return text;
}

}  // namespace understudy::cli

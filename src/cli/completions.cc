#include "cli/completions.h"

#include <fmt/format.h>

#include "cli/option_table.h"

namespace understudy::cli {
namespace {

// What a shell can offer for an option's value.
enum class Offer { kNothing, kFiles, kDirectories, kChoices };

Offer OfferFor(const OptionSpec& option) {
  if (!option.choices.empty()) return Offer::kChoices;
  if (option.value_name == "FILE" || option.value_name == "SOURCE") return Offer::kFiles;
  if (option.value_name == "DIR") return Offer::kDirectories;
  return Offer::kNothing;
}

// "-c --config" of options, for a word list.
std::string NamesOf(const OptionSpec& option, std::string_view separator) {
  std::string names;
  if (option.short_name != 0) names = fmt::format("-{}", option.short_name);
  if (!option.long_name.empty()) {
    names += fmt::format("{}--{}", names.empty() ? "" : separator, option.long_name);
  }
  return names;
}

std::string Words(const CommandSpec* command) {
  std::string words;
  for (const OptionSpec* option : OptionsOf(command)) words += " " + NamesOf(*option, " ");
  return words.substr(1);
}

std::string CommandWords(std::string_view separator) {
  std::string words;
  for (const CommandSpec& command : CommandSpecs()) {
    words += fmt::format("{}{}", words.empty() ? "" : separator, command.name);
  }
  return words;
}

// Words that the command's first argument may be.
std::string FirstWords(const CommandSpec& command) {
  if (command.name == "help") return CommandWords(" ");
  return fmt::format("{}", fmt::join(command.words, " "));
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

std::string BashValues(const OptionSpec& option) {
  switch (OfferFor(option)) {
    case Offer::kChoices:
      return fmt::format("COMPREPLY=($(compgen -W \"{}\" -- \"$word\"))", fmt::join(option.choices, " "));
    case Offer::kFiles:
      return "COMPREPLY=($(compgen -f -- \"$word\"))";
    case Offer::kDirectories:
      return "COMPREPLY=($(compgen -d -- \"$word\"))";
    case Offer::kNothing:
      break;
  }
  return "compopt +o default 2>/dev/null";
}

// "report:--format|report:-f"; options of all commands have none before the colon.
std::string BashCase(const OptionSpec& option, std::string_view command) {
  std::string pattern;
  if (option.short_name != 0) pattern = fmt::format("{}:-{}|", command, option.short_name);
  return fmt::format("    {}{}:--{}) {}; return;;\n", pattern, command, option.long_name, BashValues(option));
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

std::string ZshAction(const OptionSpec& option) {
  switch (OfferFor(option)) {
    case Offer::kChoices:
      return fmt::format("({})", fmt::join(option.choices, " "));
    case Offer::kFiles:
      return "_files";
    case Offer::kDirectories:
      return "_files -/";
    case Offer::kNothing:
      break;
  }
  return "";
}

std::string ZshArgument(const OptionSpec& option) {
  std::string value;
  if (option.kind != OptionKind::kFlag) value = fmt::format(":{}:{}", option.value_name, ZshAction(option));
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

std::string FishLine(const OptionSpec& option, const std::string& condition) {
  std::string text = "complete -c understudy" + condition;
  if (option.short_name != 0) text += fmt::format(" -s {}", option.short_name);
  if (!option.long_name.empty()) text += fmt::format(" -l {}", option.long_name);
  switch (OfferFor(option)) {
    case Offer::kChoices:
      text += fmt::format(" -x -a '{}'", fmt::join(option.choices, " "));
      break;
    case Offer::kFiles:
      text += " -r -F";
      break;
    case Offer::kDirectories:
      text += " -x -a '(__fish_complete_directories)'";
      break;
    case Offer::kNothing:
      if (option.kind != OptionKind::kFlag) text += " -x";
      break;
  }
  return text + fmt::format(" -d {}\n", Quoted(option.short_doc, "\\'"));
}

}  // namespace

std::string BashCompletion() {
  std::string text =
      "# bash completion for understudy\n_understudy() {\n  local word=\"${COMP_WORDS[COMP_CWORD]}\"\n"
      "  local before=\"${COMP_WORDS[COMP_CWORD-1]}\" command=\"\" at=0 words i\n  COMPREPLY=()\n"
      "  [ \"$before\" = \"=\" ] && before=\"${COMP_WORDS[COMP_CWORD-2]}\"\n"
      "  [ \"$word\" = \"=\" ] && word=\"\"\n"
      "  for ((i = 1; i < COMP_CWORD; i++)); do\n    case \"${COMP_WORDS[i]}\" in\n";
  text += fmt::format(
      "      {}) command=\"${{COMP_WORDS[i]}}\"; at=$i; break;;\n    esac\n  done\n  case "
      "\"$command:$before\" in\n",
      CommandWords("|"));
  for (const CommandSpec& command : CommandSpecs()) {
    for (const OptionId id : command.options) {
      if (SpecOf(id).kind != OptionKind::kFlag) text += BashCase(SpecOf(id), command.name);
    }
  }
  for (const OptionSpec* option : OptionsOf(nullptr)) {
    if (option->kind != OptionKind::kFlag) text += BashCase(*option, "*");
  }
  text += "  esac\n  case \"$command\" in\n";
  for (const CommandSpec& command : CommandSpecs()) {
    text += fmt::format("    {}) words=\"{}\"", command.name, Words(&command));
    const std::string first = FirstWords(command);
    if (!first.empty())
      text += fmt::format("; [ $((at + 1)) = \"$COMP_CWORD\" ] && words=\"{} $words\"", first);
    text += ";;\n";
  }
  text += fmt::format("    *) words=\"{} {}\";;\n  esac\n", CommandWords(" "), Words(nullptr));
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
      "  )\n  if (( CURRENT == 2 )); then\n    _describe -t commands command commands\n    _arguments \\\n";
  for (const OptionSpec* option : OptionsOf(nullptr)) text += ZshArgument(*option);
  text +=
      "        '*::'\n    return\n  fi\n  local command=$words[2]\n  shift words\n  (( CURRENT-- ))\n"
      "  case $command in\n";
  for (const CommandSpec& command : CommandSpecs()) {
    text += fmt::format("    {})\n      _arguments \\\n", command.name);
    for (const OptionSpec* option : OptionsOf(&command)) text += ZshArgument(*option);
    const std::string first = FirstWords(command);
    if (!first.empty()) text += fmt::format("        '1:argument:({})' \\\n", first);
    text += command.most_arguments == 0 ? "        '*:: :'\n" : "        '*:argument:_files'\n";
    text += "      ;;\n";
  }
  // Loaded as a function's body by compinit, or read with source and registered then.
  return text +
         "  esac\n}\nif [ \"$funcstack[1]\" = \"_understudy\" ]; then\n  _understudy \"$@\"\nelse\n"
         "  compdef _understudy understudy\nfi\n";
}

std::string FishCompletion() {
  std::string text = "# fish completion for understudy\ncomplete -c understudy -f\n";
  for (const CommandSpec& command : CommandSpecs()) {
    text += fmt::format("complete -c understudy -n __fish_use_subcommand -a {} -d {}\n", command.name,
                        Quoted(command.short_doc, "\\'"));
  }
  for (const OptionSpec* option : OptionsOf(nullptr)) text += FishLine(*option, "");
  for (const CommandSpec& command : CommandSpecs()) {
    const std::string seen = fmt::format(" -n '__fish_seen_subcommand_from {}'", command.name);
    for (const OptionId id : command.options) text += FishLine(SpecOf(id), seen);
    const std::string first = FirstWords(command);
    if (!first.empty()) text += fmt::format("complete -c understudy{} -a '{}'\n", seen, first);
    if (first.empty() && command.most_arguments > 0)
      text += fmt::format("complete -c understudy{} -F\n", seen);
  }
  return text;
}

}  // namespace understudy::cli

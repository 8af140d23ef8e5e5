#include "rules/yaml_reader.h"

#include <exception>
#include <istream>
#include <map>
#include <streambuf>
#include <unordered_set>
#include <utility>

#include "base/file.h"
#include "base/status.h"
#include "base/strings.h"
#include "fmt/format.h"
#include "yaml-cpp/eventhandler.h"
#include "yaml-cpp/exceptions.h"
#include "yaml-cpp/parser.h"

namespace understudy::rules {

std::string Position::FileLine() const { return fmt::format("{}:{}", file, line); }

struct Yaml::Node {
  Kind kind = Kind::kNull;
  bool quoted = false;
  int line = 0;
  int column = 0;
  size_t weight = 1;  // nodes below it and itself, aliases counted each time
  std::shared_ptr<const std::string> file;
  std::string scalar;
  std::vector<Yaml> items;
  std::vector<YamlEntry> entries;
};

namespace {

std::string At(std::string_view file, int line, int column, std::string_view message) {
  return fmt::format("{}:{}:{}: {}", file, line, column, message);
}

// What follows the first word and the blanks behind it.
std::string_view AfterWord(std::string_view s) {
  const size_t blank = s.find_first_of(" \t\r\n");
  return blank == std::string_view::npos ? std::string_view() : Trim(s.substr(blank));
}

// Whether the quoted scalar that begins at `s` ends: yaml-cpp 0.7 takes the rest of the file when it doesn't
// and the file ends in a newline.
bool QuoteCloses(std::string_view s) {
  const char quote = s.empty() ? 'x' : s[0];
  if (quote != '\'' && quote != '"') return true;
  for (size_t i = 1; i < s.size(); ++i) {
    if (quote == '"' && s[i] == '\\') {
      ++i;
    } else if (s[i] == quote) {
      if (quote == '"' || i + 1 >= s.size() || s[i + 1] != quote) return true;
      ++i;
    }
  }
  return false;
}

// A read-only stream over bytes that live elsewhere.
class ViewBuffer : public std::streambuf {
 public:
  explicit ViewBuffer(std::string_view content) {
    char* begin = const_cast<char*>(content.data());  // std::streambuf has no const get area
    setg(begin, begin, begin + content.size());
  }
};

}  // namespace

// Receives yaml-cpp's events. After the first error it ignores the rest: yaml-cpp can't be stopped without
// an exception, and files are bounded.
class YamlBuilder : public YAML::EventHandler {
 public:
  YamlBuilder(std::string_view content, std::string_view file)
      : content_(content), file_(std::make_shared<const std::string>(file)) {
    // yaml-cpp drops a byte order mark before it counts columns.
    line_begins_.push_back(content.substr(0, 3) == "\xEF\xBB\xBF" ? 3 : 0);
    for (size_t i = 0; i < content.size(); ++i) {
      if (content[i] == '\n') line_begins_.push_back(i + 1);
    }
  }

  void OnDocumentStart(const YAML::Mark&) override {}
  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    if (!status_.ok()) return;
    if (!SpelledNull(mark)) return Fail(mark, BlankMessage());
    if (AwaitsKey()) {  // `null: true`: the word, not the absence of one
      auto word = NewNode(Yaml::Kind::kScalar, mark);
      word->scalar = "null";
      return Add(std::move(word), anchor);
    }
    Add(NewNode(Yaml::Kind::kNull, mark), anchor);
  }

  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    if (!status_.ok()) return;
    const auto known = anchors_.find(anchor);
    if (known == anchors_.end()) return Fail(mark, "an alias inside what it names");
    Attach(known->second, mark);
  }

  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    if (!status_.ok()) return;
    const bool plain = tag == "?" || tag.empty();
    if (!plain && tag != "!" && tag != "tag:yaml.org,2002:str") return Fail(mark, "tags are not used here");
    if (!plain && !QuoteCloses(AtValue(mark))) return Fail(mark, "the quote is never closed");
    auto node = NewNode(Yaml::Kind::kScalar, mark);
    node->quoted = !plain;
    node->scalar = value;
    Add(std::move(node), anchor);
  }

  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    Open(Yaml::Kind::kSequence, mark, tag, anchor);
  }
  void OnSequenceEnd() override { Close(); }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    Open(Yaml::Kind::kMap, mark, tag, anchor);
  }
  void OnMapEnd() override { Close(); }

  absl::StatusOr<Yaml> Finish() {
    if (!status_.ok()) return status_;
    if (root_.node_ == nullptr) {
      auto node = std::make_shared<Yaml::Node>();
      node->line = node->column = 1;
      node->file = file_;
      return Yaml(std::move(node));
    }
    return root_;
  }
  absl::Status ErrorAt(const YAML::Mark& mark, std::string_view message) const {
    return UsageError(At(*file_, mark.line + 1, mark.column + 1, message));
  }

 private:
  struct Frame {
    std::shared_ptr<Yaml::Node> node;
    YAML::anchor_t anchor = 0;
    Yaml key;  // of a map whose value is awaited
    std::unordered_set<std::string_view> keys;
  };

  std::shared_ptr<Yaml::Node> NewNode(Yaml::Kind kind, const YAML::Mark& mark) {
    auto node = std::make_shared<Yaml::Node>();
    node->kind = kind;
    node->line = mark.line + 1;
    node->column = mark.column + 1;
    node->file = file_;
    return node;
  }

  void Fail(const YAML::Mark& mark, std::string_view message) { status_ = ErrorAt(mark, message); }

  // The content from `mark` on, behind an anchor or a tag that stands there.
  std::string_view AtValue(const YAML::Mark& mark) const {
    if (static_cast<size_t>(mark.line) >= line_begins_.size()) return {};
    const size_t begin = line_begins_[static_cast<size_t>(mark.line)] + static_cast<size_t>(mark.column);
    if (begin >= content_.size()) return {};
    std::string_view rest = content_.substr(begin);
    while (!rest.empty() && (rest[0] == '&' || rest[0] == '!')) rest = AfterWord(rest);
    return rest;
  }

  // A blank value's mark is that of the next token, so what stands there tells it from a written null.
  bool SpelledNull(const YAML::Mark& mark) const {
    const std::string_view at = AtValue(mark);
    for (std::string_view word : {"null", "Null", "NULL", "~"}) {
      if (at.substr(0, word.size()) != word) continue;
      // `a:` and then a line `null: …`: the word is the next key, and `a` is blank.
      return AwaitsKey() || Trim(at.substr(word.size(), 80)).substr(0, 1) != ":";
    }
    return false;
  }

  std::string BlankMessage() const {
    if (!frames_.empty() && frames_.back().key.node_ != nullptr) {
      return fmt::format("'{}' has no value; write null if that is meant", frames_.back().key.scalar());
    }
    return "a blank value; write null if that is meant";
  }

  void Open(Yaml::Kind kind, const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor) {
    if (!status_.ok()) return;
    if (tag != "?" && tag != "!" && !tag.empty()) return Fail(mark, "tags are not used here");
    if (frames_.size() >= kMaxYamlDepth) {
      return Fail(mark, fmt::format("nested deeper than {} levels", kMaxYamlDepth));
    }
    if (AwaitsKey()) return Fail(mark, "a key must be a word");
    frames_.push_back(Frame{NewNode(kind, mark), anchor, Yaml(), {}});
  }

  void Close() {
    if (!status_.ok() || frames_.empty()) return;
    Frame frame = std::move(frames_.back());
    frames_.pop_back();
    Add(std::move(frame.node), frame.anchor);
  }

  bool AwaitsKey() const {
    return !frames_.empty() && frames_.back().node->kind == Yaml::Kind::kMap &&
           frames_.back().key.node_ == nullptr;
  }

  void Add(std::shared_ptr<Yaml::Node> node, YAML::anchor_t anchor) {
    YAML::Mark mark;
    mark.line = node->line - 1;
    mark.column = node->column - 1;
    Yaml yaml{std::shared_ptr<const Yaml::Node>(std::move(node))};
    if (anchor != 0) anchors_[anchor] = yaml;
    Attach(yaml, mark);
  }

  void Attach(const Yaml& yaml, const YAML::Mark& mark) {
    total_ += yaml.node_->weight;
    if (total_ > kMaxYamlNodes * 2) return Fail(mark, "too many values (through aliases?)");
    if (frames_.empty()) {
      root_ = yaml;
      return;
    }
    Frame& frame = frames_.back();
    if (frame.node->kind == Yaml::Kind::kSequence) {
      frame.node->items.push_back(yaml);
    } else if (frame.key.node_ == nullptr) {
      if (!yaml.is_scalar()) return Fail(mark, "a key must be a word");
      if (!frame.keys.insert(yaml.scalar()).second) {
        return Fail(mark, fmt::format("'{}' is given twice{}", yaml.scalar(), FirstOf(frame, yaml.scalar())));
      }
      frame.key = yaml;
      return;
    } else {
      frame.node->entries.push_back({std::exchange(frame.key, Yaml()), yaml});
    }
    frame.node->weight += yaml.node_->weight;
    if (frame.node->weight > kMaxYamlNodes) Fail(mark, "too many values (through aliases?)");
  }

  static std::string FirstOf(const Frame& frame, std::string_view key) {
    for (const YamlEntry& entry : frame.node->entries) {
      if (entry.key.scalar() == key) return fmt::format(" (first in line {})", entry.key.line());
    }
    return "";
  }

  std::string_view content_;
  std::vector<size_t> line_begins_;
  std::shared_ptr<const std::string> file_;
  absl::Status status_;
  std::vector<Frame> frames_;
  std::map<YAML::anchor_t, Yaml> anchors_;
  Yaml root_;
  size_t total_ = 0;
};

const Yaml::Node& Yaml::node() const {
  static const Node& kNothing = *new Node();
  return node_ == nullptr ? kNothing : *node_;
}
Yaml::Kind Yaml::kind() const { return node().kind; }
const std::string& Yaml::scalar() const { return node().scalar; }
bool Yaml::quoted() const { return node().quoted; }
const std::vector<Yaml>& Yaml::items() const { return node().items; }
const std::vector<YamlEntry>& Yaml::entries() const { return node().entries; }
int Yaml::line() const { return node().line; }
int Yaml::column() const { return node().column; }
const std::string& Yaml::file() const {
  static const std::string& kNone = *new std::string();
  return node().file == nullptr ? kNone : *node().file;
}
Position Yaml::position() const { return Position{file(), line(), column()}; }

const Yaml* Yaml::Find(std::string_view key) const {
  for (const YamlEntry& entry : entries()) {
    if (entry.key.scalar() == key) return &entry.value;
  }
  return nullptr;
}

absl::StatusOr<Yaml> ParseYaml(std::string_view content, std::string_view file) {
  if (content.size() > kMaxYamlBytes) {
    return UsageError(fmt::format("{}: larger than {}", file, HumanBytes(kMaxYamlBytes)));
  }
  YamlBuilder builder(content, file);
  try {
    ViewBuffer buffer(content);
    std::istream stream(&buffer);
    YAML::Parser parser(stream);
    if (parser.HandleNextDocument(builder)) {
      ASSIGN_OR_RETURN(Yaml first, builder.Finish());
      YamlBuilder second(content, file);
      if (parser.HandleNextDocument(second)) {
        return UsageError(fmt::format("{}: holds more than one YAML document", file));
      }
      return first;
    }
    return builder.Finish();
  } catch (const YAML::Exception& e) {
    // Our own finding came first and says more than what yaml-cpp stumbled over later.
    if (absl::Status ours = builder.Finish().status(); !ours.ok()) return ours;
    return builder.ErrorAt(e.mark, e.msg);
  } catch (const std::exception&) {
    return UsageError(fmt::format("{}: not readable as YAML", file));
  }
}

absl::StatusOr<Yaml> ReadYaml(const std::string& path) {
  ASSIGN_OR_RETURN(std::string content, ReadFile(path));
  return ParseYaml(content, path);
}

}  // namespace understudy::rules

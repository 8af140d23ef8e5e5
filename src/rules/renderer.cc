#define XXH_INLINE_ALL
#include "rules/renderer.h"

#include <xxhash.h>

#include <algorithm>
#include <cstdint>

#include "copyformat/binary_values.h"
#include "nlohmann/json.hpp"
#include "rules/inner_strings.h"

namespace understudy::rules {
namespace {

using copyformat::Format;
using copyformat::ValueType;
using pseudonym::Context;

bool BeginsCharacter(char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }

// "NaN", "infinity", "-Infinity": not a number or date of anybody's.
bool IsSpecial(std::string_view text) { return text.find_first_of("0123456789") == std::string_view::npos; }

// A generator keeps the number of digits, and ten digits may be too many for an integer: then the last one
// goes. Decided by the column's type, so the same in both formats.
bool FitNumber(ValueType type, std::string* text, std::string* binary) {
  while (!text->empty()) {
    binary->clear();
    if (copyformat::TextToBinary(type, *text, binary)) return true;
    const bool integer = type == ValueType::kInt2 || type == ValueType::kInt4 || type == ValueType::kInt8 ||
                         type == ValueType::kOid;
    if (!integer || text->size() < 2) return false;
    text->pop_back();
  }
  return false;
}

text::LiteralKind LiteralOf(Form form) {
  if (form == Form::kArray) return text::LiteralKind::kArray;
  return form == Form::kComposite ? text::LiteralKind::kComposite : text::LiteralKind::kRange;
}

Edited AsEdited(InnerEdit edit) {
  if (edit == InnerEdit::kMalformed) return Edited::kMalformed;
  return edit == InnerEdit::kChanged ? Edited::kChanged : Edited::kSame;
}

}  // namespace

void PadToChars(std::string* text, uint32_t chars) {
  const auto has = static_cast<size_t>(std::count_if(text->begin(), text->end(), BeginsCharacter));
  if (has < chars) text->append(chars - has, ' ');
}

void CutToChars(std::string* text, size_t begin, uint32_t max_chars) {
  if (max_chars == 0 || text->size() - begin <= max_chars) return;
  uint32_t chars = 0;
  for (size_t i = begin; i < text->size(); ++i) {
    if (!BeginsCharacter((*text)[i])) continue;
    if (chars++ == max_chars) {
      text->resize(i);
      return;
    }
  }
}

void AppendMasked(std::string_view text, uint32_t first, uint32_t last, std::string_view with,
                  std::string* out) {
  const size_t chars = static_cast<size_t>(std::count_if(text.begin(), text.end(), BeginsCharacter));
  // A text too short to hide anything between its ends is hidden whole.
  const bool whole = chars <= static_cast<size_t>(first) + last;
  size_t at = 0;
  size_t index = 0;
  while (at < text.size()) {
    size_t end = at + 1;
    while (end < text.size() && !BeginsCharacter(text[end])) ++end;
    if (!whole && (index < first || index + last >= chars)) {
      out->append(text.substr(at, end - at));
    } else {
      out->append(with);
    }
    at = end;
    ++index;
  }
}

Renderer::Renderer(const RowProgram& program, const Toolbox& toolbox)
    : binary_(program.format == Format::kBinary), pseudonymiser_(toolbox.pseudonymiser) {
  if (program.uses_rewriter) rewriter_ = std::make_unique<text::Rewriter>(*toolbox.rewrite);
}

void Renderer::KeepNotes() {
  if (rewriter_ != nullptr) rewriter_->KeepNotes();
}

bool Renderer::RenderJson(const Instruction& in, std::string_view text, std::string* out) {
  if (rewriter_->Json(text, in.text, out)) return true;
  // Text columns hold what programs call JSON, such as Python literals: then it is plain text.
  if (in.type.form != Form::kText && in.type.form != Form::kTextArray) return false;
  if (nlohmann::json::accept(text.begin(), text.end())) return false;
  return rewriter_->Plain(text, out);
}

void Renderer::Rest() {
  if (rewriter_ != nullptr) rewriter_->Rest();
}

void Renderer::Generate(const Instruction& in, const Context& context, std::string_view text,
                        std::string* out) {
  // The instruction stands for what the plan fixed of the context; the rest comes from the row. None of these
  // texts holds a NUL: PostgreSQL's don't.
  const auto which = reinterpret_cast<uintptr_t>(&in);
  key_.assign(reinterpret_cast<const char*>(&which), sizeof(which));
  key_.push_back(static_cast<char>(context.entity));
  for (const std::string_view part : {context.country, context.language, context.subject}) {
    key_.append(part).push_back('\0');
  }
  key_.append(text);
  const uint64_t hash = XXH3_64bits(key_.data(), key_.size());
  if (const auto known = pseudonyms_.Find(key_, hash); known.has_value()) {
    out->append(*known);
    return;
  }
  const size_t from = out->size();
  pseudonymiser_->Generate(in.kind, text, context, out);
  pseudonyms_.Put(key_, hash, std::string_view(*out).substr(from));
}

bool Renderer::Render(const Instruction& in, const Context& context, std::string_view text,
                      std::string* out) {
  switch (in.op) {
    case Op::kConstant:
      out->append(in.text);
      return true;
    case Op::kMask:
      AppendMasked(text, in.first, in.last, in.text, out);
      return true;
    case Op::kPseudonym:
    case Op::kShift:
    case Op::kNoise:
      Generate(in, context, text, out);
      return true;
    case Op::kParts:
      pseudonymiser_->GenerateParts(in.kind, text, in.text, context, out);
      return true;
    case Op::kTemplate:
      pseudonymiser_->GenerateTemplate(in.text, text, context, out);
      return true;
    case Op::kRewrite:
      return rewriter_->Plain(text, out);
    case Op::kRewriteHtml:
      return rewriter_->Html(text, out);
    case Op::kRewriteJson:
      return RenderJson(in, text, out);
    case Op::kLorem:
      return rewriter_->Lorem(text, out);
    case Op::kLoremHtml:
      return rewriter_->LoremHtml(text, out);
    default:
      return false;
  }
}

Edited Renderer::EditTyped(const Instruction& in, const Context& context, std::string_view value,
                           std::string* out) {
  const ValueType type = in.type.value;
  text_.clear();
  if (binary_) {
    if (!copyformat::BinaryToText(type, value, &text_)) return Edited::kMalformed;
    value = text_;
  }
  if (IsSpecial(value)) return Edited::kSame;
  scratch_.clear();
  if (!Render(in, context, value, &scratch_)) return Edited::kSame;
  // Through the binary form in COPY text as well: so both formats give the same value, spelled as PostgreSQL
  // will spell it when it is read back.
  if (!in.typed.has_value()) {
    out->assign(scratch_);
    return Edited::kChanged;
  }
  if (!FitNumber(*in.typed, &scratch_, out)) return Edited::kMalformed;
  if (binary_) return Edited::kChanged;
  scratch_.clear();
  if (!copyformat::BinaryToText(*in.typed, *out, &scratch_)) return Edited::kMalformed;
  out->assign(scratch_);
  return Edited::kChanged;
}

Edited Renderer::EditJson(const Instruction& in, const Context& context, std::string_view value,
                          std::string* out) {
  if (binary_ && in.type.form == Form::kJsonb) {
    if (value.empty() || value[0] != copyformat::kJsonbVersion) return Edited::kMalformed;
    out->push_back(copyformat::kJsonbVersion);
    value.remove_prefix(1);
  }
  if (in.op == Op::kRewriteJson)
    return rewriter_->Json(value, in.text, out) ? Edited::kChanged : Edited::kSame;
  const auto edit = [&](std::string_view text, std::string* to) { return Render(in, context, text, to); };
  return AsEdited(EditJsonStrings(value, edit, &scratch_, out));
}

Edited Renderer::EditArray(const Instruction& in, const Context& context, std::string_view value,
                           std::string* out) {
  const auto edit = [&](std::string_view text, std::string* to) {
    const size_t begin = to->size();
    if (!Render(in, context, text, to)) return false;
    CutToChars(to, begin, in.max_chars);
    return true;
  };
  const copyformat::ArrayEdit result = binary_ ? copyformat::EditBinaryArray(value, edit, &array_, out)
                                               : copyformat::EditArrayLiteral(value, edit, &array_, out);
  if (result == copyformat::ArrayEdit::kMalformed) return Edited::kMalformed;
  return result == copyformat::ArrayEdit::kChanged ? Edited::kChanged : Edited::kSame;
}

Edited Renderer::Edit(const Instruction& in, const Context& context, std::string_view value,
                      std::string* out) {
  out->clear();
  notes_ = nullptr;
  if (rewriter_ != nullptr) rewriter_->set_strict(in.strict);
  switch (in.type.form) {
    case Form::kJson:
    case Form::kJsonb:
      return EditJson(in, context, value, out);
    case Form::kTextArray:
      return EditArray(in, context, value, out);
    case Form::kHstore: {
      const auto edit = [&](std::string_view text, std::string* to) { return Render(in, context, text, to); };
      return AsEdited(EditHstoreValues(value, edit, &scratch_, out));
    }
    case Form::kArray:
    case Form::kComposite:
    case Form::kRange:
      return rewriter_->Literal(value, LiteralOf(in.type.form), out) ? Edited::kChanged : Edited::kSame;
    case Form::kNumber:
    case Form::kDate:
    case Form::kUuid:
    case Form::kNetwork:
      return EditTyped(in, context, value, out);
    default:
      return EditText(in, context, value, out);
  }
}

Edited Renderer::EditText(const Instruction& in, const Context& context, std::string_view value,
                          std::string* out) {
  const bool changed = Render(in, context, value, out);
  if (in.op == Op::kRewrite || in.op == Op::kRewriteHtml) notes_ = rewriter_->notes();
  if (!changed) return Edited::kSame;
  CutToChars(out, 0, in.max_chars);
  if (in.pad) PadToChars(out, in.max_chars);
  return Edited::kChanged;
}

}  // namespace understudy::rules

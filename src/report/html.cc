#include "report/html.h"

#include <fmt/format.h>
#include <sodium.h>

#include <nlohmann/json.hpp>

#include "report/assets.h"
#include "report/html_data.h"
#include "report/model.h"

namespace understudy::report {
namespace {

// 'sha256-…' of an inline element, as CSP Level 3 wants it.
std::string CspHash(std::string_view content) {
  unsigned char digest[crypto_hash_sha256_BYTES];
  crypto_hash_sha256(digest, reinterpret_cast<const unsigned char*>(content.data()), content.size());
  std::string text(sodium_base64_ENCODED_LEN(sizeof digest, sodium_base64_VARIANT_ORIGINAL), '\0');
  sodium_bin2base64(text.data(), text.size(), digest, sizeof digest, sodium_base64_VARIANT_ORIGINAL);
  text.resize(text.size() - 1);  // the final NUL
  return "'sha256-" + text + "'";
}

// [["table", [["column", "type", "rule"], …]], …] of the kept columns.
std::string KeptColumns(const record::RunRecord& run) {
  nlohmann::json tables = nlohmann::json::array();
  for (const record::Table& table : run.tables) {
    if (table.treatment == "empty") continue;  // counted apart: nothing in it was kept
    nlohmann::json columns = nlohmann::json::array();
    for (const record::TableColumn& column : table.columns) {
      if (column.treatment == "keep")
        columns.push_back({Visible(column.name), Visible(column.type), column.rule});
    }
    if (!columns.empty()) tables.push_back({Visible(record::QualifiedName(table)), columns});
  }
  return ScriptSafe(tables.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
}

std::string EscapeTitle(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '<') {
      out += "&lt;";
    } else if (c == '&') {
      out += "&amp;";
    } else {
      out += c;
    }
  }
  return out;
}

}  // namespace

std::string ScriptSafe(std::string_view json) {
  std::string out;
  for (const char c : json) {
    if (c == '<' || c == '>' || c == '&') {
      out += fmt::format("\\u{:04x}", static_cast<unsigned>(c));
    } else {
      out += c;
    }
  }
  return out;
}

std::string ToHtml(const record::RunRecord& run) {
  const Model model = MakeModel(run);
  const std::string csp = fmt::format(
      "default-src 'none'; style-src {}; script-src {}; img-src data:; base-uri 'none'; form-action 'none'",
      CspHash(kCss), CspHash(kJs));
  std::string page = "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n";
  page += fmt::format("<meta http-equiv=\"Content-Security-Policy\" content=\"{}\">\n", csp);
  page += "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n";
  page += "<meta name=\"referrer\" content=\"no-referrer\">\n";
  page += "<link rel=\"icon\" href=\"data:,\">\n";
  page += "<title>" + EscapeTitle(Visible(model.title)) + "</title>\n";
  page += "<style>" + std::string(kCss) + "</style>\n</head>\n<body>\n";
  page += RenderBody(model);
  page += "<script type=\"application/json\" id=\"kept-columns\">" + KeptColumns(run) + "</script>\n";
  page += "<script>" + std::string(kJs) + "</script>\n</body>\n</html>\n";
  return page;
}

}  // namespace understudy::report

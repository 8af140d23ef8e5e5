// The plain twins of src/copyformat: byte by byte, with strings, no cleverness. Slow and easy to believe.
#ifndef UNDERSTUDY_TESTS_ORACLE_PLAIN_COPY_H_
#define UNDERSTUDY_TESTS_ORACLE_PLAIN_COPY_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace understudy::oracle {

struct PlainField {
  std::string raw;                   // as it stands in the stream, for binary without the length word
  std::optional<std::string> value;  // what it means; nullopt: NULL
};
using PlainRow = std::vector<PlainField>;

struct PlainScan {
  std::vector<PlainRow> rows;  // up to the first error
  bool ok = true;
};

inline std::string PlainUnescape(std::string_view raw) {
  const auto is_octal = [](char c) { return c >= '0' && c <= '7'; };
  const auto is_hex = [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
  };
  std::string out;
  for (size_t i = 0; i < raw.size(); ++i) {
    if (raw[i] != '\\' || i + 1 == raw.size()) {
      out += raw[i];
      continue;
    }
    const char c = raw[++i];
    const size_t letter = std::string_view("bfnrtv").find(c);
    if (letter != std::string_view::npos) {
      out += "\b\f\n\r\t\v"[letter];
    } else if (is_octal(c)) {
      std::string digits(1, c);
      while (digits.size() < 3 && i + 1 < raw.size() && is_octal(raw[i + 1])) digits += raw[++i];
      out += static_cast<char>(std::stoi(digits, nullptr, 8) % 256);
    } else if (c == 'x' && i + 1 < raw.size() && is_hex(raw[i + 1])) {
      std::string digits(1, raw[++i]);
      if (i + 1 < raw.size() && is_hex(raw[i + 1])) digits += raw[++i];
      out += static_cast<char>(std::stoi(digits, nullptr, 16));
    } else {
      out += c;
    }
  }
  return out;
}

inline std::string PlainEscape(std::string_view value) {
  std::string out;
  for (const char c : value) {
    switch (c) {
      case '\b':
        out += "\\b";
        break;
      case '\t':
        out += "\\t";
        break;
      case '\n':
        out += "\\n";
        break;
      case '\v':
        out += "\\v";
        break;
      case '\f':
        out += "\\f";
        break;
      case '\r':
        out += "\\r";
        break;
      case '\\':
        out += "\\\\";
        break;
      default:
        out += c;
    }
  }
  return out;
}

inline PlainScan PlainScanText(std::string_view bytes, size_t columns) {
  PlainScan scan;
  size_t i = 0;
  while (i < bytes.size()) {
    std::vector<std::string> raws(1);
    bool ended = false;
    while (i < bytes.size() && !ended) {
      const char c = bytes[i++];
      if (c == '\\') {
        raws.back() += c;
        if (i == bytes.size() || bytes[i] == '.') return scan.ok = false, scan;
        raws.back() += bytes[i++];
      } else if (c == '\t') {
        raws.emplace_back();
      } else if (c == '\n') {
        ended = true;
      } else {
        raws.back() += c;
      }
    }
    if (columns == 0 && raws.size() == 1 && raws[0].empty()) raws.clear();
    if (!ended || raws.size() != columns) return scan.ok = false, scan;
    if (!raws.empty() && !raws.back().empty() && raws.back().back() == '\r') return scan.ok = false, scan;
    PlainRow row;
    for (const std::string& raw : raws) {
      row.push_back({raw, raw == "\\N" ? std::nullopt : std::optional<std::string>(PlainUnescape(raw))});
    }
    scan.rows.push_back(std::move(row));
  }
  return scan;
}

// A big-endian integer of `n` bytes, sign-extended; nullopt if there are fewer.
inline std::optional<int64_t> PlainTake(std::string_view* bytes, size_t n) {
  if (bytes->size() < n) return std::nullopt;
  int64_t value = (*bytes)[0] < 0 ? -1 : 0;
  for (size_t i = 0; i < n; ++i) value = value * 256 + static_cast<unsigned char>((*bytes)[i]);
  bytes->remove_prefix(n);
  return value;
}

inline PlainScan PlainScanBinary(std::string_view bytes, size_t columns) {
  PlainScan scan;
  while (!bytes.empty()) {
    PlainRow row;
    const std::optional<int64_t> count = PlainTake(&bytes, 2);
    if (!count || *count < 0 || static_cast<size_t>(*count) != columns) return scan.ok = false, scan;
    for (size_t c = 0; c < columns; ++c) {
      const std::optional<int64_t> length = PlainTake(&bytes, 4);
      if (!length || *length < -1) return scan.ok = false, scan;
      if (*length == -1) {
        row.push_back({});
        continue;
      }
      if (static_cast<size_t>(*length) > bytes.size()) return scan.ok = false, scan;
      const std::string value(bytes.substr(0, static_cast<size_t>(*length)));
      bytes.remove_prefix(value.size());
      row.push_back({value, value});
    }
    scan.rows.push_back(std::move(row));
  }
  return scan;
}

inline std::string PlainWriteText(const std::vector<std::optional<std::string>>& row) {
  std::string out;
  for (size_t c = 0; c < row.size(); ++c) {
    if (c > 0) out += '\t';
    out += row[c] ? PlainEscape(*row[c]) : "\\N";
  }
  return out + "\n";
}

inline std::string PlainWriteBinary(const std::vector<std::optional<std::string>>& row) {
  std::string out{static_cast<char>(row.size() >> 8), static_cast<char>(row.size())};
  for (const auto& value : row) {
    const uint32_t length = value ? static_cast<uint32_t>(value->size()) : 0xFFFFFFFF;
    for (int shift = 24; shift >= 0; shift -= 8) out += static_cast<char>(length >> shift);
    if (value) out += *value;
  }
  return out;
}

}  // namespace understudy::oracle

#endif  // UNDERSTUDY_TESTS_ORACLE_PLAIN_COPY_H_

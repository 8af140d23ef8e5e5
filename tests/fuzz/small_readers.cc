// The small readers of what comes from outside; the first byte chooses: connection strings, places of
// filestores, manifests, lexicons, pictures, values that may be secrets, error texts of servers.
#include <string>

#include "drift/addons.h"
#include "fuzz/require.h"
#include "odoo/attachment_hook.h"
#include "odoo/filestore_remote.h"
#include "odoo/image_strip.h"
#include "odoo/sandbox.h"
#include "odoo/store_name.h"
#include "pg/connection.h"
#include "pg/conninfo.h"
#include "pseudonym/lexicon.h"
#include "rules/secret_shape.h"

namespace {

using namespace understudy;
using fuzz::Require;

void Conninfo(const std::string& text) {
  const auto options = pg::ParseConninfo(text);
  if (!options.ok()) return;
  const auto again = pg::ParseConninfo(pg::FormatConninfo(*options));
  Require(again.ok() && *again == *options, "a connection string does not come back");
  pg::ConnOptions secret = *options;
  secret["password"] = "Hush-Fuzz-9";
  Require(pg::Describe(secret).find("Hush-Fuzz-9") == std::string::npos, "a password is shown");
}

void Places(const std::string& text) {
  if (odoo::IsRemotePath(text)) {
    const auto remote = odoo::ParseRemotePath(text);
    Require(!remote.ok() || (!remote->host.starts_with('-') && remote->path.starts_with('/')),
            "a host that an option could be");
  }
  if (odoo::IsStoreName(text)) {
    Require(text.find("..") == std::string::npos && text[0] != '/', "a store name that leaves its directory");
  }
  const std::string neutral = odoo::NeutralName(7, "", text);
  Require(neutral.find_first_of("/\\\n\t ") == std::string::npos && neutral.size() <= 20,
          "a name of ours is odd");
}

void Words(const std::string& text) {
  (void)drift::AdaptVersion(drift::ManifestVersion(text), "17.0");
  (void)pseudonym::ParseLexicon(text, "fuzz.txt");
  (void)odoo::Substitute(text, odoo::VariablesOf(odoo::Sandbox()));
}

void Picture(const std::string& bytes) {
  std::string out, again;
  if (odoo::StripImage(bytes, &out) != odoo::StripResult::kStripped) return;
  Require(odoo::StripImage(out, &again) == odoo::StripResult::kClean, "a stripped picture is not clean");
}

void Secrets(const std::string& text) {
  const size_t half = text.size() / 2;
  (void)rules::ShapeOf(text);
  (void)rules::ShapeOf(text.substr(0, half), text.substr(half));
  Require(rules::Entropy(text) <= 8.0, "more than eight bits in a byte");
  const std::string safe = pg::SafeMessage("22P02", "invalid input: \"" + text + "\"");
  Require(safe == "invalid input: \"…\"", "a value is left in a message");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  constexpr void (*kReaders[])(const std::string&) = {Conninfo, Places, Words, Picture, Secrets};
  kReaders[data[0] % std::size(kReaders)](std::string(fuzz::TextOf(data + 1, size - 1)));
  return 0;
}

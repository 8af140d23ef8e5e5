// Writes one placeholder (or avatar) a mimetype into a directory, or strips a picture: what the judges of
// this folder open.
#include <fmt/format.h>

#include <iostream>
#include <string>
#include <string_view>

#include "base/file.h"
#include "base/status.h"
#include "odoo/avatars.h"
#include "odoo/image_strip.h"
#include "odoo/placeholders.h"

namespace {

// --strip FROM TO: exit code 0 stripped, 10 nothing to take out, 11 not understood.
int Strip(const std::string& from, const std::string& to) {
  const auto image = understudy::ReadFile(from);
  if (!image.ok()) return 1;
  std::string stripped;
  switch (understudy::odoo::StripImage(*image, &stripped)) {
    case understudy::odoo::StripResult::kClean:
      return 10;
    case understudy::odoo::StripResult::kUnknown:
      return 11;
    case understudy::odoo::StripResult::kStripped:
      break;
  }
  return understudy::WriteFileAtomic(to, stripped).ok() ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc == 4 && std::string_view(argv[1]) == "--strip") return Strip(argv[2], argv[3]);
  if (argc != 2) return 2;
  const std::string directory = argv[1];
  // "NAME TAB mimetype" lines; prints "NAME TAB file TAB mimetype of the placeholder".
  for (std::string line; std::getline(std::cin, line);) {
    const size_t tab = line.find('\t');
    const std::string name = line.substr(0, tab);
    const auto placeholder = understudy::odoo::MakePlaceholder(line.substr(tab + 1), "hr.applicant");
    const std::string path = directory + "/" + name + "." + std::string(placeholder.extension);
    if (!understudy::WriteFileAtomic(path, placeholder.content).ok()) return 1;
    std::cout << name << '\t' << path << '\t' << placeholder.mimetype << '\n';
  }
  for (const char* name : {"Ana Roy", "\u738b\u5c0f\u660e", "\u0645\u062d\u0645\u062f"}) {
    const std::string path = fmt::format("{}/look-{}.png", directory, understudy::odoo::LookOf(name).hue);
    const std::string png = understudy::odoo::AvatarPng(understudy::odoo::LookOf(name), 128);
    if (!understudy::WriteFileAtomic(path, png).ok()) return 1;
    std::cout << "look-" << name << '\t' << path << "\timage/png\n";
  }
  for (const int size : {1920, 1024, 512, 256, 128}) {
    const std::string path = directory + "/avatar-" + std::to_string(size) + ".png";
    if (!understudy::WriteFileAtomic(path, understudy::odoo::AvatarPng({}, size)).ok()) return 1;
    std::cout << "avatar-" << size << '\t' << path << "\timage/png\n";
  }
  return 0;
}

// Writes one placeholder (or avatar) a mimetype into a directory: what the judges of this folder open.
#include <iostream>
#include <string>

#include "base/file.h"
#include "base/status.h"
#include "odoo/avatars.h"
#include "odoo/placeholders.h"

int main(int argc, char** argv) {
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
  for (const int size : {1920, 1024, 512, 256, 128}) {
    const std::string path = directory + "/avatar-" + std::to_string(size) + ".png";
    if (!understudy::WriteFileAtomic(path, understudy::odoo::AvatarPng({}, size)).ok()) return 1;
    std::cout << "avatar-" << size << '\t' << path << "\timage/png\n";
  }
  return 0;
}

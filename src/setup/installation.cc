#include "setup/installation.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "base/strings.h"

namespace understudy::setup {
namespace {

namespace fs = std::filesystem;

bool IsDirectory(const std::string& path) {
  std::error_code error;
  return fs::is_directory(path, error);
}

bool HasModule(const std::string& path, const std::vector<std::string>& modules) {
  return std::any_of(modules.begin(), modules.end(), [&path](const std::string& module) {
    std::error_code error;
    return fs::exists(path + "/" + module + "/__manifest__.py", error);
  });
}

std::string ValueOf(const OdooConf& conf, const std::string& key) {
  const auto found = conf.find(key);
  return found == conf.end() ? std::string() : found->second;
}

}  // namespace

OdooConf ParseOdooConf(std::string_view text) {
  OdooConf conf;
  bool options = false;
  for (const std::string_view raw : Split(text, '\n')) {
    const std::string_view line = Trim(raw);
    if (line.empty() || line[0] == '#' || line[0] == ';') continue;
    if (line[0] == '[') {
      options = line == "[options]";
      continue;
    }
    const size_t sign = line.find_first_of("=:");
    if (!options || sign == std::string_view::npos) continue;
    const std::string key = Lower(Trim(line.substr(0, sign)));
    const std::string value(Trim(line.substr(sign + 1)));
    const bool unset = value.empty() || Lower(value) == "false" || Lower(value) == "none";
    if (unset) {
      conf.erase(key);
    } else {
      conf[key] = value;
    }
  }
  return conf;
}

UsualPlaces UsualPlaces::On(const std::string& home) {
  UsualPlaces places;
  if (!home.empty()) {
    places.confs.push_back(home + "/.odoorc");
    places.confs.push_back(home + "/odoo.conf");
    places.data.push_back(home + "/.local/share/Odoo");
  }
  for (const char* conf :
       {"/etc/odoo/odoo.conf", "/etc/odoo.conf", "/etc/odoo-server.conf", "/opt/odoo/odoo.conf"}) {
    places.confs.emplace_back(conf);
  }
  for (const char* data : {"/var/lib/odoo/.local/share/Odoo", "/var/lib/odoo", "/opt/odoo/.local/share/Odoo",
                           "/opt/odoo/data", "/home/odoo/.local/share/Odoo"}) {
    places.data.emplace_back(data);
  }
  for (const char* addons : {"/usr/lib/python3/dist-packages/odoo/addons", "/opt/odoo/odoo/addons",
                             "/opt/odoo/addons", "/opt/odoo/odoo/odoo/addons", "/mnt/extra-addons"}) {
    places.addons.emplace_back(addons);
  }
  return places;
}

std::string FindOdooConf(const UsualPlaces& places) {
  for (const std::string& path : places.confs) {
    std::error_code error;
    if (fs::is_regular_file(path, error)) return path;
  }
  return {};
}

pg::ConnOptions ConnectionOf(const OdooConf& conf) {
  pg::ConnOptions options;
  for (const auto& [ours, odoos] : {std::pair("host", "db_host"), std::pair("port", "db_port"),
                                    std::pair("user", "db_user"), std::pair("password", "db_password"),
                                    std::pair("dbname", "db_name"), std::pair("sslmode", "db_sslmode")}) {
    const std::string value = ValueOf(conf, odoos);
    if (!value.empty()) options[ours] = value;
  }
  if (ValueOf(conf, "db_name").find(',') != std::string::npos) options.erase("dbname");  // several databases
  return options;
}

size_t CountPresent(const std::string& directory, const std::vector<std::string>& names) {
  return static_cast<size_t>(std::count_if(names.begin(), names.end(), [&directory](const std::string& name) {
    std::error_code error;
    return fs::is_regular_file(directory + "/" + name, error);
  }));
}

FilestoreFound FindFilestore(const OdooConf& conf, const UsualPlaces& places, const std::string& database,
                             const std::vector<std::string>& names) {
  std::vector<std::string> candidates;
  const std::string data_dir = ValueOf(conf, "data_dir");
  if (!data_dir.empty()) candidates.push_back(data_dir);
  candidates.insert(candidates.end(), places.data.begin(), places.data.end());
  FilestoreFound best;
  for (const std::string& data : candidates) {
    const std::string directory =
        fs::path(fmt::format("{}/filestore/{}", data, database)).lexically_normal().string();
    if (!IsDirectory(directory)) continue;
    const size_t present = CountPresent(directory, names);
    if (best.directory.empty() || present > best.present) best = {directory, present};
  }
  return best;
}

std::vector<std::string> FindAddons(const OdooConf& conf, const UsualPlaces& places,
                                    const std::vector<std::string>& modules) {
  std::vector<std::string> candidates;
  const std::string configured = ValueOf(conf, "addons_path");
  for (const std::string_view path : Split(configured, ',')) candidates.emplace_back(Trim(path));
  candidates.insert(candidates.end(), places.addons.begin(), places.addons.end());
  std::vector<std::string> found;
  for (const std::string& path : candidates) {
    if (path.empty() || !HasModule(path, modules)) continue;
    std::error_code error;
    const std::string absolute = fs::weakly_canonical(path, error).string();
    const std::string& kept = error ? path : absolute;
    if (std::find(found.begin(), found.end(), kept) == found.end()) found.push_back(kept);
  }
  return found;
}

}  // namespace understudy::setup

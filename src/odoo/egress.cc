#include "odoo/egress.h"

#include <fmt/format.h>

namespace understudy::odoo {
namespace {

bool IsLocal(const std::string& host) {
  return host.empty() || host == "invalid" || host == "localhost" || host.starts_with("127.") ||
         host == "::1" || host.front() == '/';
}

// nft resolves a name when the rules are loaded; only an address or a plain host name may be written there.
bool IsHostName(const std::string& host) {
  return host.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-:") ==
         std::string::npos;
}

std::string Allow(std::string host, int port, const char* why) {
  // An IPv6 address of a URL stands in brackets.
  if (host.size() > 2 && host.front() == '[' && host.back() == ']') host = host.substr(1, host.size() - 2);
  if (IsLocal(host) || !IsHostName(host)) return "";
  const char* family = host.find(':') != std::string::npos ? "ip6" : "ip";
  if (port == 0) return fmt::format("    {} daddr {} accept comment \"{}\"\n", family, host, why);
  return fmt::format("    {} daddr {} tcp dport {} accept comment \"{}\"\n", family, host, port, why);
}

}  // namespace

std::string EgressRules(const Sandbox& sandbox, const std::string& user, const std::string& database_host,
                        int database_port) {
  std::string allowed = Allow(database_host, database_port, "staging's PostgreSQL");
  allowed += Allow(sandbox.smtp_host, sandbox.smtp_port, "SMTP catcher");
  for (const std::string& host : SandboxHosts(sandbox)) {
    if (host != sandbox.smtp_host) allowed += Allow(host, 0, "sandbox");
  }
  return fmt::format(
      "# The account that runs Odoo on the staging host may reach its sandbox and nothing else.\n"
      "# Check the names below, then load with: nft -f THIS_FILE\n"
      "# Host names are resolved once, when the rules are loaded. Name servers other than on loopback are "
      "out\n"
      "# of reach, on purpose: directories are asked by DNS too. Put the sandbox's names into /etc/hosts.\n"
      "table inet understudy_egress\n"
      "delete table inet understudy_egress\n"
      "table inet understudy_egress {{\n"
      "  chain output {{\n"
      "    type filter hook output priority filter; policy accept;\n"
      "    meta skuid != \"{}\" accept\n"
      "    oifname \"lo\" accept\n"
      "    ct state established,related accept\n"
      "{}"
      "    limit rate 10/minute log prefix \"understudy-egress \"\n"
      "    counter reject with icmpx admin-prohibited\n"
      "  }}\n"
      "}}\n",
      user, allowed);
}

}  // namespace understudy::odoo

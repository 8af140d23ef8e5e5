// Row security policies for roles that staging lacks.
//
// DESIGN: roles belong to a server and are not copied, and CREATE POLICY … TO refuses one that is not there.
// A policy is made for those of its roles that are; one for none of them is left out: nobody would be subject
// to it.
// Threads: thread-safe.
#ifndef UNDERSTUDY_CLONE_POLICY_ROLES_H_
#define UNDERSTUDY_CLONE_POLICY_ROLES_H_

#include <set>
#include <string>
#include <vector>

#include "clone/schema.h"

namespace understudy::clone {

struct FittedPolicy {
  std::string policy;                // "schema.table.policy"
  std::vector<std::string> missing;  // roles
  bool left_out = false;
};

// Changes the schema's policies; `roles` are those of staging.
std::vector<FittedPolicy> FitPolicies(const std::set<std::string>& roles, Schema* schema);

}  // namespace understudy::clone

#endif  // UNDERSTUDY_CLONE_POLICY_ROLES_H_

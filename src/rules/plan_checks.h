// What a plan would break in this database: NOT NULL, lengths, unique keys, types. Found before a run, not by
// the load.
//
// DESIGN: for a unique key each treatment of its columns is injective, has enough digest for the number of
// rows (birthday bound n² / 2^(bits+1) below kMostCollision), or is lossy, which is an error that names key,
// column and remedy. Pseudonyms whose plain rendering is too small get the one with more digest
// (Context::unique) where the kind has one.
// Threads: all functions are thread-safe.
#ifndef UNDERSTUDY_RULES_PLAN_CHECKS_H_
#define UNDERSTUDY_RULES_PLAN_CHECKS_H_

#include <vector>

#include "rules/facts.h"
#include "rules/plan.h"

namespace understudy::rules {

// One run in ten thousand that fails at a unique index for bad luck: rarer than disks fail.
inline constexpr double kMostCollision = 1e-4;

// Fills the columns' uniqueness and adds what is wrong to errors and warnings.
void CheckTable(const Relation& relation, TablePlan* table, std::vector<Finding>* errors,
                std::vector<Finding>* warnings);

}  // namespace understudy::rules

#endif  // UNDERSTUDY_RULES_PLAN_CHECKS_H_

// The ids of all warnings: what policy.accepted can name, one table row for each kind.
//
// DESIGN: an id is a word, and for most kinds a colon and what it is about: "missing-column:res_partner.fax".
// The only way to make one is a WarningKind, so no warning can lack a row, and the reference is the table.
// Ids are a contract: configurations name them. Add kinds, never rename one.
// Ownership: values. Threads: immutable.
#ifndef UNDERSTUDY_RECORD_WARNING_ID_H_
#define UNDERSTUDY_RECORD_WARNING_ID_H_

#include <string>
#include <string_view>
#include <vector>

namespace understudy::record {

enum class WarningKind {
  // the plan
  kUnclassified,
  kMissingTable,
  kMissingColumn,
  kUnusedPattern,
  kNotUnique,
  kNotNull,
  kTooLong,
  kWrongType,
  kCheck,
  kKeyEphemeral,
  // the run
  kNoAddons,
  kModulesNotFound,
  kUnknownJob,
  kNoFilestore,
  kFilestoreProblems,
  kAttachmentsUnread,
  kFilestoreNotUndone,
  kFilestoreNotPruned,
  kLargeObjectsEmptied,
  kBackupNotRestored,
  kUserMappingsLeftOut,
  kLeaks,
  kFidelity,
  kNotNeutralised,
  kAssertion,
  kNamesHoldData,
  kPreviousNotDropped,
  kLeftover,
  kCopiedAgain,
  kMadeAgain,
  kUnloggedOnStandby,
  kNotKept,
  kPolicyRoles,
  // single commands
  kOnePass,
  kOtherSessions,
  kServerVersions,
  kCollationVersion,
  kDiskUnknown,
  kNetworkSlow,
  kFilestoreRemote,
  kUnclassifiedKept,
  kNotImported,
  kFirstRun,
  // staging against production now
  kSchemaDiffers,
  kEnvironmentDiffers,
  kAddonDiffers,
  kTooOld,
  // policy.accepted itself
  kUnknownAccepted,
  kStaleAccepted,
};

// Who can tell that an accepted id is stale, because nothing of that name is found any more.
enum class WarningScope {
  kPlan,     // everybody who plans
  kRun,      // a refresh that has come to its end
  kDrift,    // drift, which looks at both ends as they are now
  kCommand,  // nobody: said by a command other than refresh
  kNever,    // not acceptable
};

struct WarningSpec {
  WarningKind kind;
  std::string_view name;     // "missing-column"
  std::string_view subject;  // "TABLE.COLUMN"; empty: the name is the id
  WarningScope scope;
  std::string_view doc;  // what it means and what to do, sentences
};

const std::vector<WarningSpec>& WarningSpecs();
const WarningSpec& SpecOf(WarningKind kind);
// The row of an id such as "check:res_partner.name:c", or nullptr.
const WarningSpec* FindWarning(std::string_view id);

class WarningId {
 public:
  WarningId(WarningKind kind, std::string_view subject = {});  // NOLINT: a kind without a subject is an id

  const std::string& text() const { return text_; }
  operator const std::string&() const { return text_; }  // NOLINT: it is its text with a row behind it
  WarningKind kind() const { return kind_; }
  std::string_view subject() const;

  friend bool operator==(const WarningId& a, std::string_view b) { return a.text_ == b; }
  friend bool operator==(const WarningId& a, const WarningId& b) { return a.text_ == b.text_; }
  friend bool operator<(const WarningId& a, const WarningId& b) { return a.text_ < b.text_; }

 private:
  WarningKind kind_;
  std::string text_;
};

struct AcceptedProblem {
  WarningId id;
  std::string text;
};

// What is wrong with an accepted id that is none at all (every id of no kind, and of kNever).
std::vector<AcceptedProblem> UnknownAccepted(const std::vector<std::string>& accepted);
// Accepted ids of `scope` that are not among `found`, the ids of everything that was found.
std::vector<AcceptedProblem> StaleAccepted(const std::vector<std::string>& accepted, WarningScope scope,
                                           const std::vector<std::string>& found);

}  // namespace understudy::record

#endif  // UNDERSTUDY_RECORD_WARNING_ID_H_

// Several observers of one table as one.
//
// Ownership: the factories must outlive the group. Threads: as RowObserverFactory.
#ifndef UNDERSTUDY_RULES_OBSERVER_GROUP_H_
#define UNDERSTUDY_RULES_OBSERVER_GROUP_H_

#include <memory>
#include <utility>
#include <vector>

#include "base/status.h"
#include "rules/toolbox.h"

namespace understudy::rules {

class ObserverGroup : public RowObserverFactory {
 public:
  void Add(const RowObserverFactory* factory) { factories_.push_back(factory); }
  bool empty() const { return factories_.empty(); }

  std::unique_ptr<RowObserver> New() const override {
    auto group = std::make_unique<Group>();
    for (const RowObserverFactory* factory : factories_) group->members.push_back(factory->New());
    return group;
  }

 private:
  struct Group : RowObserver {
    void Noted(size_t field, const text::SourceNotes& notes) override {
      for (const auto& member : members) member->Noted(field, notes);
    }
    absl::Status Row(uint64_t row_number, std::span<const copyformat::Field> in,
                     std::span<const copyformat::Field> out) override {
      for (const auto& member : members) RETURN_IF_ERROR(member->Row(row_number, in, out));
      return absl::OkStatus();
    }
    void Rest() override {
      for (const auto& member : members) member->Rest();
    }
    void Keep() override {
      for (const auto& member : members) member->Keep();
    }
    std::vector<std::unique_ptr<RowObserver>> members;
  };
  std::vector<const RowObserverFactory*> factories_;
};

}  // namespace understudy::rules

#endif  // UNDERSTUDY_RULES_OBSERVER_GROUP_H_

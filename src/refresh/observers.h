// Several observers of one table as one.
//
// Ownership: the factories must outlive the group. Threads: as RowObserverFactory.
#ifndef UNDERSTUDY_REFRESH_OBSERVERS_H_
#define UNDERSTUDY_REFRESH_OBSERVERS_H_

#include <memory>
#include <utility>
#include <vector>

#include "base/status.h"
#include "rules/toolbox.h"

namespace understudy::refresh {

class ObserverGroup : public rules::RowObserverFactory {
 public:
  void Add(const rules::RowObserverFactory* factory) { factories_.push_back(factory); }
  bool empty() const { return factories_.empty(); }

  std::unique_ptr<rules::RowObserver> New() const override {
    auto group = std::make_unique<Group>();
    for (const rules::RowObserverFactory* factory : factories_) group->members.push_back(factory->New());
    return group;
  }

 private:
  struct Group : rules::RowObserver {
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
    std::vector<std::unique_ptr<rules::RowObserver>> members;
  };
  std::vector<const rules::RowObserverFactory*> factories_;
};

}  // namespace understudy::refresh

#endif  // UNDERSTUDY_REFRESH_OBSERVERS_H_

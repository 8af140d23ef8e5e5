// Things that are costly to make and belong to one user at a time: those that came back are given out again,
// warm.
//
// Ownership: the pool owns what is idle, a Loan what is lent; the pool must outlive its loans.
// Threads: a Pool is thread-safe; a Loan belongs to one thread at a time.
#ifndef UNDERSTUDY_BASE_POOL_H_
#define UNDERSTUDY_BASE_POOL_H_

#include <memory>
#include <utility>
#include <vector>

#include "base/mutex.h"

namespace understudy {

template <typename T>
class Pool {
 public:
  // One that came back; null if there is none.
  std::unique_ptr<T> Take() {
    MutexLock lock(mutex_);
    if (idle_.empty()) return nullptr;
    std::unique_ptr<T> taken = std::move(idle_.back());
    idle_.pop_back();
    return taken;
  }
  void GiveBack(std::unique_ptr<T> thing) {
    MutexLock lock(mutex_);
    idle_.push_back(std::move(thing));
  }

 private:
  Mutex mutex_;
  std::vector<std::unique_ptr<T>> idle_ ABSL_GUARDED_BY(mutex_);
};

// A T from the pool, or a new one, from the first use until Return() or the end. Without a pool it is its
// own.
template <typename T>
class Loan {
 public:
  explicit Loan(Pool<T>* pool) : pool_(pool) {}
  ~Loan() { Return(); }
  Loan(const Loan&) = delete;
  Loan& operator=(const Loan&) = delete;

  T* operator->() { return &**this; }
  T& operator*() {
    if (thing_ == nullptr) Take();
    return *thing_;
  }
  void Return() {
    if (pool_ != nullptr && thing_ != nullptr) pool_->GiveBack(std::move(thing_));
  }

 private:
  void Take() {
    if (pool_ != nullptr) thing_ = pool_->Take();
    if (thing_ == nullptr) thing_ = std::make_unique<T>();
  }

  Pool<T>* const pool_;
  std::unique_ptr<T> thing_;
};

}  // namespace understudy

#endif  // UNDERSTUDY_BASE_POOL_H_

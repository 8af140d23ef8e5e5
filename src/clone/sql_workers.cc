#include "clone/sql_workers.h"

#include <utility>

#include "base/status.h"

namespace understudy::clone {

SqlWorkers::SqlWorkers(int workers, Open open, Activity* activity)
    : open_(std::move(open)), activity_(activity) {
  for (int i = 0; i < workers; ++i) threads_.emplace_back([this] { Work(); });
}

SqlWorkers::~SqlWorkers() {
  {
    MutexLock lock(mutex_);
    stopping_ = true;
    changed_.NotifyAll();
  }
  for (std::thread& thread : threads_) thread.join();
}

void SqlWorkers::Submit(Task task) {
  MutexLock lock(mutex_);
  if (!error_.ok()) return;
  queue_.push(Queued{std::move(task), submitted_++});
  changed_.NotifyAll();
}

absl::Status SqlWorkers::Drain() {
  MutexLock lock(mutex_);
  while (error_.ok() ? (!queue_.empty() || !running_.empty()) : !running_.empty()) changed_.Wait(mutex_);
  return error_;
}

bool SqlWorkers::failed() const {
  MutexLock lock(mutex_);
  return !error_.ok();
}

absl::Status SqlWorkers::RunTask(const Task& task, std::unique_ptr<pg::Connection>* session) {
  if (*session == nullptr) {
    ASSIGN_OR_RETURN(*session, open_());
  }
  if (!task.sql.empty()) RETURN_IF_ERROR(Annotate((*session)->Run(task.sql), task.what));
  if (task.after) task.after();
  return absl::OkStatus();
}

void SqlWorkers::TellActivity() {
  if (activity_ == nullptr) return;
  if (running_.empty()) {
    activity_->End();
  } else {
    activity_->Begin(running_.front());
  }
}

void SqlWorkers::Work() {
  std::unique_ptr<pg::Connection> session;
  for (;;) {
    Task task;
    std::list<std::string>::iterator own;
    {
      MutexLock lock(mutex_);
      while (!stopping_ && (queue_.empty() || !error_.ok())) changed_.Wait(mutex_);
      if (stopping_) return;
      task = queue_.top().task;
      queue_.pop();
      own = running_.insert(running_.end(), task.what);
      TellActivity();
    }
    const absl::Status status = RunTask(task, &session);
    MutexLock lock(mutex_);
    running_.erase(own);
    TellActivity();
    if (!status.ok() && error_.ok()) error_ = status;
    changed_.NotifyAll();
  }
}

}  // namespace understudy::clone

#include "http/workers.h"

namespace http {

Workers::Workers(unsigned threads, std::size_t queue_max) : queue_max_(queue_max) {
  for (unsigned i = 0; i < threads; ++i) threads_.emplace_back([this] { run(); });
}

Workers::~Workers() { stop(); }

bool Workers::try_submit(Task task) {
  {
    const base::Lock lock{mutex_};
    if (stopping_ || queue_.size() >= queue_max_) {
      ++refused_;
      return false;
    }
    queue_.push_back(std::move(task));
  }
  ready_.notify_one();
  return true;
}

void Workers::submit(Task task) {
  {
    const base::Lock lock{mutex_};
    if (stopping_) return;
    queue_.push_back(std::move(task));
  }
  ready_.notify_one();
}

void Workers::stop() {
  std::deque<Task> dropped;
  {
    const base::Lock lock{mutex_};
    stopping_ = true;
    dropped.swap(queue_);
  }
  ready_.notify_all();
  for (auto& thread : threads_)
    if (thread.joinable()) thread.join();
}

Workers::Load Workers::load() const {
  const base::Lock lock{mutex_};
  return {queue_.size(), busy_, refused_};
}

void Workers::run() {
  while (true) {
    Task task;
    {
      const base::Lock lock{mutex_};
      while (queue_.empty() && !stopping_) ready_.wait(mutex_);
      if (queue_.empty()) return;
      task = std::move(queue_.front());
      queue_.pop_front();
      ++busy_;
    }
    task();
    task = nullptr;
    const base::Lock lock{mutex_};
    --busy_;
  }
}

}  // namespace http

// The pool that runs whatever may block: plain handlers, uploads, reading and pulling of bodies.
#pragma once

#include <cstddef>
#include <deque>
#include <functional>
#include <thread>
#include <vector>

#include "base/mutex.h"

namespace http {

/// Any thread.
class Workers {
 public:
  using Task = std::move_only_function<void()>;

  Workers(unsigned threads, std::size_t queue_max);
  ~Workers();
  Workers(const Workers&) = delete;
  Workers& operator=(const Workers&) = delete;

  /// False if the queue is full; then `task` is dropped.
  bool try_submit(Task task) EXCLUDES(mutex_);
  /// For the next step of something that was let in before: waits behind the others, but is never refused,
  /// so that a body is not cut in its middle. There is at most one for each connection.
  void submit(Task task) EXCLUDES(mutex_);
  /// Drops what waits and returns when what runs has ended.
  void stop() EXCLUDES(mutex_);

  struct Load {
    std::size_t queued = 0;
    std::size_t busy = 0;
    std::size_t refused = 0;
  };
  Load load() const EXCLUDES(mutex_);

 private:
  void run() EXCLUDES(mutex_);

  const std::size_t queue_max_;
  mutable base::Mutex mutex_;
  base::Condition ready_;
  std::deque<Task> queue_ GUARDED_BY(mutex_);
  std::size_t busy_ GUARDED_BY(mutex_) = 0;
  std::size_t refused_ GUARDED_BY(mutex_) = 0;
  bool stopping_ GUARDED_BY(mutex_) = false;
  std::vector<std::thread> threads_;
};

}  // namespace http

// What is done again and again: each job on a thread of its own, so that packing a video delays no mail.
#pragma once

#include <list>
#include <string>
#include <thread>
#include <vector>

#include "base/mutex.h"
#include "retention/surface.h"

namespace app {

class Jobs {
 public:
  /// Begins them all.
  explicit Jobs(std::vector<retention::Job> jobs);
  /// Waits until those that are running are done.
  ~Jobs();
  Jobs(const Jobs&) = delete;
  Jobs& operator=(const Jobs&) = delete;

 private:
  void run(const retention::Job& job);

  std::vector<retention::Job> jobs_;
  base::Mutex mutex_;
  base::Condition wake_;
  bool stopping_ GUARDED_BY(mutex_) = false;
  std::list<std::thread> threads_;
};

}  // namespace app

#include "app/jobs.h"

#include "base/log.h"

namespace app {

Jobs::Jobs(std::vector<retention::Job> jobs) : jobs_(std::move(jobs)) {
  for (const auto& job : jobs_) threads_.emplace_back([this, &job] { run(job); });
}

Jobs::~Jobs() {
  {
    base::Lock lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  for (auto& thread : threads_) thread.join();
}

void Jobs::run(const retention::Job& job) {
  while (true) {
    if (const auto done = job.run(); !done) {
      base::log(base::Level::Error, "job.failed",
                {{"job", base::log_public(job.name)}, {"error", done.error()}});
    }
    base::Lock lock(mutex_);
    if (stopping_) return;
    wake_.wait_for(mutex_, job.every);
    if (stopping_) return;
  }
}

}  // namespace app

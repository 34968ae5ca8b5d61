#include <algorithm>

#include "base/log.h"
#include "pulse/engine_state.h"
#include "pulse/store_files.h"

namespace pulse {

using base::Code;
using base::fail;
using base::Result;

namespace {

// A log that holds no frame: it was made, and nothing was committed to it.
Result<bool> is_empty_log(base::Files& files, const base::Path& path) {
  ASSIGN_OR_RETURN(auto file, files.open(path, base::OpenMode::Read));
  ASSIGN_OR_RETURN(auto size, file->size());
  return size <= kLogHeaderBytes;
}

}  // namespace

EngineState::EngineState(EngineOptions options, base::Files& files, const base::Clock& clock,
                         base::Random& random, KeySource& keys, crypto::SecretKey log_key)
    : options_(std::move(options)),
      files_(files),
      random_(random),
      keys_(keys),
      log_key_(std::move(log_key)),
      receipt_clock_(clock),
      batch_(core_),
      table_(core_.table()) {}

Result<std::uint64_t> EngineState::read_checkpoint() {
  const auto path = options_.folder / kCheckpointName;
  ASSIGN_OR_RETURN(auto there, files_.exists(path));
  if (!there) return std::uint64_t{1};
  ASSIGN_OR_RETURN(auto image, load_image(files_, path, log_key_));
  base::Lock lock(state_mutex_);
  ASSIGN_OR_RETURN(auto head, read_image(image, core_));
  return head.log;
}

// Applies the logs from `first_log` on, and cuts off the torn tail.
Result<void> EngineState::replay(std::uint64_t first_log) {
  ASSIGN_OR_RETURN(auto logs, list_logs(files_, options_.folder));
  std::erase_if(logs, [&](std::uint64_t number) { return number < first_log; });
  if (logs.empty() && first_log > 1)
    return fail(Code::Corrupt, log_name(first_log) + " at 0: the log is missing");
  while (logs.size() > 1) {
    ASSIGN_OR_RETURN(auto empty, is_empty_log(files_, options_.folder / log_name(logs.back())));
    if (!empty) break;
    logs.pop_back();
  }
  std::uint64_t expected = first_log;
  for (const auto number : logs) {
    if (number != expected++) return fail(Code::Corrupt, log_name(number - 1) + " at 0: the log is missing");
    const auto path = options_.folder / log_name(number);
    const auto place = number == logs.back() ? LogPlace::Last : LogPlace::BeforeAnother;
    ASSIGN_OR_RETURN(auto end, read_log(files_, path, place, log_key_, [&](base::ByteView payload) {
                       base::Lock lock(state_mutex_);
                       return core_.apply(payload);
                     }));
    if (number == logs.back()) {
      // What was read and never synced is now relied upon.
      ASSIGN_OR_RETURN(auto file, files_.open(path, base::OpenMode::Append));
      if (end.good_bytes < end.file_bytes) {
        base::log(base::Level::Warning, "pulse.torn_tail_cut",
                  {{"log", number}, {"from", end.good_bytes}, {"to", end.file_bytes}});
        RETURN_IF_ERROR(file->truncate(end.good_bytes));
      }
      RETURN_IF_ERROR(file->sync());
    }
    log_number_.store(end.good_bytes == 0 ? number - 1 : number);
  }
  return {};
}

Result<void> EngineState::recover() {
  RETURN_IF_ERROR(files_.make_directories(options_.folder));
  ASSIGN_OR_RETURN(auto first_log, read_checkpoint());
  log_number_.store(first_log - 1);
  RETURN_IF_ERROR(replay(first_log));
  const auto number = log_number_.load() + 1;
  ASSIGN_OR_RETURN(log_, LogWriter::create(files_, options_.folder, number, log_key_, random_));
  log_number_.store(number);
  log_size_.store(log_->size());
  const auto now_ms = receipt_clock_.now().at_ms;
  {
    base::Lock lock(state_mutex_);
    core_.table().find_free();
    if (now_ms < core_.committed_ms() - kClockStepMaxMs) {
      // The clock was set back while nobody looked.
      batch_.begin(now_ms);
      batch_.end_all(0);
    } else {
      batch_.begin(now_ms);
    }
  }
  RETURN_IF_ERROR(write_batch());
  RETURN_IF_ERROR(subtract_erased());
  base::Lock lock(state_mutex_);
  core_.start_presence(now_ms);
  return {};
}

void EngineState::start() {
  committer_ = std::thread([this] { commit_forever(); });
  if (options_.checkpoints_itself) maintainer_ = std::thread([this] { maintain_forever(); });
}

EngineState::~EngineState() {
  {
    base::Lock lock(wake_mutex_);
    stopping_ = true;
    wake_.notify_all();
  }
  if (maintainer_.joinable()) maintainer_.join();
  {
    base::Lock lock(queue_mutex_);
    closing_ = true;
    queue_filled_.notify_all();
  }
  if (committer_.joinable()) committer_.join();
}

}  // namespace pulse

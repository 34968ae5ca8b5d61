#include <algorithm>
#include <charconv>

#include "base/log.h"
#include "pulse/engine_state.h"

namespace pulse {

using base::Code;
using base::fail;
using base::Result;

namespace {

// An image of this size would be of a hundred million sessions.
constexpr std::size_t kImageBytesMax = std::size_t{16} << 30;

Result<base::Bytes> load_image(base::Files& files, const base::Path& path, const crypto::SecretKey& key) {
  ASSIGN_OR_RETURN(auto reader, BlockFileReader::open(files, path, FileKind::Checkpoint, 1, key));
  base::Bytes image;
  RETURN_IF_ERROR(reader->read_all([&](base::ByteView block) -> Result<void> {
    if (image.size() + block.size() > kImageBytesMax)
      return fail(Code::TooLarge, "the checkpoint is too large");
    image.insert(image.end(), block.begin(), block.end());
    return {};
  }));
  return image;
}

// The numbers of the folder's logs, rising.
Result<std::vector<std::uint64_t>> list_logs(base::Files& files, const base::Path& folder) {
  ASSIGN_OR_RETURN(auto names, files.list(folder));
  std::vector<std::uint64_t> numbers;
  for (const auto& name : names)
    if (const auto number = log_number(name); number != 0) numbers.push_back(number);
  std::ranges::sort(numbers);
  return numbers;
}

// A log that holds no frame: it was made, and nothing was committed to it.
Result<bool> is_empty_log(base::Files& files, const base::Path& path) {
  ASSIGN_OR_RETURN(auto file, files.open(path, base::OpenMode::Read));
  ASSIGN_OR_RETURN(auto size, file->size());
  return size <= kLogHeaderBytes;
}

// Errors of damage are "file at offset: what".
Damage damage_of(const base::Error& error, std::string_view file) {
  Damage damage{std::string(file), 0, error.message};
  const auto prefix = std::string(file) + " at ";
  if (!error.message.starts_with(prefix)) return damage;
  const auto* end = error.message.data() + error.message.size();
  const auto [after, wrong] = std::from_chars(error.message.data() + prefix.size(), end, damage.offset);
  if (wrong == std::errc{} && end - after > 2) damage.what = std::string(after + 2, end);
  return damage;
}

}  // namespace

EngineState::EngineState(EngineOptions options, base::Files& files, const base::Clock& clock,
                         base::Random& random, KeySource& keys, crypto::SecretKey log_key,
                         crypto::SecretKey token_key)
    : options_(std::move(options)),
      files_(files),
      random_(random),
      keys_(keys),
      log_key_(std::move(log_key)),
      mint_(std::move(token_key)),
      receipt_clock_(clock),
      batch_(core_, random),
      table_(core_.table()) {}

Result<std::uint64_t> EngineState::read_checkpoint() {
  const auto path = options_.folder / "checkpoint";
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

Result<std::vector<Damage>> Engine::verify(const base::Path& folder, base::Files& files, KeySource& keys) {
  ASSIGN_OR_RETURN(auto log_key, keys.log_key());
  ASSIGN_OR_RETURN(auto names, files.list(folder));
  std::vector<Damage> found;
  const auto note = [&](const base::Error& error, std::string_view file) -> Result<void> {
    if (error.code == Code::Unavailable) return fail(error);
    found.push_back(damage_of(error, file));
    return {};
  };
  EngineCore core;
  std::uint64_t first_log = 1;
  const bool has_checkpoint = std::ranges::find(names, "checkpoint") != names.end();
  if (has_checkpoint) {
    auto image = load_image(files, folder / "checkpoint", log_key);
    const auto head = image ? read_image(*image, core) : Result<ImageHead>(fail(image.error()));
    if (head) first_log = head->log;
    if (!head) RETURN_IF_ERROR(note(head.error(), "checkpoint"));
  }
  ASSIGN_OR_RETURN(auto logs, list_logs(files, folder));
  for (std::size_t i = 0; i < logs.size(); ++i) {
    const auto name = log_name(logs[i]);
    if (logs[i] > first_log && (i == 0 || logs[i - 1] + 1 != logs[i]))
      found.push_back({log_name(logs[i] - 1), 0, "the log is missing"});
    const auto end = read_log(files, folder / name, LogPlace::BeforeAnother, log_key,
                              [](base::ByteView) { return Result<void>{}; });
    if (!end) RETURN_IF_ERROR(note(end.error(), name));
  }
  if (logs.empty() && has_checkpoint) found.push_back({log_name(first_log), 0, "the log is missing"});
  for (std::size_t place = 0; place < core.properties(); ++place) {
    const auto& property = core.at(static_cast<std::uint16_t>(place));
    if (property.segments.empty()) continue;
    ASSIGN_OR_RETURN(auto key, keys.property_key(property.number));
    for (const auto& segment : property.segments) {
      const auto name = segment_name(property.number, segment.number);
      const auto whole = verify_segment(files, folder / name, property.number, key);
      if (!whole) RETURN_IF_ERROR(note(whole.error(), name));
    }
  }
  return found;
}

}  // namespace pulse

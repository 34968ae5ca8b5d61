#include "pulse/file_hold.h"

#include "base/check.h"
#include "pulse/engine_state.h"
#include "pulse/log.h"

namespace pulse {

using base::Code;
using base::fail;
using base::Result;

Result<std::unique_ptr<FileHold>> EngineState::hold_files() {
  base::Lock lock(maintenance_mutex_);
  ASSIGN_OR_RETURN(auto names, files_.list(options_.folder));
  std::vector<HeldFile> held;
  for (auto& name : names) {
    // What is being written gets its name when it is whole.
    if (name.ends_with(".new")) continue;
    ASSIGN_OR_RETURN(auto file, files_.open(options_.folder / name, base::OpenMode::Read));
    ASSIGN_OR_RETURN(const auto bytes, file->size());
    held.push_back({std::move(name), bytes, std::move(file)});
  }
  ++holds_;
  ++uncut_holds_;
  return std::unique_ptr<FileHold>(new FileHold(*this, std::move(held)));
}

Result<std::pair<std::uint64_t, std::uint64_t>> EngineState::cut_log() {
  std::pair<std::uint64_t, std::uint64_t> end;
  if (!at_cut([&] { end = {log_->number(), log_->size()}; }))
    return fail(Code::Unavailable, "the log is closed");
  return end;
}

void EngineState::note_cut() {
  base::Lock lock(maintenance_mutex_);
  --uncut_holds_;
  released_.notify_all();
}

void EngineState::release_files(bool was_cut) {
  base::Lock lock(maintenance_mutex_);
  if (!was_cut) --uncut_holds_;
  --holds_;
  released_.notify_all();
}

FileHold::~FileHold() {
  files_.clear();
  state_.release_files(is_cut_);
}

Result<void> FileHold::cut() {
  CHECK(!is_cut_);
  ASSIGN_OR_RETURN(const auto end, state_.cut_log());
  for (auto& file : files_)
    if (log_number(file.name) == end.first) file.bytes = end.second;
  is_cut_ = true;
  state_.note_cut();
  return {};
}

std::vector<HeldFile>& FileHold::files() {
  CHECK(is_cut_);
  return files_;
}

}  // namespace pulse

#include <charconv>

#include "base/contains.h"
#include "pulse/anonymous_file.h"
#include "pulse/engine_core.h"
#include "pulse/image.h"
#include "pulse/log.h"
#include "pulse/store_files.h"

namespace pulse {

using base::Code;
using base::fail;
using base::Result;

namespace {

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

// Reads all of a folder and notes what is wrong with it.
class Verification {
 public:
  Verification(const base::Path& folder, base::Files& files, KeySource& keys, crypto::SecretKey log_key)
      : folder_(folder), files_(files), keys_(keys), log_key_(std::move(log_key)) {}

  Result<std::vector<Damage>> run() {
    ASSIGN_OR_RETURN(auto names, files_.list(folder_));
    RETURN_IF_ERROR(check_checkpoint(names));
    RETURN_IF_ERROR(check_logs());
    RETURN_IF_ERROR(check_segments(names));
    return std::move(found_);
  }

 private:
  Result<void> note(const base::Error& error, std::string_view file) {
    if (error.code == Code::Unavailable) return fail(error);
    found_.push_back(damage_of(error, file));
    return {};
  }

  Result<void> check_checkpoint(const std::vector<std::string>& names) {
    if (!base::contains(names, kCheckpointName)) return {};
    auto image = load_image(files_, folder_ / kCheckpointName, log_key_);
    const auto head = image ? read_image(*image, core_) : Result<ImageHead>(fail(image.error()));
    known_ = head.has_value();
    if (!known_) return note(head.error(), kCheckpointName);
    first_log_ = head->log;
    return {};
  }

  Result<void> check_logs() {
    ASSIGN_OR_RETURN(auto logs, list_logs(files_, folder_));
    // Without the checkpoint nobody knows which log was to be the first.
    auto expected = known_ || logs.empty() ? first_log_ : logs.front();
    for (const auto number : logs) {
      const auto name = log_name(number);
      if (number > expected) found_.push_back({log_name(expected), 0, "the log is missing"});
      if (number >= expected) expected = number + 1;
      const auto end = read_log(files_, folder_ / name, LogPlace::BeforeAnother, log_key_,
                                [](base::ByteView) { return Result<void>{}; });
      if (!end) RETURN_IF_ERROR(note(end.error(), name));
    }
    if (known_ && core_.properties() > 0 && expected == first_log_)
      found_.push_back({log_name(first_log_), 0, "the log is missing"});
    return {};
  }

  // Segments that the checkpoint does not know are what a crash left, unless the checkpoint is damaged.
  Result<void> check_segments(const std::vector<std::string>& names) {
    for (std::size_t place = 0; known_ && place < core_.properties(); ++place) {
      const auto& property = core_.at(static_cast<std::uint16_t>(place));
      for (const auto& segment : property.segments)
        RETURN_IF_ERROR(check_segment(segment_name(property.number, segment.number), property.number));
      if (!property.anonymised) continue;
      const auto record = load_anonymous(files_, folder_, property.number, log_key_);
      if (!record) RETURN_IF_ERROR(note(record.error(), anonymous_name(property.number)));
    }
    for (const auto& name : names) {
      base::PropertyNumber property;
      const auto [end, wrong] = std::from_chars(name.data(), name.data() + name.size(), property.value);
      if (!known_ && wrong == std::errc{} && name.ends_with(".segment"))
        RETURN_IF_ERROR(check_segment(name, property));
    }
    return {};
  }

  Result<void> check_segment(const std::string& name, base::PropertyNumber property) {
    ASSIGN_OR_RETURN(auto key, keys_.property_key(property));
    const auto whole = verify_segment(files_, folder_ / name, property, key);
    return whole ? Result<void>{} : note(whole.error(), name);
  }

  const base::Path& folder_;
  base::Files& files_;
  KeySource& keys_;
  crypto::SecretKey log_key_;
  EngineCore core_;
  bool known_ = true;
  std::uint64_t first_log_ = 1;
  std::vector<Damage> found_;
};

}  // namespace

Result<std::vector<Damage>> Engine::verify(const base::Path& folder, base::Files& files, KeySource& keys) {
  ASSIGN_OR_RETURN(auto log_key, keys.log_key());
  return Verification(folder, files, keys, std::move(log_key)).run();
}

}  // namespace pulse

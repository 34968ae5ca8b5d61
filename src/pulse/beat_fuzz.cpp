// Whatever arrives is refused or read within every limit; and what is read is JSON to another parser too.
#include <nlohmann/json.hpp>

#include "base/check.h"
#include "pulse/beat.h"
#include "pulse/limits.h"

namespace {

bool is_json(std::string_view text) {
  try {
    (void)nlohmann::json::parse(text);
    return true;
  } catch (const nlohmann::json::out_of_range&) {
    return true;  // A number too large for a double is JSON all the same.
  } catch (const nlohmann::json::exception&) {
    return false;
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static pulse::BeatParser parser;
  const std::string_view text{reinterpret_cast<const char*>(data), size};
  const auto parsed = parser.parse(text);
  if (!parsed) {
    const auto code = parsed.error().code;
    CHECK(code == base::Code::Invalid || code == base::Code::TooLarge);
    return 0;
  }
  const pulse::BeatMessage& message = **parsed;
  CHECK(is_json(text));
  CHECK(message.first_number >= 1);
  CHECK(message.last_number() <= static_cast<std::uint64_t>(pulse::kIntegerMax));
  CHECK(!message.beats.empty() && message.beats.size() <= pulse::kMessageBeatsMax);
  CHECK(message.marks.size() <= pulse::kMessageMarksMax);
  for (const auto& beat : message.beats) {
    CHECK(beat.age_ms >= 0 && beat.age_ms <= pulse::kIntegerMax);
    CHECK(beat.facts >= pulse::kGoingAway);
  }
  for (const auto& mark : message.marks) {
    CHECK(mark.age_ms >= 0 && mark.age_ms <= pulse::kIntegerMax);
    CHECK(!mark.kind.empty() && mark.kind.size() <= pulse::kMarkKindBytesMax);
    CHECK(mark.value.size() <= pulse::kMarkValueBytesMax);
  }
  return 0;
}

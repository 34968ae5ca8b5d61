#include "pulse/beat.h"

#include <fmt/format.h>
#include <simdjson.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <string>
#include <vector>

#include "base/check.h"
#include "pulse/limits.h"

namespace pulse {
namespace {

using base::Code;
using base::fail;
using base::Result;
namespace json = simdjson::ondemand;

constexpr std::string_view kTokenRule = "t: the token is a string";
constexpr std::string_view kNumberRule = "n: the number of the first beat is an integer from 1 to 2^53-1";
constexpr std::string_view kBeatsRule = "b: an array of 1 to 256 beats";
constexpr std::string_view kBeatRule = "a beat is [age_ms, facts]";
constexpr std::string_view kFactsRule = "facts are 0 to 127, or -1";
constexpr std::string_view kAgeRule = "age_ms is an integer from 0 to 2^53-1";
constexpr std::string_view kMarksRule = "m: an array of marks";
constexpr std::string_view kMarkRule = "a mark is [age_ms, kind, value]";

/// An element of an array, as a place to name in a message; written out only when something is wrong.
struct Place {
  char key;
  std::size_t index;
};

std::unexpected<base::Error> wrong(std::string_view rule) { return fail(Code::Invalid, std::string{rule}); }
std::unexpected<base::Error> wrong(Place place, std::string_view rule) {
  return fail(Code::Invalid, fmt::format("{}[{}]: {}", place.key, place.index, rule));
}
std::unexpected<base::Error> too_large(std::string what) { return fail(Code::TooLarge, std::move(what)); }
std::unexpected<base::Error> malformed(simdjson::error_code error) {
  return wrong(error == simdjson::UTF8_ERROR ? "the message is not UTF-8" : "the message is not valid JSON");
}

/// True if it is an integer from `least` to `most`, without fraction or exponent.
bool read_integer(json::value value, std::int64_t least, std::int64_t most, std::int64_t& out) {
  return value.get_int64().get(out) == simdjson::SUCCESS && out >= least && out <= most;
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool is_number(std::string_view text) {
  const auto take_digits = [&text] {
    const auto end = std::ranges::find_if_not(text, is_digit);
    const auto taken = static_cast<std::size_t>(end - text.begin());
    text.remove_prefix(taken);
    return taken;
  };
  if (text.starts_with('-')) text.remove_prefix(1);
  const bool zero = text.starts_with('0');
  const auto whole = take_digits();
  if (whole == 0 || (zero && whole > 1)) return false;
  if (text.starts_with('.')) {
    text.remove_prefix(1);
    if (take_digits() == 0) return false;
  }
  if (text.starts_with('e') || text.starts_with('E')) {
    text.remove_prefix(1);
    if (text.starts_with('+') || text.starts_with('-')) text.remove_prefix(1);
    if (take_digits() == 0) return false;
  }
  return text.empty();
}

bool is_scalar(std::string_view token) {
  while (!token.empty() && std::string_view{" \t\r\n"}.contains(token.back())) token.remove_suffix(1);
  return token == "true" || token == "false" || token == "null" || is_number(token);
}

/// Reads to the end of a value that we ignore, since skipping would let through what is not JSON.
Result<void> ignore(json::value value, int depth) {
  if (depth > kMessageDepthMax) return wrong("the message is nested too deeply");
  json::json_type type{};
  if (auto error = value.type().get(type)) return malformed(error);
  switch (type) {
    case json::json_type::object: {
      json::object object;
      if (auto error = value.get_object().get(object)) return malformed(error);
      for (auto field : object) {
        std::string_view key;
        if (auto error = field.unescaped_key().get(key)) return malformed(error);
        json::value inner;
        if (auto error = field.value().get(inner)) return malformed(error);
        RETURN_IF_ERROR(ignore(inner, depth + 1));
      }
      return {};
    }
    case json::json_type::array: {
      json::array array;
      if (auto error = value.get_array().get(array)) return malformed(error);
      for (auto element : array) {
        json::value inner;
        if (auto error = element.get(inner)) return malformed(error);
        RETURN_IF_ERROR(ignore(inner, depth + 1));
      }
      return {};
    }
    case json::json_type::string: {
      std::string_view text;
      if (auto error = value.get_string().get(text)) return malformed(error);
      return {};
    }
    default: {
      const std::string_view token = value.raw_json_token();
      if (!is_scalar(token)) return malformed(simdjson::TAPE_ERROR);
      return {};
    }
  }
}

Result<MessageBeat> read_beat(json::value value, Place place) {
  json::array array;
  if (value.get_array().get(array)) return wrong(place, kBeatRule);
  MessageBeat beat;
  std::size_t count = 0;
  for (auto element : array) {
    json::value part;
    if (auto error = element.get(part)) return malformed(error);
    std::int64_t number = 0;
    if (count == 0) {
      if (!read_integer(part, 0, kIntegerMax, beat.age_ms)) return wrong(place, kAgeRule);
    } else if (count == 1) {
      if (!read_integer(part, kGoingAway, kFactsMax, number)) return wrong(place, kFactsRule);
      beat.facts = static_cast<Facts>(number);
    } else {
      return wrong(place, kBeatRule);
    }
    ++count;
  }
  if (count != 2) return wrong(place, kBeatRule);
  return beat;
}

Result<MessageMark> read_mark(json::value value, Place place) {
  json::array array;
  if (value.get_array().get(array)) return wrong(place, kMarkRule);
  MessageMark mark;
  std::size_t count = 0;
  for (auto element : array) {
    json::value part;
    if (auto error = element.get(part)) return malformed(error);
    if (count == 0) {
      if (!read_integer(part, 0, kIntegerMax, mark.age_ms)) return wrong(place, kAgeRule);
    } else if (count <= 2) {
      auto& text = count == 1 ? mark.kind : mark.value;
      const auto error = part.get_string().get(text);
      if (error == simdjson::INCORRECT_TYPE) return wrong(place, "kind and value are strings");
      if (error) return malformed(error);
    } else {
      return wrong(place, kMarkRule);
    }
    ++count;
  }
  if (count != 3) return wrong(place, kMarkRule);
  if (mark.kind.empty()) return wrong(place, "a mark's kind is not empty");
  if (mark.kind.size() > kMarkKindBytesMax)
    return too_large(
        fmt::format("m[{}]: a mark's kind has at most {} bytes", place.index, kMarkKindBytesMax));
  if (mark.value.size() > kMarkValueBytesMax)
    return too_large(
        fmt::format("m[{}]: a mark's value has at most {} bytes", place.index, kMarkValueBytesMax));
  return mark;
}

}  // namespace

struct BeatParser::State {
  static constexpr std::size_t kPaddedBytes = kMessageBytesMax + simdjson::SIMDJSON_PADDING;

  json::parser parser;
  std::unique_ptr<char[]> padded = std::make_unique<char[]>(kPaddedBytes);
  std::vector<MessageBeat> beats;
  std::vector<MessageMark> marks;
  BeatMessage message;
  bool has_token = false;
  bool has_number = false;
  bool has_beats = false;
  bool has_marks = false;

  State() {
    // Everything that parsing will ever need, so that it allocates nothing.
    CHECK(parser.allocate(kMessageBytesMax) == simdjson::SUCCESS);
    beats.reserve(kMessageBeatsMax);
    marks.reserve(kMessageMarksMax);
  }

  void clear() {
    beats.clear();
    marks.clear();
    message = {};
    has_token = has_number = has_beats = has_marks = false;
  }

  Result<void> read(std::string_view bytes);
  Result<void> read_field(json::field& field);
  Result<void> read_beats(json::value value);
  Result<void> read_marks(json::value value);
};

Result<void> BeatParser::State::read_beats(json::value value) {
  json::array array;
  if (value.get_array().get(array)) return wrong(kBeatsRule);
  for (auto element : array) {
    json::value inner;
    if (auto error = element.get(inner)) return malformed(error);
    if (beats.size() == kMessageBeatsMax) return too_large("b: at most 256 beats");
    ASSIGN_OR_RETURN(const auto beat, read_beat(inner, {'b', beats.size()}));
    beats.push_back(beat);
  }
  if (beats.empty()) return wrong(kBeatsRule);
  return {};
}

Result<void> BeatParser::State::read_marks(json::value value) {
  json::array array;
  if (value.get_array().get(array)) return wrong(kMarksRule);
  for (auto element : array) {
    json::value inner;
    if (auto error = element.get(inner)) return malformed(error);
    if (marks.size() == kMessageMarksMax)
      return too_large(fmt::format("m: at most {} marks", kMessageMarksMax));
    ASSIGN_OR_RETURN(const auto mark, read_mark(inner, {'m', marks.size()}));
    marks.push_back(mark);
  }
  return {};
}

Result<void> BeatParser::State::read_field(json::field& field) {
  std::string_view key;
  if (auto error = field.unescaped_key().get(key)) return malformed(error);
  json::value value = field.value();
  const auto first = [key](bool& has) -> Result<void> {
    if (has) return wrong(fmt::format("{}: given twice", key));
    has = true;
    return {};
  };
  if (key == "t") {
    RETURN_IF_ERROR(first(has_token));
    if (value.get_string().get(message.token)) return wrong(kTokenRule);
  } else if (key == "n") {
    RETURN_IF_ERROR(first(has_number));
    std::int64_t number = 0;
    if (!read_integer(value, 1, kIntegerMax, number)) return wrong(kNumberRule);
    message.first_number = static_cast<std::uint64_t>(number);
  } else if (key == "b") {
    RETURN_IF_ERROR(first(has_beats));
    return read_beats(value);
  } else if (key == "m") {
    RETURN_IF_ERROR(first(has_marks));
    return read_marks(value);
  } else {
    return ignore(value, 2);
  }
  return {};
}

Result<void> BeatParser::State::read(std::string_view bytes) {
  if (bytes.size() > kMessageBytesMax)
    return too_large(fmt::format("a message has at most {} bytes", kMessageBytesMax));
  clear();
  if (!bytes.empty()) std::memcpy(padded.get(), bytes.data(), bytes.size());
  std::memset(padded.get() + bytes.size(), ' ', simdjson::SIMDJSON_PADDING);
  json::document document;
  if (auto error = parser.iterate(padded.get(), bytes.size(), kPaddedBytes).get(document))
    return malformed(error);
  json::object object;
  if (auto error = document.get_object().get(object))
    return error == simdjson::INCORRECT_TYPE ? wrong("the message is a JSON object") : malformed(error);
  for (auto each : object) {
    json::field field;
    if (auto error = std::move(each).get(field)) return malformed(error);
    RETURN_IF_ERROR(read_field(field));
  }
  // The location of what follows the object; out of bounds when nothing does.
  if (document.current_location().error() != simdjson::OUT_OF_BOUNDS)
    return wrong("the message is not valid JSON: text after its end");
  if (!has_token) return wrong(kTokenRule);
  if (!has_number) return wrong(kNumberRule);
  if (!has_beats) return wrong(kBeatsRule);
  message.beats = beats;
  message.marks = marks;
  if (message.last_number() > static_cast<std::uint64_t>(kIntegerMax))
    return wrong("n: the message's numbers end past 2^53-1");
  return {};
}

BeatParser::BeatParser() : state_(std::make_unique<State>()) {}
BeatParser::~BeatParser() = default;
BeatParser::BeatParser(BeatParser&&) noexcept = default;
BeatParser& BeatParser::operator=(BeatParser&&) noexcept = default;

Result<const BeatMessage*> BeatParser::parse(std::string_view bytes) {
  RETURN_IF_ERROR(state_->read(bytes));
  return &state_->message;
}

}  // namespace pulse

// Lines go through in batches: all lines of a batch are parsed and their table slots prefetched, then their
// sessions found and prefetched, then the beats folded. With a million sessions every beat is a cache
// miss or two, and so they are waited for together.
#include "pulse/fold_csv.h"

#include <fmt/format.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <cstring>
#include <memory>
#include <new>
#include <optional>
#include <string>
#include <vector>

#include "pulse/fold.h"

namespace pulse {
namespace {

constexpr std::string_view kInputHeader = "session,at_ms,facts";
constexpr std::string_view kOutputHeader = "session,start_ms,end_ms,facts\n";
constexpr std::size_t kReadBytes = std::size_t{1} << 20;
constexpr std::size_t kWriteBytes = std::size_t{1} << 18;
constexpr std::size_t kBatch = 32;
constexpr std::uint32_t kNone = 0xffff'ffff;

/// Blocks of values that never move; the first is 0. Grows by a block, never by doubling.
template <class T>
class Blocks {
 public:
  static constexpr std::size_t kPerBlock = (std::size_t{1} << 18) / sizeof(T);

  std::uint32_t push(const T& value) {
    if (size_ == kNone) throw std::bad_alloc{};
    if (size_ % kPerBlock == 0) blocks_.push_back(std::make_unique_for_overwrite<T[]>(kPerBlock));
    (*this)[size_] = value;
    return size_++;
  }
  T& operator[](std::size_t i) { return blocks_[i / kPerBlock][i % kPerBlock]; }
  std::uint32_t size() const { return size_; }

 private:
  std::vector<std::unique_ptr<T[]>> blocks_;
  std::uint32_t size_ = 0;
};

struct Session {
  FoldState state;
  std::uint32_t first_row = kNone;  // its intervals, in order, are a list
  std::uint32_t last_row = kNone;
  const char* name = nullptr;
  std::uint8_t name_size = 0;

  std::string_view name_view() const { return {name, name_size}; }
};

struct Row {
  std::int64_t start_ms = 0;
  std::int64_t end_ms = 0;
  std::uint32_t next = kNone;
  Facts facts = 0;
};

/// Names one after another, in blocks that never move.
class Names {
 public:
  const char* keep(std::string_view name) {
    if (blocks_.empty() || kBlockBytes - used_ < name.size()) {
      blocks_.push_back(std::make_unique_for_overwrite<char[]>(kBlockBytes));
      used_ = 0;
    }
    char* at = blocks_.back().get() + used_;
    std::memcpy(at, name.data(), name.size());
    used_ += name.size();
    return at;
  }

 private:
  static constexpr std::size_t kBlockBytes = std::size_t{1} << 18;
  std::vector<std::unique_ptr<char[]>> blocks_;
  std::size_t used_ = 0;
};

/// From names to sessions: open addressing, linear probing, at most half full.
class Sessions {
 public:
  static std::uint64_t hash(std::string_view name) { return XXH3_64bits(name.data(), name.size()); }

  void prefetch_slot(std::uint64_t hash) const { __builtin_prefetch(&slots_[hash & mask()]); }

  /// Fetches the session that most likely is the one with this hash.
  void prefetch_session(std::uint64_t hash) {
    const auto& slot = slots_[hash & mask()];
    if (slot.number != kNone && slot.tag == tag(hash)) __builtin_prefetch(&sessions_[slot.number], 1);
  }

  /// Then that one's name, to be compared.
  void prefetch_name(std::uint64_t hash) {
    const auto& slot = slots_[hash & mask()];
    if (slot.number != kNone && slot.tag == tag(hash)) __builtin_prefetch(sessions_[slot.number].name);
  }

  std::uint32_t number_of(std::string_view name, std::uint64_t hash) {
    for (auto i = hash & mask();; i = (i + 1) & mask()) {
      auto& slot = slots_[i];
      if (slot.number == kNone) {
        slot = {tag(hash), sessions_.push(Session{})};
        const auto number = slot.number;
        sessions_[number].name = names_.keep(name);
        sessions_[number].name_size = static_cast<std::uint8_t>(name.size());
        if (sessions_.size() > slots_.size() / 2) grow();
        return number;
      }
      if (slot.tag == tag(hash) && sessions_[slot.number].name_view() == name) return slot.number;
    }
  }

  Session& operator[](std::uint32_t number) { return sessions_[number]; }
  std::uint32_t size() const { return sessions_.size(); }

 private:
  struct Slot {
    std::uint32_t tag = 0;
    std::uint32_t number = kNone;
  };

  static std::uint32_t tag(std::uint64_t hash) { return static_cast<std::uint32_t>(hash >> 32); }
  std::uint64_t mask() const { return slots_.size() - 1; }

  void grow() {
    std::vector<Slot> wider(slots_.size() * 2);
    slots_.swap(wider);
    for (std::uint32_t number = 0; number < sessions_.size(); ++number) {
      const auto hash_now = hash(sessions_[number].name_view());
      auto i = hash_now & mask();
      while (slots_[i].number != kNone) i = (i + 1) & mask();
      slots_[i] = {tag(hash_now), number};
    }
  }

  std::vector<Slot> slots_ = std::vector<Slot>(1024);
  Blocks<Session> sessions_;
  Names names_;
};

struct Line {
  std::string_view session;
  std::uint64_t hash = 0;
  std::int64_t at_ms = 0;
  Facts facts = 0;
};

constexpr std::array<bool, 256> make_name_characters() {
  std::array<bool, 256> is{};
  for (int c = '0'; c <= '9'; ++c) is[static_cast<std::size_t>(c)] = true;
  for (int c = 'a'; c <= 'z'; ++c) is[static_cast<std::size_t>(c)] = true;
  for (int c = 'A'; c <= 'Z'; ++c) is[static_cast<std::size_t>(c)] = true;
  is['_'] = is['-'] = true;
  return is;
}
constexpr auto kNameCharacter = make_name_characters();

/// Reads digits up to `end` or the first other character. False if there are none, or too large a number.
bool take_number(const char*& at, const char* end, std::int64_t most, std::int64_t& out) {
  const char* begin = at;
  std::int64_t value = 0;
  for (; at != end; ++at) {
    const auto digit = static_cast<unsigned char>(*at - '0');
    if (digit > 9) break;
    value = value * 10 + digit;
    if (value > most) return false;
  }
  out = value;
  return at != begin;
}

/// What is wrong with a line, or nothing.
using Wrong = const char*;
constexpr Wrong kTooLong = "the line is longer than 4096 bytes";
static_assert(kFoldLineBytesMax == 4096);

/// `text` without its line end.
Wrong parse(std::string_view text, Line& line) {
  const char* at = text.data();
  const char* const end = at + text.size();
  while (at != end && kNameCharacter[static_cast<unsigned char>(*at)]) ++at;
  line.session = text.substr(0, static_cast<std::size_t>(at - text.data()));
  if (text.empty()) return "a blank line";
  if (line.session.empty() || line.session.size() > kFoldSessionCharactersMax || at == end || *at != ',')
    return "the session is 1 to 64 characters of [0-9A-Za-z_-]";
  ++at;
  if (!take_number(at, end, kIntegerMax, line.at_ms) || at == end || *at != ',')
    return "at_ms is a number from 0 to 2^53-1";
  ++at;
  std::int64_t facts = 0;
  if (end - at == 2 && at[0] == '-' && at[1] == '1')
    line.facts = kGoingAway;
  else if (!take_number(at, end, kFactsMax, facts) || at != end)
    return "facts are a number from -1 to 127";
  else
    line.facts = static_cast<Facts>(facts);
  return nullptr;
}

/// Lines in, sessions with their lists of intervals kept.
class Filter {
 public:
  explicit Filter(std::int64_t gap_ms) : gap_ms_(gap_ms) {}

  /// Takes the next line of the input. The text stays where it is until flush().
  Wrong take(std::string_view text) {
    ++line_number_;
    if (text.size() > kFoldLineBytesMax) return kTooLong;
    if (text.ends_with('\r')) text.remove_suffix(1);
    if (line_number_ == 1) return text == kInputHeader ? nullptr : "the header is session,at_ms,facts";
    auto& line = batch_[batched_];
    if (auto wrong = parse(text, line)) return wrong;
    line.hash = Sessions::hash(line.session);
    sessions_.prefetch_slot(line.hash);
    if (++batched_ == kBatch) flush();
    return nullptr;
  }

  void flush() {
    for (std::size_t i = 0; i < batched_; ++i) sessions_.prefetch_session(batch_[i].hash);
    for (std::size_t i = 0; i < batched_; ++i) sessions_.prefetch_name(batch_[i].hash);
    for (std::size_t i = 0; i < batched_; ++i) {
      const auto& line = batch_[i];
      auto& session = sessions_[sessions_.number_of(line.session, line.hash)];
      if (auto closed = Folder{session.state, gap_ms_}.add(line.at_ms, line.facts)) keep(session, *closed);
    }
    batched_ = 0;
  }

  std::uint64_t line_number() const { return line_number_; }

  /// Returns whether all could be written.
  bool write(std::FILE* out);

 private:
  void keep(Session& session, const Interval& interval) {
    const auto row = rows_.push({interval.start_ms, interval.end_ms, kNone, interval.facts});
    (session.last_row == kNone ? session.first_row : rows_[session.last_row].next) = row;
    session.last_row = row;
  }

  std::int64_t gap_ms_;
  std::uint64_t line_number_ = 0;
  std::array<Line, kBatch> batch_;
  std::size_t batched_ = 0;
  Sessions sessions_;
  Blocks<Row> rows_;
};

bool Filter::write(std::FILE* out) {
  std::vector<std::uint32_t> ordered(sessions_.size());
  for (std::uint32_t number = 0; number < sessions_.size(); ++number) {
    ordered[number] = number;
    auto& session = sessions_[number];
    if (auto closed = Folder{session.state, gap_ms_}.finish()) keep(session, *closed);
  }
  std::ranges::sort(ordered, {}, [this](std::uint32_t number) { return sessions_[number].name_view(); });

  std::string buffer{kOutputHeader};
  buffer.reserve(kWriteBytes);
  const auto send = [&] {
    const bool sent = std::fwrite(buffer.data(), 1, buffer.size(), out) == buffer.size();
    buffer.clear();
    return sent;
  };
  for (const auto number : ordered) {
    const auto& session = sessions_[number];
    for (auto i = session.first_row; i != kNone; i = rows_[i].next) {
      const auto& row = rows_[i];
      std::array<char, 128> text;
      char* at = std::ranges::copy(session.name_view(), text.data()).out;
      char* const end = text.data() + text.size();
      *at++ = ',';
      at = std::to_chars(at, end, row.start_ms).ptr;
      *at++ = ',';
      at = std::to_chars(at, end, row.end_ms).ptr;
      *at++ = ',';
      at = std::to_chars(at, end, int{row.facts}).ptr;
      *at++ = '\n';
      buffer.append(text.data(), at);
      if (buffer.size() > kWriteBytes - text.size() && !send()) return false;
    }
  }
  return send() && std::fflush(out) == 0;
}

/// Takes all whole lines of `text`; returns what is left of the last one.
std::string_view take_lines(Filter& filter, std::string_view text, Wrong& wrong) {
  while (!text.empty()) {
    const auto* end = static_cast<const char*>(std::memchr(text.data(), '\n', text.size()));
    if (end == nullptr) break;
    const auto length = static_cast<std::size_t>(end - text.data());
    wrong = filter.take(text.substr(0, length));
    if (wrong != nullptr) return text;
    text.remove_prefix(length + 1);
  }
  filter.flush();
  return text;
}

int run(std::int64_t gap_ms, std::FILE* in, std::FILE* out, std::FILE* err) {
  Filter filter{gap_ms};
  const auto buffer = std::make_unique_for_overwrite<char[]>(kReadBytes + kFoldLineBytesMax);
  std::size_t held = 0;
  const auto refuse = [&](std::uint64_t line, Wrong wrong) {
    fmt::print(err, "line {}: {}\n", line, wrong);
    return kExitWrong;
  };
  for (;;) {
    const auto read = std::fread(buffer.get() + held, 1, kReadBytes, in);
    if (read == 0) break;
    Wrong wrong = nullptr;
    const auto rest = take_lines(filter, {buffer.get(), held + read}, wrong);
    if (wrong != nullptr) return refuse(filter.line_number(), wrong);
    if (rest.size() > kFoldLineBytesMax) return refuse(filter.line_number() + 1, kTooLong);
    held = rest.size();
    std::memmove(buffer.get(), rest.data(), held);
  }
  if (std::ferror(in) != 0) {
    fmt::print(err, "the input cannot be read\n");
    return kExitFailed;
  }
  const std::string_view last{buffer.get(), held};
  if (last.ends_with('\r')) return refuse(filter.line_number() + 1, "a carriage return without a line feed");
  if (!last.empty() || filter.line_number() == 0) {
    if (auto wrong = filter.take(last)) return refuse(filter.line_number(), wrong);
    filter.flush();
  }
  if (!filter.write(out)) {
    fmt::print(err, "the output cannot be written\n");
    return kExitFailed;
  }
  return kExitDone;
}

std::optional<std::int64_t> parse_arguments(std::span<const std::string_view> arguments) {
  if (arguments.empty()) return kGapMs;
  if (arguments.size() != 2 || arguments[0] != "--gap") return std::nullopt;
  const auto text = arguments[1];
  const char* at = text.data();
  const char* const end = at + text.size();
  std::int64_t gap_ms = 0;
  if (!take_number(at, end, kGapMaxMs, gap_ms) || at != end || gap_ms < 1) return std::nullopt;
  return gap_ms;
}

}  // namespace

int fold_command(std::span<const std::string_view> arguments, std::FILE* in, std::FILE* out, std::FILE* err) {
  const auto gap_ms = parse_arguments(arguments);
  if (!gap_ms) {
    fmt::print(err, "usage: hartslag fold [--gap MS]   with MS from 1 to {}\n", kGapMaxMs);
    return kExitWrong;
  }
  try {
    return run(*gap_ms, in, out, err);
  } catch (const std::bad_alloc&) {
    fmt::print(err, "there is not enough memory for the intervals of this input\n");
    return kExitFailed;
  }
}

}  // namespace pulse

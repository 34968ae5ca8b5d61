// The message that a page sends, over HTTP or WebSocket alike:
//
//   {"t": "<token>", "n": 12, "b": [[5000, 3], [0, 1]], "m": [[1200, "click", "play"]]}
//
// t  the session's token, a string; whether it is one of ours is for TokenMint to say
// n  the number of the first beat in b, 1 … 2^53-1
// b  1 … 256 beats, oldest first: [age_ms, facts], age_ms 0 … 2^53-1, facts 0 … 127 or -1
// m  optional marks: [age_ms, kind, value], both strings; numbered after the message's beats
//
// Other keys are ignored, but what they hold must be JSON. A key given twice is an error, and so are a
// float where an integer belongs, text after the message, and whatever is not UTF-8.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

#include "base/result.h"
#include "pulse/facts.h"

namespace pulse {

struct MessageBeat {
  std::int64_t age_ms = 0;  ///< how long before sending it was observed, ≥ 0
  Facts facts = 0;
};

struct MessageMark {
  std::int64_t age_ms = 0;
  std::string_view kind;
  std::string_view value;
};

/// Lives in the parser that made it, until that parser's next message.
struct BeatMessage {
  std::string_view token;
  std::uint64_t first_number = 0;
  std::span<const MessageBeat> beats;
  std::span<const MessageMark> marks;

  /// The number of the i-th beat is first_number + i; the first mark's follows the last beat's.
  std::uint64_t first_mark_number() const { return first_number + beats.size(); }
  /// ≤ 2^53-1 always.
  std::uint64_t last_number() const { return first_number + beats.size() + marks.size() - 1; }
};

/// Parses messages into memory that it keeps: once warm, it allocates nothing. One per thread.
class BeatParser {
 public:
  BeatParser();
  ~BeatParser();
  BeatParser(BeatParser&&) noexcept;
  BeatParser& operator=(BeatParser&&) noexcept;

  /// Errors: TooLarge beyond a limit of limits.h; Invalid with what is wrong and where
  /// ("b[3]: facts are 0 … 127 or -1"). Messages never repeat what was sent.
  /// The result points into the parser and is never null.
  base::Result<const BeatMessage*> parse(std::string_view bytes);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace pulse

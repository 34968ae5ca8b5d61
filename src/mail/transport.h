// How a rendered mail leaves. The outcome is what a queue must know: whether to try again, and whether
// the mail may have left already.
#pragma once

#include <string>
#include <string_view>

namespace mail {

enum class Outcome {
  Accepted,   ///< the other side has taken responsibility for it
  Temporary,  ///< not taken, try again later: a 4xx answer, no connection, a connection lost beforehand
  Permanent,  ///< not taken, and trying again is of no use: a 5xx answer to this mail
  Unknown,    ///< the connection broke after the whole mail went out and before the answer came
};

/// "accepted", "temporary", "permanent", "unknown"
std::string_view to_text(Outcome outcome);

struct Delivery {
  Outcome outcome = Outcome::Temporary;
  int code = 0;        ///< the server's reply code, 0 without one
  std::string reason;  ///< for the operator's log: no address and no text of the mail
};

/// Any thread; a transport sends one mail at a time and lets the next caller wait.
class Transport {
 public:
  virtual ~Transport() = default;
  /// `from` and `to` are the envelope's addresses (`is_address`), `rendered` is what `render` made.
  virtual Delivery send(std::string_view from, std::string_view to, std::string_view rendered) = 0;
};

}  // namespace mail

// The answer that a deferred handler owes.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <utility>

#include "http/problem.h"
#include "http/response.h"

namespace http {

/// Takes answers; the server's connections are such.
class ReplyTarget {
 public:
  virtual ~ReplyTarget() = default;
  /// Any thread.
  virtual void answer(std::uint64_t ticket, Response response) = 0;
};

/// Movable; kept as long as needed and answered exactly once, from any thread. One that is dropped answers
/// 500, so that no client waits for ever. An answer to a client who has gone, or after the server has
/// stopped, goes nowhere.
class [[nodiscard]] Reply {
 public:
  Reply() = default;
  Reply(std::shared_ptr<ReplyTarget> target, std::uint64_t ticket)
      : target_(std::move(target)), ticket_(ticket) {}
  /// For tests of handlers: calls `take` with the answer.
  static Reply to(std::function<void(Response)> take);

  Reply(Reply&&) noexcept = default;
  Reply& operator=(Reply&& other) noexcept;
  ~Reply();

  /// Requires: not answered yet.
  void send(Response response);
  void send(const base::Error& error) { send(to_response(error)); }
  void send(base::Result<Response> result);

  explicit operator bool() const { return target_ != nullptr; }

 private:
  std::shared_ptr<ReplyTarget> target_;
  std::uint64_t ticket_ = 0;
};

}  // namespace http

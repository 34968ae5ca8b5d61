// What a function that can fail returns. A Result cannot be ignored: the compiler says so.
//
//   Result<Person> find(PersonId id);
//   ASSIGN_OR_RETURN(auto person, vault.find(id));
//   RETURN_IF_ERROR(vault.erase(id));
#pragma once

#include <expected>
#include <string>
#include <utility>

namespace base {

/// Why something failed, as coarse as a caller can act on. `http/problem.h` maps each to one status.
enum class Code {
  Invalid,          ///< the input is malformed; the message says what is wrong and where
  Unauthenticated,  ///< nobody is signed in, or a token is forged or expired
  Denied,           ///< known, but not allowed
  StepUp,           ///< known and allowed, once they have shown again just now that it is they
  Acknowledge,      ///< known and allowed, once they have done what comes before anything else
  NotFound,
  Conflict,  ///< the state does not admit it: a slug taken, an event ended
  Gone,      ///< withdrawn, anonymised or erased
  TooLarge,
  TooMany,      ///< try again later, at the caller's own fault
  Unavailable,  ///< try again later, at our fault: a full disk, a dead peer
  Corrupt,      ///< stored bytes are not what was written
  Internal,     ///< a fault of ours without a better name
};

/// Messages are for people who can act on them and never hold personal data.
struct Error {
  Code code = Code::Internal;
  std::string message;

  bool operator==(const Error&) const = default;
};

template <class T>
class [[nodiscard]] Result : public std::expected<T, Error> {
 public:
  using std::expected<T, Error>::expected;
};

/// `return fail(Code::NotFound, "no such event");`
[[nodiscard]] inline std::unexpected<Error> fail(Code code, std::string message) {
  return std::unexpected<Error>(Error{code, std::move(message)});
}

/// Passes an error on: `return fail(std::move(result).error());`
[[nodiscard]] inline std::unexpected<Error> fail(Error error) {
  return std::unexpected<Error>(std::move(error));
}

}  // namespace base

#define HARTSLAG_CONCAT_(a, b) a##b
#define HARTSLAG_CONCAT(a, b) HARTSLAG_CONCAT_(a, b)

// Not inside a coroutine.
#define RETURN_IF_ERROR(expression)                                         \
  do {                                                                      \
    if (auto result_or_error = (expression); !result_or_error) [[unlikely]] \
      return ::base::fail(std::move(result_or_error).error());              \
  } while (false)

#define ASSIGN_OR_RETURN_(name, declaration, expression) \
  auto name = (expression);                              \
  if (!name) [[unlikely]]                                \
    return ::base::fail(std::move(name).error());        \
  declaration = *std::move(name)

#define ASSIGN_OR_RETURN(declaration, expression) \
  ASSIGN_OR_RETURN_(HARTSLAG_CONCAT(result_or_error, __LINE__), declaration, expression)

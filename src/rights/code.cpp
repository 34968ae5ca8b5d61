#include "rights/code.h"

#include <fmt/format.h>

#include "crypto/hash.h"
#include "rights/limits.h"
#include "rights/queries.h"
#include "sql/database.h"
#include "vault/key_store.h"

namespace rights {
namespace {

using base::Code;
using base::Result;

constexpr std::uint64_t kCodes = 100'000'000;  // 10 to the power of kCodeDigits
static_assert(kCodeDigits == 8);

std::string without_spaces(std::string_view text) {
  std::string digits;
  for (const char c : text) {
    if (c != ' ' && c != '\t') digits += c;
  }
  return digits;
}

}  // namespace

Result<std::string> Codes::compute(RequestId id, std::int64_t number) {
  ASSIGN_OR_RETURN(const auto key, keys_.find_or_create(vault::KeyName::service("request_code")));
  const auto mac = crypto::hmac_sha256(key, base::as_bytes(fmt::format("{} {}", base::to_text(id), number)));
  return fmt::format("{:08}", base::load_le<std::uint64_t>(mac.data()) % kCodes);
}

Result<std::int64_t> Codes::draw(RequestId id) {
  const auto now = clock_.now();
  return control_.transact([&](sql::Connection& connection) -> Result<std::int64_t> {
    ASSIGN_OR_RETURN(const auto last, connection.maybe(queries::code_of, {{"request", base::to_text(id)}}));
    const bool same_window = last && now - last->instant("window_ms") < kCodeWindow;
    const auto in_window = same_window ? last->integer("in_window") + 1 : 1;
    if (in_window > kCodesPerWindow)
      return base::fail(Code::TooMany, "Too many codes were asked for. Try again in an hour.");
    const auto number = last ? last->integer("number") + 1 : 1;
    RETURN_IF_ERROR(
        connection.run(queries::set_code, {{"request", base::to_text(id)},
                                           {"number", number},
                                           {"sent_ms", now},
                                           {"window_ms", same_window ? last->instant("window_ms") : now},
                                           {"in_window", in_window},
                                           {"tries", kCodeTries}}));
    return number;
  });
}

Result<std::string> Codes::digits(RequestId id, std::int64_t number) {
  ASSIGN_OR_RETURN(const auto row, control_.maybe(queries::code_of, {{"request", base::to_text(id)}}));
  if (!row || row->integer("number") != number || row->integer("tries") == 0 ||
      clock_.now() - row->instant("sent_ms") > kCodeLife)
    return base::fail(Code::Gone, "the code is over");
  return compute(id, number);
}

Result<void> Codes::check(RequestId id, std::string_view given) {
  const auto now = clock_.now();
  // The try is counted first, and durably: whoever guesses in parallel has no more of them.
  ASSIGN_OR_RETURN(
      const auto number, control_.transact([&](sql::Connection& connection) -> Result<std::int64_t> {
        ASSIGN_OR_RETURN(const auto row,
                         connection.maybe(queries::code_of, {{"request", base::to_text(id)}}));
        if (!row || row->integer("tries") == 0 || now - row->instant("sent_ms") > kCodeLife)
          return base::fail(Code::Gone, "This code is over. Ask for a new one.");
        RETURN_IF_ERROR(connection.run(
            queries::set_tries, {{"request", base::to_text(id)}, {"tries", row->integer("tries") - 1}}));
        return row->integer("number");
      }));
  ASSIGN_OR_RETURN(const auto wanted, compute(id, number));
  if (!crypto::equal(base::as_bytes(without_spaces(given)), base::as_bytes(wanted)))
    return base::fail(Code::Denied, "This is not the code that we mailed.");
  RETURN_IF_ERROR(control_.run(queries::set_tries, {{"request", base::to_text(id)}, {"tries", 0}}));
  return {};
}

}  // namespace rights

// The program's log: one JSON object a line on standard error, without personal data. A value can only be
// a number, a yes or no, a literal of the source, or a text that the caller vouches for with log_public.
//
//   base::log(base::Level::Info, "http.listening", {{"port", port}, {"tls", true}});
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <variant>

#include "base/result.h"

namespace base {

enum class Level { Debug, Info, Warning, Error };

/// A text that is about the program and not about anybody: a slug, a file name, a module.
struct PublicText {
  std::string text;
};
inline PublicText log_public(std::string_view text) { return {std::string{text}}; }

class LogValue {
 public:
  template <std::integral T>
  LogValue(T value) : value_(static_cast<std::int64_t>(value)) {}
  LogValue(bool value) : value_(value) {}
  LogValue(double value) : value_(value) {}
  template <std::size_t N>
  LogValue(const char (&literal)[N]) : value_(std::string(literal, N - 1)) {}
  LogValue(PublicText text) : value_(std::move(text.text)) {}
  /// An error's message holds no personal data, by the rule of base/result.h.
  LogValue(const Error& error) : value_(error.message) {}

  const std::variant<std::int64_t, bool, double, std::string>& get() const { return value_; }

 private:
  std::variant<std::int64_t, bool, double, std::string> value_;
};

struct LogField {
  std::string_view name;
  LogValue value;
};

/// Any thread. `event` is `module.what_happened`.
void log(Level level, std::string_view event, std::initializer_list<LogField> fields = {});

/// Lines below `level` are not written. Info at start.
void set_log_level(Level level);

/// The line that `log` writes, without its end; for tests.
std::string format_log_line(std::string_view time, Level level, std::string_view event,
                            std::initializer_list<LogField> fields);

}  // namespace base

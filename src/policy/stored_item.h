// What the program leaves on somebody's device: cookies and stored items.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "policy/texts.h"

namespace policy {

/// Only functional ones are set before an explicit choice.
enum class StoredKind : std::uint8_t { Functional, Preference, Statistics };
std::string_view to_text(StoredKind kind);
enum class StoredWhere : std::uint8_t { Cookie, LocalStorage, SessionStorage };
std::string_view to_text(StoredWhere where);  ///< "cookie", "local storage", "session storage"

inline constexpr std::string_view kUntilBrowserCloses = "until the browser closes";
/// Only of local storage.
inline constexpr std::string_view kUntilCleared = "until you clear it";

struct StoredItem {
  std::string name;  ///< as the browser shows it
  StoredWhere where = StoredWhere::Cookie;
  StoredKind kind = StoredKind::Functional;
  Texts says;            ///< what for
  std::string lifetime;  ///< kUntilBrowserCloses, kUntilCleared, or a span as in "8 hours"
  std::string read_by;   ///< "controller", "processor" or a recipient's name
};

}  // namespace policy

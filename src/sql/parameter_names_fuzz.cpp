// Whatever a statement's text is, its parameters are found once each, as they stand there; and what is
// quoted has none.
#include <algorithm>

#include "base/check.h"
#include "base/contains.h"
#include "sql/statement.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text{reinterpret_cast<const char*>(data), size};
  const auto names = sql::parameter_names(text);
  for (auto name = names.begin(); name != names.end(); ++name) {
    CHECK(text.contains(":" + *name));
    CHECK(std::find(std::next(name), names.end(), *name) == names.end());
    CHECK(!name->empty() && std::ranges::all_of(*name, [](char c) {
      return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
    }));
  }
  std::string doubled;
  for (const char c : text) doubled += c == '\'' ? "''" : std::string{c};
  CHECK(sql::parameter_names("select '" + doubled + "' as x") == std::vector<std::string>{});
  // A parameter more behind it all is the last one.
  const auto quotes = [&](char quote) { return std::ranges::count(text, quote) % 2; };
  if (quotes('\'') == 0 && quotes('"') == 0 && !text.contains('"')) {
    const auto more = sql::parameter_names(text + " :a_name_of_its_own");
    CHECK(more.size() >= names.size() && std::ranges::equal(names, std::span{more}.first(names.size())));
    CHECK(base::contains(more, "a_name_of_its_own"));
  }
  return 0;
}

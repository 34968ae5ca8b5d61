// The inside of a connection. Private to this module: it includes SOCI.
#pragma once

#include <soci/soci.h>

#include <functional>
#include <memory>
#include <string>
#include <unordered_map>

#include "sql/database.h"
#include "sql/failure.h"
#include "sql/statement.h"

namespace sql {

struct Connection::Inside {
  explicit Inside(Engine which) : engine(which) {}

  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
  };

  /// Calls `work` and turns what it throws into an error. After one the statement is forgotten: SOCI may have
  /// left it half way.
  base::Result<void> guard(const Query& query, const std::function<base::Result<void>()>& work);
  /// The prepared statement, made at its first use. Throws.
  Statement& prepared(const Query& query, Params params);

  Engine engine;
  soci::session session;
  /// By their text. Declared after the session: they must go first.
  std::unordered_map<std::string, std::unique_ptr<Statement>, Hash, std::equal_to<>> statements;
  /// Of the failures since `transact` asked last.
  bool retryable = false;
  bool broken = false;
};

}  // namespace sql

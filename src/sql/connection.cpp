#include "sql/connection.h"

namespace sql {

using base::Code;
using base::fail;
using base::Result;

base::Result<void> Connection::Inside::guard(const Query& query, const std::function<Result<void>()>& work) {
  try {
    return work();
  } catch (const std::exception& exception) {
    auto failure = read_failure(query.name, exception);
    retryable = retryable || failure.retryable;
    broken = broken || failure.broken;
    if (const auto at = statements.find(query.text(engine)); at != statements.end()) statements.erase(at);
    return fail(std::move(failure.error));
  }
}

Statement& Connection::Inside::prepared(const Query& query, Params params) {
  const auto text = query.text(engine);
  auto at = statements.find(text);
  if (at != statements.end() && !at->second->fits(params)) {
    statements.erase(at);
    at = statements.end();
  }
  if (at == statements.end()) {
    at = statements.emplace(text, std::make_unique<Statement>(session, engine, text, params)).first;
  }
  return *at->second;
}

Connection::Connection(std::unique_ptr<Inside> inside) : inside_(std::move(inside)) {}
Connection::~Connection() = default;

Engine Connection::engine() const { return inside_->engine; }

Result<std::int64_t> Connection::run(const Query& query, Params params) {
  std::int64_t affected = 0;
  RETURN_IF_ERROR(inside_->guard(query, [&]() -> Result<void> {
    auto& statement = inside_->prepared(query, params);
    for (bool has_row = statement.execute(params); has_row; has_row = statement.fetch()) {
    }
    // PostgreSQL counts -1 for what changes no rows, a new table for one.
    affected = std::max<std::int64_t>(statement.affected(), 0);
    statement.finish();
    return {};
  }));
  return affected;
}

Result<void> Connection::each(const Query& query, Params params,
                              const std::function<Result<void>(const Row&)>& take) {
  return inside_->guard(query, [&]() -> Result<void> {
    auto& statement = inside_->prepared(query, params);
    Result<void> outcome;
    for (bool has_row = statement.execute(params); has_row; has_row = statement.fetch()) {
      Row row;
      row.names_ = statement.names();
      row.values_ = statement.values();
      outcome = take(row);
      if (!outcome) break;
    }
    statement.finish();
    return outcome;
  });
}

Result<std::optional<Row>> Connection::maybe(const Query& query, Params params) {
  std::optional<Row> first;
  RETURN_IF_ERROR(each(query, params, [&](const Row& row) -> Result<void> {
    if (!first) first = row;
    return {};
  }));
  return first;
}

Result<Row> Connection::one(const Query& query, Params params) {
  ASSIGN_OR_RETURN(auto row, maybe(query, params));
  if (!row) return fail(Code::NotFound, std::string{query.name} + ": there is none");
  return *std::move(row);
}

Result<std::vector<Row>> Connection::all(const Query& query, Params params) {
  std::vector<Row> rows;
  RETURN_IF_ERROR(each(query, params, [&](const Row& row) -> Result<void> {
    rows.push_back(row);
    return {};
  }));
  return rows;
}

Result<void> Connection::prepare(const Query& query) {
  return inside_->guard(query, [&]() -> Result<void> {
    const Statement statement{inside_->session, inside_->engine, query.text(inside_->engine), {}};
    return {};
  });
}

Result<void> Connection::script(std::string_view text, std::string_view name) {
  const Query query{name, text, text};
  return inside_->guard(query, [&]() -> Result<void> {
    while (!text.empty()) {
      // A statement ends with a semicolon at the end of a line, so a trigger's body stands on one line.
      const auto end = std::min(text.find(";\n"), text.size());
      std::string one{text.substr(0, end)};
      text.remove_prefix(std::min(end + 2, text.size()));
      if (one.find_first_not_of(" \t\r\n;") != std::string::npos) inside_->session << one;
    }
    return {};
  });
}

}  // namespace sql

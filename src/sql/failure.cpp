#include "sql/failure.h"

#include <soci/soci.h>

#include <soci/postgresql/soci-postgresql.h>
#include <soci/sqlite3/soci-sqlite3.h>

#include <string>

namespace sql {
namespace {

using base::Code;

Failure make(Code code, std::string_view name, std::string_view what) {
  return {{code, std::string{name} + ": " + std::string{what}}};
}

Failure read_sqlite(std::string_view name, const soci::sqlite3_soci_error& exception) {
  // The lower eight bits say what, the rest says more about it.
  switch (exception.result() & 0xff) {
    case SQLITE_CONSTRAINT: return make(Code::Conflict, name, "a constraint of the database is violated");
    case SQLITE_FULL: return make(Code::Unavailable, name, "the disk is full");
    case SQLITE_IOERR: return make(Code::Unavailable, name, "the disk reports an error");
    case SQLITE_CANTOPEN: return make(Code::Unavailable, name, "the database file cannot be opened");
    case SQLITE_READONLY: return make(Code::Unavailable, name, "the database file cannot be written to");
    case SQLITE_BUSY:
    case SQLITE_LOCKED: {
      auto failure = make(Code::Unavailable, name, "the database is busy");
      failure.retryable = true;
      return failure;
    }
    case SQLITE_CORRUPT: return make(Code::Corrupt, name, "the database file is damaged");
    case SQLITE_NOTADB: return make(Code::Corrupt, name, "the file is no database");
    default: return make(Code::Internal, name, exception.get_error_message());
  }
}

Failure read_postgresql(std::string_view name, const soci::postgresql_soci_error& exception) {
  const auto state = exception.sqlstate();
  const auto kind = state.substr(0, 2);
  // PostgreSQL's appendix A: classes of SQLSTATE.
  if (state == "40001" || state == "40P01") {
    auto failure = make(Code::Unavailable, name, "another transaction got in the way");
    failure.retryable = true;
    return failure;
  }
  if (kind == "23") return make(Code::Conflict, name, "a constraint of the database is violated");
  if (kind == "22") return make(Code::Invalid, name, "a value does not fit its column");
  if (kind == "53") return make(Code::Unavailable, name, "the database lacks room or memory");
  if (kind == "08" || kind == "57") {
    auto failure = make(Code::Unavailable, name, "the database is away");
    failure.broken = true;
    return failure;
  }
  if (kind == "42") {
    const auto message = exception.get_error_message();
    return make(Code::Internal, name, message.substr(0, message.find('\n')));
  }
  return make(Code::Internal, name, "the database refuses with state " + state);
}

}  // namespace

Failure read_failure(std::string_view name, const std::exception& exception) {
  if (const auto* sqlite = dynamic_cast<const soci::sqlite3_soci_error*>(&exception)) {
    return read_sqlite(name, *sqlite);
  }
  if (const auto* postgresql = dynamic_cast<const soci::postgresql_soci_error*>(&exception)) {
    return read_postgresql(name, *postgresql);
  }
  if (const auto* soci = dynamic_cast<const soci::soci_error*>(&exception)) {
    const auto message = soci->get_error_message();
    if (message.starts_with("Cannot establish connection")) {
      auto failure = make(Code::Unavailable, name, "no connection to the database");
      failure.broken = true;
      return failure;
    }
    return make(Code::Internal, name, message.substr(0, message.find('\n')));
  }
  if (dynamic_cast<const UnstorableText*>(&exception) != nullptr)
    return {.error = base::Error{Code::Invalid, exception.what()}};
  return make(Code::Internal, name, exception.what());
}

}  // namespace sql

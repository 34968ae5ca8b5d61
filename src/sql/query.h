// A statement with its name, as tools/embed_sql.mjs makes it of a module's sql folder.
//
//   vault/sql/person_by_mail.sql              →  vault::queries::person_by_mail
//   vault/sql/person_by_mail.postgresql.sql      its text for PostgreSQL, only where dialects differ
//   vault/sql/migrate/2026-11-22-1-create_people.sql   →  an entry of vault::queries::kModule.migrations
//
// Parameters are written `:name`. A comment is a line of its own that begins with `--`. A module that keeps
// two databases marks the files of the second with the line `-- database: keys`; they belong to
// `kKeysModule` then. A module is: what has to be migrated, and what has to be prepared by its test.
#pragma once

#include <span>
#include <string_view>

namespace sql {

enum class Engine { Sqlite, Postgresql };

struct Query {
  std::string_view name;  ///< "vault/person_by_mail"
  std::string_view sqlite;
  std::string_view postgresql;

  constexpr std::string_view text(Engine engine) const {
    return engine == Engine::Sqlite ? sqlite : postgresql;
  }
};

/// One step of a schema, forward only. A statement ends with a semicolon at the end of a line.
struct Migration {
  std::string_view name;  ///< "2026-11-22-1-create_people": the date, and a number within it
  std::string_view sqlite;
  std::string_view postgresql;
  std::string_view hash;  ///< SHA-256 over both texts, in hexadecimal

  constexpr std::string_view text(Engine engine) const {
    return engine == Engine::Sqlite ? sqlite : postgresql;
  }
};

struct Module {
  std::string_view name;
  std::span<const Migration> migrations;
  std::span<const Query> queries;
};

}  // namespace sql

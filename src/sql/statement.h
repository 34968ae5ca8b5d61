// A prepared statement with room for what is bound to it and for one row of its answer. Private to this
// module: it includes SOCI.
//
// SOCI binds variables, not values, so each parameter has a slot at an address that stays. What SOCI does
// not do for us: on SQLite it takes an INTEGER column for 32 bits and binds nothing where a parameter was
// forgotten, and PostgreSQL's parameters are all sent as texts anyway. So:
//
//   SQLite       slots have the type of what is bound; columns are read as what they are declared as
//                (64 bits for every integer), and expressions, which are not declared, as text
//   PostgreSQL   slots are texts; columns come as SOCI's own row describes them
#pragma once

#include <soci/soci.h>

#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "sql/database.h"
#include "sql/query.h"
#include "sql/value.h"

namespace sql {

/// Throws what SOCI throws. One thread at a time.
class Statement {
 public:
  Statement(soci::session& session, Engine engine, std::string_view text, Params params);
  /// Ends a read that was left early, which would keep SQLite's log in use.
  ~Statement();
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;

  /// False when a value's type is not the one that its slot was made for: make a new statement.
  bool fits(Params params) const;
  /// Binds, runs, and reads the first row if there is one.
  bool execute(Params params);
  bool fetch() { return statement_.fetch(); }
  /// Values of the row that was read last.
  std::vector<Value::Held> values() const;
  const std::shared_ptr<const std::vector<std::string>>& names();
  std::int64_t affected() { return statement_.get_affected_rows(); }
  void finish();

 private:
  enum class Kind { Integer, Number, Text };
  struct Slot {
    std::string name;
    Kind kind = Kind::Text;
    bool is_open = false;  ///< nothing but null was bound yet, so the kind is only assumed
    soci::indicator indicator = soci::i_null;
    long long integer = 0;
    double number = 0;
    std::string text;
  };

  Kind kind_of(const Value& value) const;
  void add_columns();
  void bind(Slot& slot);
  void store(Slot& slot, const Value& value) const;
  Value::Held described_value(std::size_t column) const;

  Engine engine_;
  soci::statement statement_;
  std::deque<Slot> parameters_;
  std::deque<Slot> columns_;  ///< SQLite
  soci::row row_;             ///< PostgreSQL
  std::shared_ptr<const std::vector<std::string>> names_;
};

/// The names of `:name` in a text, each once, outside of quotes; `::` is PostgreSQL's cast.
std::vector<std::string> parameter_names(std::string_view text);

}  // namespace sql

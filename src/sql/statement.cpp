#include "sql/statement.h"

#include <soci/sqlite3/soci-sqlite3.h>

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

#include "base/contains.h"
#include "sql/failure.h"

namespace sql {
namespace {

const Value* find(Params params, std::string_view name) {
  for (const auto& param : params) {
    if (param.name == name) return &param.value;
  }
  return nullptr;
}

bool is_name_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

}  // namespace

std::vector<std::string> parameter_names(std::string_view text) {
  std::vector<std::string> names;
  char quote = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (quote != 0) {
      if (text[i] == quote) quote = 0;
    } else if (text[i] == '\'' || text[i] == '"') {
      quote = text[i];
    } else if (text[i] == ':' && i + 1 < text.size() && text[i + 1] == ':') {
      ++i;
    } else if (text[i] == ':') {
      auto end = i + 1;
      while (end < text.size() && is_name_character(text[end])) ++end;
      std::string name{text.substr(i + 1, end - i - 1)};
      if (!name.empty() && !base::contains(names, name)) names.push_back(std::move(name));
      i = end - 1;
    }
  }
  return names;
}

Statement::Statement(soci::session& session, Engine engine, std::string_view text, Params params)
    : engine_(engine), statement_(session) {
  for (auto& name : parameter_names(text)) {
    auto& slot = parameters_.emplace_back();
    slot.name = std::move(name);
    if (const auto* value = find(params, slot.name)) {
      slot.kind = kind_of(*value);
      slot.is_open = value->is_null();
    }
  }
  statement_.alloc();
  statement_.prepare(std::string{text}, soci::details::st_repeatable_query);
  for (auto& slot : parameters_) bind(slot);
  if (engine_ == Engine::Sqlite) {
    add_columns();
  } else {
    statement_.exchange(soci::into(row_));
  }
  statement_.define_and_bind();
}

Statement::~Statement() { finish(); }

Statement::Kind Statement::kind_of(const Value& value) const {
  if (engine_ == Engine::Postgresql) return Kind::Text;
  if (std::holds_alternative<std::int64_t>(value.held())) return Kind::Integer;
  if (std::holds_alternative<double>(value.held())) return Kind::Number;
  return Kind::Text;
}

void Statement::bind(Slot& slot) {
  switch (slot.kind) {
    case Kind::Integer: statement_.exchange(soci::use(slot.integer, slot.indicator, slot.name)); break;
    case Kind::Number: statement_.exchange(soci::use(slot.number, slot.indicator, slot.name)); break;
    case Kind::Text: statement_.exchange(soci::use(slot.text, slot.indicator, slot.name)); break;
  }
}

void Statement::add_columns() {
  auto* const backend = statement_.get_backend();
  const int count = backend->prepare_for_describe();
  auto names = std::make_shared<std::vector<std::string>>();
  for (int i = 1; i <= count; ++i) {
    auto& slot = columns_.emplace_back();
    soci::data_type type{};
    backend->describe_column(i, type, slot.name);
    names->push_back(slot.name);
    switch (type) {
      case soci::dt_integer:
      case soci::dt_long_long:
      case soci::dt_unsigned_long_long:
        statement_.exchange(soci::into(slot.integer, slot.indicator));
        slot.kind = Kind::Integer;
        break;
      case soci::dt_double:
        statement_.exchange(soci::into(slot.number, slot.indicator));
        slot.kind = Kind::Number;
        break;
      default: statement_.exchange(soci::into(slot.text, slot.indicator)); slot.kind = Kind::Text;
    }
  }
  names_ = std::move(names);
}

bool Statement::fits(Params params) const {
  return std::ranges::all_of(parameters_, [&](const Slot& slot) {
    const auto* value = find(params, slot.name);
    return value == nullptr || value->is_null() || (!slot.is_open && kind_of(*value) == slot.kind);
  });
}

void Statement::store(Slot& slot, const Value& value) const {
  slot.indicator = value.is_null() ? soci::i_null : soci::i_ok;
  if (const auto* integer = std::get_if<std::int64_t>(&value.held())) {
    slot.integer = *integer;
    if (engine_ == Engine::Postgresql) slot.text = std::to_string(*integer);
  } else if (const auto* number = std::get_if<double>(&value.held())) {
    slot.number = *number;
    if (engine_ == Engine::Postgresql) slot.text = fmt::format("{}", *number);
  } else if (const auto* text = std::get_if<std::string>(&value.held())) {
    // PostgreSQL would cut it there, and SQLite's own functions too.
    if (text->contains('\0')) throw UnstorableText{};
    slot.text = *text;
  }
}

bool Statement::execute(Params params) {
  // SQLite must let go of what the slots held before that changes.
  finish();
  for (auto& slot : parameters_) {
    const auto* value = find(params, slot.name);
    if (value == nullptr) throw std::invalid_argument("parameter '" + slot.name + "' is missing");
    store(slot, *value);
  }
  return statement_.execute(true);
}

Value::Held Statement::described_value(std::size_t column) const {
  if (row_.get_indicator(column) == soci::i_null) return std::monostate{};
  switch (row_.get_properties(column).get_data_type()) {
    case soci::dt_integer: return std::int64_t{row_.get<int>(column)};
    case soci::dt_long_long: return std::int64_t{row_.get<long long>(column)};
    case soci::dt_double: return row_.get<double>(column);
    default: return row_.get<std::string>(column);
  }
}

std::vector<Value::Held> Statement::values() const {
  std::vector<Value::Held> values;
  if (engine_ == Engine::Postgresql) {
    values.reserve(row_.size());
    for (std::size_t i = 0; i < row_.size(); ++i) values.push_back(described_value(i));
    return values;
  }
  values.reserve(columns_.size());
  for (const auto& slot : columns_) {
    if (slot.indicator == soci::i_null) {
      values.emplace_back();
    } else if (slot.kind == Kind::Integer) {
      values.emplace_back(std::int64_t{slot.integer});
    } else if (slot.kind == Kind::Number) {
      values.emplace_back(slot.number);
    } else {
      values.emplace_back(slot.text);
    }
  }
  return values;
}

const std::shared_ptr<const std::vector<std::string>>& Statement::names() {
  if (!names_) {
    auto names = std::make_shared<std::vector<std::string>>();
    for (std::size_t i = 0; i < row_.size(); ++i) names->push_back(row_.get_properties(i).get_name());
    names_ = std::move(names);
  }
  return names_;
}

/// Debian's SOCI keeps the type information of its backends to itself, so whether the cast is right cannot be
/// checked while the program runs.
[[clang::no_sanitize("vptr")]] void Statement::finish() {
  if (engine_ == Engine::Sqlite) {
    // SOCI has no name for it. An error here is the one that the last step reported already.
    auto* const backend = static_cast<soci::sqlite3_statement_backend*>(statement_.get_backend());
    sqlite_api::sqlite3_reset(backend->stmt_);
  }
}

}  // namespace sql

#include "services/service.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "base/contains.h"
#include "services/limits.h"

namespace services {
namespace {

using base::Code;
using base::fail;
using base::Result;
using nlohmann::json;

constexpr std::array<std::string_view, 4> kPlaces{"basic", "bearer", "header", "field"};
constexpr std::array<std::string_view, 5> kMethods{"GET", "POST", "PUT", "PATCH", "DELETE"};
constexpr std::array<std::string_view, 3> kChanging{"POST", "PUT", "PATCH"};
/// What the connection needs for itself.
constexpr std::array<std::string_view, 6> kKeptHeaders{"host",       "content-length",    "content-type",
                                                       "connection", "transfer-encoding", "cookie"};

bool is_letter_or_digit(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

bool is_of(std::string_view text, std::string_view others) {
  return std::ranges::all_of(
      text, [&](char c) { return is_letter_or_digit(c) || others.find(c) != std::string_view::npos; });
}

/// RFC 9110 §5.6.2.
bool is_token(std::string_view text) { return !text.empty() && is_of(text, "!#$%&'*+-.^_`|~"); }

std::string lower(std::string_view text) {
  std::string out{text};
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
  }
  return out;
}

/// No percent sign: what a server makes of one is not ours to know.
bool is_path(std::string_view path) {
  if (path.size() < 2 || path.size() > kPathMax || path.front() != '/' || path.back() == '/') return false;
  if (!is_of(path, "/-._~!$&'()*+,;=:@") || path.find("//") != std::string_view::npos) return false;
  for (std::size_t at = 0; at != std::string_view::npos; at = path.find('/', at + 1)) {
    const auto segment = path.substr(at + 1, path.find('/', at + 1) - at - 1);
    if (segment == "." || segment == ".." || segment.find(';') != std::string_view::npos) return false;
  }
  return true;
}

std::unexpected<base::Error> wrong(std::string_view where, std::string_view what) {
  return fail(Code::Invalid, fmt::format("{}: {}", where, what));
}

/// Empty where nothing is given, or something else than a text.
std::string text_of(const json& given, const char* name) {
  if (!given.is_object()) return {};
  const auto found = given.find(name);
  return found != given.end() && found->is_string() ? found->get<std::string>() : std::string{};
}

Result<Puts> read_puts(const json& given) {
  const auto in = text_of(given, "in");
  const auto found = std::ranges::find(kPlaces, in);
  if (found == kPlaces.end()) return wrong("puts.in", "basic, bearer, header or field");
  Puts puts{.in = static_cast<In>(found - kPlaces.begin()), .name = text_of(given, "name")};
  const auto is_wrong = [&] {
    switch (puts.in) {
      case In::Basic: return puts.name.empty() || !is_of(puts.name, " !#$%&'()*+,-./;<=>?@[]^_`{|}~");
      case In::Header: return !is_token(puts.name) || base::contains(kKeptHeaders, lower(puts.name));
      case In::Field: return puts.name.empty() || !is_of(puts.name, "-_.[]");
      case In::Bearer: break;
    }
    return !puts.name.empty();
  }();
  if (is_wrong || puts.name.size() > kWordMax)
    return wrong("puts.name", "the user, or the name of the header or the field; of bearer none");
  return puts;
}

Result<Task> read_task(const json& given, std::size_t number, In in) {
  Task task{text_of(given, "name"), text_of(given, "method"), text_of(given, "path")};
  if (!is_name(task.name))
    return wrong(fmt::format("tasks.{}.name", number), "small letters, digits and single blanks");
  if (!base::contains(kMethods, task.method) || (in == In::Field && task.method != "POST"))
    return wrong(fmt::format("tasks.{}.method", number), "GET, POST, PUT, PATCH or DELETE; of a field POST");
  if (!is_path(task.path)) return wrong(fmt::format("tasks.{}.path", number), "a path, as in /api/orders");
  return task;
}

}  // namespace

bool is_name(std::string_view text) {
  if (text.size() < kNameMin || text.size() > kNameMax) return false;
  if (text.front() < 'a' || text.front() > 'z' || text.back() == ' ') return false;
  return text.find("  ") == std::string_view::npos && std::ranges::all_of(text, [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == ' ';
         });
}

Result<Declared> read_declared(const json& given) {
  Declared declared{
      .origin = text_of(given, "origin"), .puts = {}, .tasks = {}, .check = text_of(given, "check")};
  ASSIGN_OR_RETURN(declared.puts, read_puts(given.value("puts", json())));
  const auto tasks = given.value("tasks", json());
  if (!tasks.is_array() || tasks.empty() || tasks.size() > kTasksMax)
    return wrong("tasks", fmt::format("1 to {}", kTasksMax));
  for (const auto& one : tasks) {
    ASSIGN_OR_RETURN(auto task, read_task(one, declared.tasks.size(), declared.puts.in));
    if (find_task(declared, task.name) != nullptr)
      return wrong(fmt::format("tasks.{}.name", declared.tasks.size()), "another task is called so");
    declared.tasks.push_back(std::move(task));
  }
  if (!declared.check.empty() && !is_path(declared.check)) return wrong("check", "a path, as in /api/me");
  const auto change = given.value("change", json());
  if (change.is_null()) return declared;
  declared.change = Change{text_of(change, "method"), text_of(change, "path"), text_of(change, "field")};
  if (!base::contains(kChanging, declared.change->method))
    return wrong("change.method", "POST, PUT or PATCH");
  if (!is_path(declared.change->path)) return wrong("change.path", "a path, as in /api/password");
  if (declared.change->field.empty() || declared.change->field.size() > kWordMax ||
      !is_of(declared.change->field, "-_.[]"))
    return wrong("change.field", "the name of a field");
  // What was changed has to be seen to have changed, before the one before is let go.
  if (declared.check.empty()) return wrong("check", "needed where the program changes the secret");
  return declared;
}

json to_json(const Declared& declared) {
  auto tasks = json::array();
  for (const auto& task : declared.tasks)
    tasks.push_back({{"name", task.name}, {"method", task.method}, {"path", task.path}});
  json change;
  if (declared.change) {
    change = {{"method", declared.change->method},
              {"path", declared.change->path},
              {"field", declared.change->field}};
  }
  return {
      {"origin", declared.origin},
      {"puts", {{"in", kPlaces[static_cast<std::size_t>(declared.puts.in)]}, {"name", declared.puts.name}}},
      {"tasks", tasks},
      {"check", declared.check},
      {"change", change}};
}

const Task* find_task(const Declared& declared, std::string_view name) {
  const auto found = std::ranges::find(declared.tasks, name, &Task::name);
  return found == declared.tasks.end() ? nullptr : &*found;
}

bool is_within(const Task& task, std::string_view path) {
  if (!is_path(path) || !path.starts_with(task.path)) return false;
  return path.size() == task.path.size() || path[task.path.size()] == '/';
}

bool is_query(std::string_view text) {
  return text.size() <= kPathMax && is_of(text, "/-._~!$&'()*+,;=:@?%");
}

}  // namespace services

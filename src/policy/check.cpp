#include "policy/check.h"

#include <fmt/format.h>

#include "base/bytes.h"
#include "base/files.h"
#include "policy/diff.h"
#include "policy/limits.h"
#include "policy/policy.h"
#include "policy/unkept.h"
#include "texts/texts.h"

namespace policy {
namespace {

using texts::Key;

Key heading(Concerned whom) {
  switch (whom) {
    case Concerned::People: return Key::PolicyDiffForPeople;
    case Concerned::Organiser: return Key::PolicyDiffForOrganiser;
    case Concerned::Officer: break;
  }
  return Key::PolicyDiffForOfficer;
}

}  // namespace

std::optional<Policy> read_policy(const std::string& path, std::FILE* out, int& status) {
  base::OsFiles files;
  const auto bytes = base::read_file(files, path, kPolicyBytesMax);
  if (!bytes) {
    fmt::print(out, "{}: {}; give the path of a policy file\n", path, bytes.error().message);
    status = 2;
    return std::nullopt;
  }
  auto policy = Policy::parse(base::as_text(*bytes));
  if (policy) return *std::move(policy);
  for (const auto& problem : policy.error()) fmt::print(out, "{}\n", to_text(path, problem));
  status = 1;
  return std::nullopt;
}

int check_command(const std::string& path, std::FILE* out, const Kept& kept) {
  int status = 0;
  const auto policy = read_policy(path, out, status);
  if (!policy) return status;
  fmt::print(out, "{}: in order: {} {}, {} purposes, {} data, {} fields\n", path, policy->name(),
             policy->version(), policy->purposes().size(), policy->data().size(), policy->fields().size());
  for (const auto& sentence : unkept(*policy, kept)) fmt::print(out, "note: {}\n", sentence);
  return 0;
}

int diff_command(std::span<const std::string_view> arguments, std::FILE* out) {
  const bool has_language = arguments.size() == 4 && arguments[2] == "--lang";
  const auto language = has_language ? base::parse_language(arguments[3]) : base::Language::En;
  if ((arguments.size() != 2 && !has_language) || !language) {
    fmt::print(out, "hartslag policy diff OLD NEW [--lang nl|fr|en|de]\n");
    return 2;
  }
  int status = 0;
  const auto before = read_policy(std::string{arguments[0]}, out, status);
  const auto after = read_policy(std::string{arguments[1]}, out, status);
  if (!before || !after) return status;
  const auto changes = diff(*before, *after, *language);
  fmt::print(out, "{} → {}\n", before->version(), after->version());
  if (changes.empty()) {
    const bool is_same = before->version() == after->version();
    fmt::print(out, "{}\n", texts::get(*language, is_same ? Key::PolicyDiffNothing : Key::PolicyDiffWords));
  }
  std::optional<Concerned> whom;
  for (const auto& change : changes) {
    if (whom != change.whom) fmt::print(out, "\n{}\n", texts::get(*language, heading(change.whom)));
    whom = change.whom;
    fmt::print(out, "- {}\n", change.sentence);
  }
  return 0;
}

}  // namespace policy

#include "policy/check.h"

#include <fmt/format.h>

#include "base/bytes.h"
#include "base/files.h"
#include "policy/limits.h"
#include "policy/policy.h"
#include "policy/unkept.h"

namespace policy {

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

}  // namespace policy

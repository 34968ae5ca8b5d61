#include "policy/check.h"

#include <fmt/format.h>

#include "base/bytes.h"
#include "base/files.h"
#include "policy/limits.h"
#include "policy/policy.h"

namespace policy {

int check_command(const std::string& path, std::FILE* out, const Vocabulary& vocabulary) {
  base::OsFiles files;
  const auto bytes = base::read_file(files, path, kPolicyBytesMax);
  if (!bytes) {
    fmt::print(out, "{}: {}; give the path of a policy file\n", path, bytes.error().message);
    return 2;
  }
  const auto policy = Policy::parse(base::as_text(*bytes), vocabulary);
  if (!policy) {
    for (const auto& problem : policy.error()) fmt::print(out, "{}\n", to_text(path, problem));
    return 1;
  }
  fmt::print(out, "{}: in order: {} {}, {} purposes, {} data, {} fields\n", path, policy->name(),
             policy->version(), policy->purposes().size(), policy->data().size(), policy->fields().size());
  return 0;
}

}  // namespace policy

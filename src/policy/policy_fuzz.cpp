// Any bytes: parse ends, with a policy or with problems that say where and what instead. What it takes, it
// takes again the same way.

#include <cstddef>
#include <cstdint>

#include "base/check.h"
#include "policy/gate.h"
#include "policy/policy.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view yaml{reinterpret_cast<const char*>(data), size};
  const auto policy = policy::Policy::parse(yaml);
  if (!policy) {
    CHECK(!policy.error().empty());
    for (const auto& problem : policy.error()) {
      CHECK(problem.at.line >= 1 && problem.at.column >= 1);
      CHECK(!problem.what.empty() && !problem.instead.empty());
    }
    return 0;
  }
  CHECK(policy::Policy::parse(yaml)->version() == policy->version());
  CHECK(!policy::Gate{*policy}.permit_facts(policy::Proofs{}));
  return 0;
}

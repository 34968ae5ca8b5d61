// What a policy declares and this program does not do.
#pragma once

#include <string>
#include <vector>

#include "policy/policy.h"

namespace policy {

/// A sentence in English for each declaration that nothing executes yet, in the order declared: "the term of
/// 'account' counts from 'account end', which no part of this program tells". `policy check` prints them, and
/// the page of promises shows them: nothing of such data can be stored, since nothing writes it.
std::vector<std::string> unkept(const Policy& policy, const Kept& kept);

/// Appends what `more` keeps, each word once.
void add(Kept& kept, const Kept& more);

}  // namespace policy

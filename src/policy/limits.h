// How large a policy may be. A policy is written by hand; whatever is far beyond that is a mistake or an
// attack on the reader.
#pragma once

#include <cstddef>

namespace policy {

inline constexpr std::size_t kPolicyBytesMax = 128 * 1024;
/// How deeply maps and lists may lie in each other; the language itself needs six.
inline constexpr std::size_t kDepthMax = 12;
/// Scalars, lists and maps together.
inline constexpr std::size_t kNodesMax = 10'000;
/// Names of purposes, data, fields, marks: [a-z][a-z0-9-]*.
inline constexpr std::size_t kNameBytesMax = 64;
/// One text in one language.
inline constexpr std::size_t kTextBytesMax = 4'000;
inline constexpr int kTermCountMax = 10'000;
/// The highest age under which a policy may ask for a guardian.
inline constexpr int kMinorAgeMax = 21;
/// Reading goes on after a problem, so that all are told at once, up to this many.
inline constexpr std::size_t kProblemsMax = 100;

}  // namespace policy

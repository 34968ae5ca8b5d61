// A text in every language of the policy.
#pragma once

#include <array>
#include <string>
#include <utility>

#include "base/language.h"

namespace policy {

class Texts {
 public:
  Texts() = default;
  explicit Texts(std::array<std::string, 4> by_language) : by_language_(std::move(by_language)) {}
  /// In a language that the policy does not declare: the text in its first one.
  const std::string& in(base::Language language) const {
    return by_language_[static_cast<std::size_t>(language)];
  }
  bool empty() const { return by_language_.front().empty(); }
  bool operator==(const Texts&) const = default;

 private:
  std::array<std::string, 4> by_language_;
};

}  // namespace policy

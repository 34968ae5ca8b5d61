#include "http/headers.h"

#include <algorithm>

namespace http {

namespace {

constexpr char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; }

bool is_control(char c) { return (static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7f; }

}  // namespace

bool equal_ignoring_case(std::string_view a, std::string_view b) {
  return a.size() == b.size() &&
         std::equal(a.begin(), a.end(), b.begin(), [](char x, char y) { return lower(x) == lower(y); });
}

void Headers::add(std::string_view name, std::string_view value) {
  slots_.push_back({static_cast<std::uint32_t>(text_.size()), static_cast<std::uint32_t>(name.size()),
                    static_cast<std::uint32_t>(value.size())});
  text_.append(name);
  const auto at = text_.size();
  text_.append(value);
  for (auto i = at; i < text_.size(); ++i)
    if (is_control(text_[i])) text_[i] = ' ';
}

void Headers::set(std::string_view name, std::string_view value) {
  // Either may be a view into text_, which add() may move.
  const std::string own_name{name};
  const std::string own_value{value};
  remove(own_name);
  add(own_name, own_value);
}

void Headers::remove(std::string_view name) {
  std::erase_if(slots_, [&](const Slot& slot) {
    return equal_ignoring_case(std::string_view{text_}.substr(slot.at, slot.name_size), name);
  });
  if (slots_.empty()) text_.clear();
}

void Headers::clear() {
  text_.clear();
  slots_.clear();
}

std::optional<std::string_view> Headers::get(std::string_view name) const {
  for (const auto& slot : slots_) {
    if (slot.name_size != name.size()) continue;
    if (equal_ignoring_case(std::string_view{text_}.substr(slot.at, slot.name_size), name))
      return std::string_view{text_}.substr(slot.at + slot.name_size, slot.value_size);
  }
  return std::nullopt;
}

bool Headers::has_token(std::string_view name, std::string_view token) const {
  for (const auto field : *this) {
    if (!equal_ignoring_case(field.name, name)) continue;
    auto rest = field.value;
    while (true) {
      const auto comma = rest.find(',');
      auto item = rest.substr(0, comma);
      while (!item.empty() && (item.front() == ' ' || item.front() == '\t')) item.remove_prefix(1);
      while (!item.empty() && (item.back() == ' ' || item.back() == '\t')) item.remove_suffix(1);
      if (equal_ignoring_case(item, token)) return true;
      if (comma == std::string_view::npos) break;
      rest.remove_prefix(comma + 1);
    }
  }
  return false;
}

Headers::Field Headers::operator[](std::size_t index) const {
  const auto& slot = slots_[index];
  const std::string_view text{text_};
  return {text.substr(slot.at, slot.name_size), text.substr(slot.at + slot.name_size, slot.value_size)};
}

}  // namespace http

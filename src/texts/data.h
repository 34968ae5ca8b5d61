// What tools/embed_texts.mjs makes of texts/*.json, as texts.cpp reads it.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

#include "texts/keys.h"

namespace texts::data {

struct WordRange {
  std::uint16_t from;
  std::uint16_t count;
};

struct PluralForms {
  Key one;
  Key other;
};

/// Every key's name, sorted; the position is the Key.
std::span<const std::string_view> names();
std::string_view text(std::size_t language, Key key);
/// The placeholders of a text.
std::span<const std::string_view> words(Key key);
PluralForms forms(Plural key);

}  // namespace texts::data

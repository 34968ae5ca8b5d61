#include "sheet/csv.h"

#include <algorithm>
#include <array>

namespace sheet {

namespace {

/// What begins a formula; the wide forms of the same are typed in East Asian ones.
bool may_be_formula(std::string_view text) {
  constexpr std::array<std::string_view, 11> kBeginnings{"=",  "+",  "-",  "@",  "\t", "\r",
                                                         "\n", "＝", "＋", "－", "＠"};
  return std::ranges::any_of(kBeginnings, [&](std::string_view one) { return text.starts_with(one); });
}

}  // namespace

std::string csv_cell(std::string_view text) {
  std::string cell;
  if (may_be_formula(text)) cell += '\'';
  cell += text;
  if (cell.find_first_of(",\"\r\n") == std::string::npos) return cell;
  std::string quoted = "\"";
  for (const char c : cell) {
    if (c == '"') quoted += '"';
    quoted += c;
  }
  return quoted + '"';
}

std::string csv_line(std::span<const std::string> cells) {
  std::string line;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    if (i > 0) line += ',';
    line += csv_cell(cells[i]);
  }
  return line + "\r\n";
}

}  // namespace sheet

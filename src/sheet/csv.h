// Cells of a CSV file (RFC 4180) that is opened in a spreadsheet.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace sheet {

/// Quoted where it has to be. What a spreadsheet would take for a formula is told apart by an apostrophe.
std::string csv_cell(std::string_view text);

/// The cells of a row, with CRLF.
std::string csv_line(std::span<const std::string> cells);

}  // namespace sheet

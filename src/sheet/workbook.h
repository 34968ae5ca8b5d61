// XLSX files, made in memory alone: a name in a file on disk would be a copy that no term ends.
#pragma once

#include <span>
#include <string>
#include <variant>
#include <vector>

#include "base/result.h"
#include "base/time.h"

namespace sheet {

/// Empty, text, number, yes or no, or a local time without its zone.
using Cell = std::variant<std::monostate, std::string, double, bool, base::LocalTime>;

struct Worksheet {
  std::string name;  ///< at most 31 characters, none of []:*?/\; empty: the program's own
  std::vector<std::string> header;
  std::vector<std::vector<Cell>> rows;
  std::vector<double> widths;  ///< of the columns, in characters; fewer than columns: the rest as usual
  bool wraps = false;          ///< long texts go on below each other in their cell
};

/// Errors: Unavailable when there is no memory for it, Invalid for a name that no worksheet can have.
base::Result<std::string> write_workbook(std::span<const Worksheet> sheets);

}  // namespace sheet

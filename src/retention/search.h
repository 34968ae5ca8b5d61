// Searches files for bytes that must not be there any more, all of them in one reading.
//
// Each needle is found by its first eight bytes: a table of 2^16 bits tells in one look that almost no place
// of a file can be the beginning of one, and only where it might be is compared. A needle that lies across
// two portions of a file is found all the same, since portions overlap.
//
// Files of databases, by the ends of their names, are opened once and stay open until the process ends, since
// closing one would give up SQLite's locks on it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/files.h"
#include "base/result.h"

namespace retention {

struct Needle {
  base::Bytes bytes;  ///< at least kNeedleBytesMin
  /// The beginning of the names of files in which it may be; empty: nowhere.
  std::string except = {};
};

struct Searched {
  std::int64_t files = 0;
  std::int64_t bytes = 0;
  /// Paths below the folder, of each file in which something was found.
  std::vector<std::string> found;
};

/// Every file below `folder` but those in its subfolders `skip`. A file that goes away meanwhile is passed
/// over. Errors: Invalid for a needle that is too short; those of base/files.h.
base::Result<Searched> search_files(base::Files& files, const base::Path& folder,
                                    const std::vector<Needle>& needles, const std::vector<std::string>& skip);

}  // namespace retention

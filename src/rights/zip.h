// A ZIP archive (PKWARE APPNOTE 6.3) whose members are stored as they are: what is in it is small, and a
// method that every program has opened for thirty years needs no library. Names are UTF-8 (flag bit 11).
//
//   local header · data   of each member     30 bytes and the name, 0x04034b50
//   central directory     of each member     46 bytes and the name, 0x02014b50
//   end                                      22 bytes, 0x06054b50
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/time.h"

namespace rights {

struct ZipMember {
  std::string name;  ///< "data.json": no folders above, no leading slash
  std::string content;
};

/// `at` becomes the members' time (UTC, to two seconds). Errors: TooLarge past 4 GiB in all or 65 535
/// members.
base::Result<std::string> write_zip(std::span<const ZipMember> members, base::Instant at);

/// CRC-32 of ISO 3309, as ZIP has it.
std::uint32_t crc32(std::string_view bytes);

}  // namespace rights

#include "rights/zip.h"

#include <array>
#include <limits>

#include "base/bytes.h"

namespace rights {
namespace {

using base::Bytes;
using base::Code;
using base::Result;

constexpr std::uint32_t kLocal = 0x04034b50;
constexpr std::uint32_t kCentral = 0x02014b50;
constexpr std::uint32_t kEnd = 0x06054b50;
constexpr std::uint16_t kVersion = 20;
constexpr std::uint16_t kUtf8Names = 1U << 11;

constexpr std::array<std::uint32_t, 256> make_table() {
  std::array<std::uint32_t, 256> table{};
  for (std::uint32_t i = 0; i < 256; ++i) {
    std::uint32_t value = i;
    for (int bit = 0; bit < 8; ++bit) value = (value & 1) != 0 ? (value >> 1) ^ 0xedb88320U : value >> 1;
    table[i] = value;
  }
  return table;
}
constexpr auto kTable = make_table();

struct DosTime {
  std::uint16_t time = 0;
  std::uint16_t date = 0;
};

/// MS-DOS's: seconds in twos, years from 1980.
DosTime dos_time(base::Instant at) {
  const auto local = base::local_time(at, "UTC");
  if (!local || local->year < 1980) return {0, (1U << 5) | 1U};
  return {static_cast<std::uint16_t>((local->hour << 11) | (local->minute << 5) |
                                     (static_cast<int>(local->second) / 2)),
          static_cast<std::uint16_t>(((local->year - 1980) << 9) | (static_cast<int>(local->month) << 5) |
                                     static_cast<int>(local->day))};
}

void append(Bytes& out, std::string_view text) {
  const auto bytes = base::as_bytes(text);
  out.insert(out.end(), bytes.begin(), bytes.end());
}

/// What both headers of a member have in common.
void append_about(Bytes& out, const ZipMember& member, const DosTime& at) {
  base::append_le<std::uint16_t>(out, kVersion);
  base::append_le<std::uint16_t>(out, kUtf8Names);
  base::append_le<std::uint16_t>(out, 0);  // stored
  base::append_le<std::uint16_t>(out, at.time);
  base::append_le<std::uint16_t>(out, at.date);
  base::append_le<std::uint32_t>(out, crc32(member.content));
  base::append_le<std::uint32_t>(out, static_cast<std::uint32_t>(member.content.size()));
  base::append_le<std::uint32_t>(out, static_cast<std::uint32_t>(member.content.size()));
  base::append_le<std::uint16_t>(out, static_cast<std::uint16_t>(member.name.size()));
  base::append_le<std::uint16_t>(out, 0);  // extra field
}

void append_central(Bytes& out, const ZipMember& member, const DosTime& at, std::uint32_t offset) {
  base::append_le<std::uint32_t>(out, kCentral);
  base::append_le<std::uint16_t>(out, kVersion);
  append_about(out, member, at);
  base::append_le<std::uint16_t>(out, 0);  // comment
  base::append_le<std::uint16_t>(out, 0);  // disk
  base::append_le<std::uint16_t>(out, 0);  // internal attributes
  base::append_le<std::uint32_t>(out, 0);  // external attributes
  base::append_le<std::uint32_t>(out, offset);
  append(out, member.name);
}

}  // namespace

std::uint32_t crc32(std::string_view bytes) {
  std::uint32_t value = 0xffffffffU;
  for (const char c : bytes) value = (value >> 8) ^ kTable[(value ^ static_cast<std::uint8_t>(c)) & 0xffU];
  return ~value;
}

Result<std::string> write_zip(std::span<const ZipMember> members, base::Instant at) {
  std::uint64_t size = 22;
  for (const auto& member : members) size += 76 + 2 * member.name.size() + member.content.size();
  if (size > std::numeric_limits<std::uint32_t>::max() ||
      members.size() > std::numeric_limits<std::uint16_t>::max())
    return base::fail(Code::TooLarge, "more than an archive holds");
  const auto time = dos_time(at);
  Bytes out;
  Bytes central;
  for (const auto& member : members) {
    append_central(central, member, time, static_cast<std::uint32_t>(out.size()));
    base::append_le<std::uint32_t>(out, kLocal);
    append_about(out, member, time);
    append(out, member.name);
    append(out, member.content);
  }
  const auto begin = static_cast<std::uint32_t>(out.size());
  out.insert(out.end(), central.begin(), central.end());
  base::append_le<std::uint32_t>(out, kEnd);
  base::append_le<std::uint32_t>(out, 0);  // this disk, the first disk
  base::append_le<std::uint16_t>(out, static_cast<std::uint16_t>(members.size()));
  base::append_le<std::uint16_t>(out, static_cast<std::uint16_t>(members.size()));
  base::append_le<std::uint32_t>(out, static_cast<std::uint32_t>(central.size()));
  base::append_le<std::uint32_t>(out, begin);
  base::append_le<std::uint16_t>(out, 0);  // comment
  return std::string{base::as_text(out)};
}

}  // namespace rights

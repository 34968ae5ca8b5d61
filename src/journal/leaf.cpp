#include "journal/leaf.h"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/check.h"
#include "journal/limits.h"

namespace journal {

using base::Bytes;
using base::ByteView;
using base::Code;
using base::fail;
using base::load_le;
using base::Result;

namespace {

constexpr std::uint8_t kVersion = 1;
constexpr std::size_t kLeafHead = 76;
constexpr std::size_t kSaltSize = crypto::kKeySize;
constexpr std::size_t kDetailHead = 24;
constexpr std::uint8_t kHasProperty = 1;
constexpr std::uint8_t kHasMember = 2;

bool is_kind_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '.';
}

}  // namespace

std::string_view to_text(State state) {
  constexpr std::array<std::string_view, 3> kNames{"done", "intent", "result"};
  return kNames[static_cast<std::size_t>(state)];
}

bool is_kind(std::string_view kind) {
  return !kind.empty() && kind.size() <= kKindBytesMax && std::ranges::all_of(kind, is_kind_character);
}

Bytes encode(const Leaf& leaf) {
  CHECK(is_kind(leaf.kind));
  Bytes bytes;
  bytes.reserve(kLeafHead + leaf.kind.size());
  bytes.push_back(kVersion);
  bytes.push_back(static_cast<std::uint8_t>(leaf.state));
  bytes.push_back(leaf.subject ? 1 : 0);
  bytes.push_back(static_cast<std::uint8_t>(leaf.kind.size()));
  base::append_le(bytes, leaf.number);
  base::append_le(bytes, base::to_ms(leaf.at));
  base::append_le(bytes, leaf.intent.value_or(0));
  const auto subject = leaf.subject.value_or(SubjectToken{});
  bytes.insert(bytes.end(), subject.bytes.begin(), subject.bytes.end());
  bytes.insert(bytes.end(), leaf.commitment.begin(), leaf.commitment.end());
  const auto kind = base::as_bytes(leaf.kind);
  bytes.insert(bytes.end(), kind.begin(), kind.end());
  return bytes;
}

Result<Leaf> parse_leaf(ByteView bytes) {
  const auto refuse = [](std::string_view what) {
    return fail(Code::Corrupt, fmt::format("is no entry of a journal: {}", what));
  };
  if (bytes.size() < kLeafHead) return refuse("too short");
  if (bytes[0] != kVersion) return refuse("unknown version");
  if (bytes[1] > static_cast<std::uint8_t>(State::Result)) return refuse("unknown state");
  if (bytes[2] > 1) return refuse("unknown bits");
  if (bytes.size() != kLeafHead + bytes[3]) return refuse("another length than it says");
  Leaf leaf;
  leaf.state = static_cast<State>(bytes[1]);
  leaf.number = load_le<std::int64_t>(&bytes[4]);
  leaf.at = base::instant_from_ms(load_le<std::int64_t>(&bytes[12]));
  if (const auto intent = load_le<std::int64_t>(&bytes[20]); intent != 0) leaf.intent = intent;
  if (bytes[2] != 0) std::ranges::copy(bytes.subspan(28, 16), leaf.subject.emplace().bytes.begin());
  std::ranges::copy(bytes.subspan(44, 32), leaf.commitment.begin());
  leaf.kind = base::as_text(bytes.subspan(kLeafHead));
  if (!is_kind(leaf.kind)) return refuse("no kind");
  if (leaf.intent.has_value() != (leaf.state == State::Result)) return refuse("a result names its intent");
  if (leaf.intent && (*leaf.intent < 1 || *leaf.intent >= leaf.number)) return refuse("no such intent");
  // What was not looked at, a subject that is not there, is told apart by writing it again.
  if (!std::ranges::equal(encode(leaf), bytes)) return refuse("bytes that mean nothing");
  return leaf;
}

Bytes encode(const Detail& detail, const crypto::SecretKey& salt) {
  CHECK(detail.address.size() <= kAddressBytesMax);
  Bytes bytes;
  bytes.insert(bytes.end(), salt.bytes().begin(), salt.bytes().end());
  bytes.push_back(kVersion);
  bytes.push_back(
      static_cast<std::uint8_t>((detail.property ? kHasProperty : 0) | (detail.member ? kHasMember : 0)));
  bytes.push_back(static_cast<std::uint8_t>(detail.address.size()));
  bytes.push_back(0);
  base::append_le(bytes, detail.property.value_or(base::PropertyNumber{}).value);
  const auto member = detail.member.value_or(base::MemberId{});
  bytes.insert(bytes.end(), member.bytes.begin(), member.bytes.end());
  for (const auto text : {base::as_bytes(detail.address), base::as_bytes(detail.text)})
    bytes.insert(bytes.end(), text.begin(), text.end());
  return bytes;
}

crypto::Digest commitment_of(ByteView record) {
  CHECK(record.size() >= kSaltSize);
  auto salt = crypto::SecretKey::from_bytes(record.first(kSaltSize));
  return crypto::hmac_sha256(*salt, record.subspan(kSaltSize));
}

Result<Detail> parse_detail(ByteView record) {
  const auto refuse = [] { return fail(Code::Corrupt, "this is no detail of an act"); };
  if (record.size() < kSaltSize + kDetailHead) return refuse();
  const auto bytes = record.subspan(kSaltSize);
  const std::size_t address = bytes[2];
  if (bytes[0] != kVersion || bytes[1] > (kHasProperty | kHasMember) || bytes[3] != 0 ||
      address > kAddressBytesMax || bytes.size() < kDetailHead + address)
    return refuse();
  Detail detail;
  if ((bytes[1] & kHasProperty) != 0)
    detail.property = base::PropertyNumber{load_le<std::uint32_t>(&bytes[4])};
  if ((bytes[1] & kHasMember) != 0)
    std::ranges::copy(bytes.subspan(8, 16), detail.member.emplace().bytes.begin());
  detail.address = base::as_text(bytes.subspan(kDetailHead, address));
  detail.text = base::as_text(bytes.subspan(kDetailHead + address));
  return detail;
}

std::string cut_address(std::string_view address) {
  if (address.ends_with("/24") || address.ends_with("/48")) {
    const auto again = cut_address(address.substr(0, address.size() - 3));
    return again == address ? again : std::string{};
  }
  const std::string text{address};
  std::array<char, INET6_ADDRSTRLEN> written;
  if (in_addr v4{}; ::inet_pton(AF_INET, text.c_str(), &v4) == 1) {
    v4.s_addr &= htonl(0xFFFFFF00);
    ::inet_ntop(AF_INET, &v4, written.data(), written.size());
    return fmt::format("{}/24", written.data());
  }
  in6_addr v6{};
  if (::inet_pton(AF_INET6, text.c_str(), &v6) != 1) return {};
  if (IN6_IS_ADDR_V4MAPPED(&v6)) {
    in_addr v4{};
    std::copy_n(v6.s6_addr + 12, 4, reinterpret_cast<std::uint8_t*>(&v4));
    ::inet_ntop(AF_INET, &v4, written.data(), written.size());
    return cut_address(written.data());
  }
  std::fill(v6.s6_addr + 6, v6.s6_addr + 16, std::uint8_t{0});
  ::inet_ntop(AF_INET6, &v6, written.data(), written.size());
  return fmt::format("{}/48", written.data());
}

}  // namespace journal

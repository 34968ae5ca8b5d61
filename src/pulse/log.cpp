#include "pulse/log.h"

#include <fmt/format.h>
#include <xxhash.h>

#include <charconv>

#include "base/check.h"
#include "crypto/hash.h"
#include "pulse/limits_engine.h"

namespace pulse {
namespace {

using base::Code;
using base::fail;
using base::Result;

constexpr std::string_view kLogMagic = "HSPLOG1\n";
constexpr std::uint32_t kLogVersion = 1;
constexpr std::uint32_t kFrameMagic = 0x31465348;  // "HSF1"
constexpr std::size_t kReadBytes = std::size_t{1} << 20;

std::uint64_t frame_checksum(const std::uint8_t* head, base::ByteView sealed) {
  return XXH3_64bits_withSeed(sealed.data(), sealed.size(), XXH3_64bits(head, 16));
}

crypto::AesGcm cipher_of(const crypto::SecretKey& log_key, base::ByteView salt) {
  return crypto::AesGcm(crypto::derive_key(log_key, "pulse log " + base::to_hex(salt)));
}

std::array<std::uint8_t, crypto::AesGcm::kNonceSize> nonce_of(std::uint64_t sequence) {
  std::array<std::uint8_t, crypto::AesGcm::kNonceSize> nonce{};
  base::store_le(nonce.data(), sequence);
  return nonce;
}

std::unexpected<base::Error> corrupt(const base::Path& path, std::uint64_t offset, std::string_view what) {
  return fail(Code::Corrupt, fmt::format("{} at {}: {}", path.filename().string(), offset, what));
}

// A window on a file that moves forward: frames are looked at where they lie, without reading the file whole.
class Window {
 public:
  Window(const base::File& file, std::uint64_t size) : file_(file), size_(size) {}

  /// `count` bytes at `offset`, or fewer at the end of the file. Valid until the next call.
  Result<base::ByteView> at(std::uint64_t offset, std::size_t count) {
    count = static_cast<std::size_t>(std::min<std::uint64_t>(count, size_ - std::min(offset, size_)));
    if (offset < start_ || offset + count > start_ + bytes_.size()) {
      bytes_.resize(static_cast<std::size_t>(
          std::min<std::uint64_t>(std::max(count, kReadBytes), size_ - std::min(offset, size_))));
      start_ = offset;
      ASSIGN_OR_RETURN(auto got, file_.read_at(offset, bytes_));
      bytes_.resize(got);
      count = std::min(count, got);
    }
    return base::ByteView(bytes_).subspan(static_cast<std::size_t>(offset - start_), count);
  }
  std::uint64_t size() const { return size_; }

 private:
  const base::File& file_;
  std::uint64_t size_;
  std::uint64_t start_ = 0;
  base::Bytes bytes_;
};

struct Frame {
  std::uint64_t sequence = 0;
  base::ByteView bytes;  // head and sealed payload; empty: no good frame here
};

// The frame at `offset` if its checksum holds and its sequence is higher than `after`.
Result<Frame> frame_at(Window& window, std::uint64_t offset, std::uint64_t after) {
  ASSIGN_OR_RETURN(auto head, window.at(offset, kFrameHeadBytes));
  if (head.size() < kFrameHeadBytes) return Frame{};
  const auto length = base::load_le<std::uint32_t>(head.data());
  const auto sequence = base::load_le<std::uint64_t>(head.data() + 8);
  if (base::load_le<std::uint32_t>(head.data() + 4) != kFrameMagic || sequence <= after ||
      length < crypto::AesGcm::kTagSize || length > kFrameBytesMax + crypto::AesGcm::kTagSize ||
      offset + kFrameHeadBytes + length > window.size()) {
    return Frame{};
  }
  ASSIGN_OR_RETURN(auto whole, window.at(offset, kFrameHeadBytes + length));
  if (whole.size() < kFrameHeadBytes + length) return Frame{};
  const auto checksum = base::load_le<std::uint64_t>(whole.data() + 16);
  if (checksum != frame_checksum(whole.data(), whole.subspan(kFrameHeadBytes))) return Frame{};
  return Frame{sequence, whole};
}

// Where a good frame begins behind `offset`, or 0.
Result<std::uint64_t> good_frame_behind(Window& window, std::uint64_t offset, std::uint64_t after) {
  for (auto p = offset + 1; p + kFrameHeadBytes + crypto::AesGcm::kTagSize <= window.size(); ++p) {
    ASSIGN_OR_RETURN(auto head, window.at(p, 8));
    if (base::load_le<std::uint32_t>(head.data() + 4) != kFrameMagic) continue;
    ASSIGN_OR_RETURN(auto frame, frame_at(window, p, after));
    if (!frame.bytes.empty()) return p;
  }
  return std::uint64_t{0};
}

// Empty: the header is whole. Otherwise what is wrong with it.
std::string_view wrong_with_header(base::ByteView header, std::uint64_t number) {
  if (header.size() < kLogHeaderBytes) return "the header is cut short";
  if (base::as_text(header.first(kLogMagic.size())) != kLogMagic) return "this is no log";
  if (XXH3_64bits(header.data(), 56) != base::load_le<std::uint64_t>(header.data() + 56))
    return "the header is damaged";
  if (base::load_le<std::uint32_t>(header.data() + 8) != kLogVersion)
    return "the log is of a format that this version does not know";
  if (base::load_le<std::uint64_t>(header.data() + 16) != number) return "the log bears another's number";
  return {};
}

}  // namespace

std::string log_name(std::uint64_t number) { return fmt::format("log-{}", number); }

std::uint64_t log_number(std::string_view name) {
  if (!name.starts_with("log-")) return 0;
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(name.data() + 4, name.data() + name.size(), number);
  if (error != std::errc{} || end != name.data() + name.size() || log_name(number) != name) return 0;
  return number;
}

Result<std::unique_ptr<LogWriter>> LogWriter::create(base::Files& files, const base::Path& folder,
                                                     std::uint64_t number, const crypto::SecretKey& log_key,
                                                     base::Random& random) {
  base::Bytes header;
  header.reserve(kLogHeaderBytes);
  const auto magic = base::as_bytes(kLogMagic);
  header.assign(magic.begin(), magic.end());
  base::append_le(header, kLogVersion);
  base::append_le(header, std::uint32_t{0});
  base::append_le(header, number);
  std::array<std::uint8_t, 16> salt;
  random.fill(salt);
  header.insert(header.end(), salt.begin(), salt.end());
  header.resize(56);
  base::append_le(header, static_cast<std::uint64_t>(XXH3_64bits(header.data(), header.size())));

  const auto path = folder / log_name(number);
  RETURN_IF_ERROR(files.remove(path));
  ASSIGN_OR_RETURN(auto file, files.open(path, base::OpenMode::Append));
  RETURN_IF_ERROR(file->append(header));
  RETURN_IF_ERROR(file->sync());
  RETURN_IF_ERROR(files.sync_directory(folder));
  return std::unique_ptr<LogWriter>(new LogWriter(std::move(file), cipher_of(log_key, salt), number));
}

Result<void> LogWriter::append(base::ByteView payload) {
  CHECK(payload.size() <= kFrameBytesMax);
  if (broken_) return fail(Code::Unavailable, "the log is closed after a failed write");
  frame_.clear();
  base::append_le(frame_, static_cast<std::uint32_t>(payload.size() + crypto::AesGcm::kTagSize));
  base::append_le(frame_, kFrameMagic);
  base::append_le(frame_, sequence_);
  base::append_le(frame_, std::uint64_t{0});
  std::array<std::uint8_t, 16> associated;
  std::memcpy(associated.data(), frame_.data(), associated.size());
  cipher_.seal(nonce_of(sequence_), payload, associated, frame_);
  const auto sealed = base::ByteView(frame_).subspan(kFrameHeadBytes);
  base::store_le(frame_.data() + 16, frame_checksum(frame_.data(), sealed));
  ++sequence_;

  if (auto written = file_->append(frame_); !written) {
    broken_ = !file_->truncate(end_);
    return fail(Code::Unavailable, written.error().message);
  }
  if (auto synced = file_->sync(); !synced) {
    broken_ = true;
    return fail(Code::Unavailable, synced.error().message);
  }
  end_ += frame_.size();
  return {};
}

Result<LogEnd> read_log(base::Files& files, const base::Path& path, LogPlace place,
                        const crypto::SecretKey& log_key,
                        const std::function<Result<void>(base::ByteView)>& visit) {
  ASSIGN_OR_RETURN(auto file, files.open(path, base::OpenMode::Read));
  ASSIGN_OR_RETURN(auto size, file->size());
  Window window(*file, size);
  LogEnd end{.good_bytes = 0, .file_bytes = size};
  ASSIGN_OR_RETURN(auto header, window.at(0, kLogHeaderBytes));
  if (auto wrong = wrong_with_header(header, log_number(path.filename().string())); !wrong.empty()) {
    // Frames follow only a header that was synced.
    if (place == LogPlace::Last && size <= kLogHeaderBytes) return end;
    return corrupt(path, 0, wrong);
  }
  auto cipher = cipher_of(log_key, header.subspan(24, 16));
  base::Bytes payload;
  end.good_bytes = kLogHeaderBytes;
  while (end.good_bytes < size) {
    const auto offset = end.good_bytes;
    ASSIGN_OR_RETURN(auto frame, frame_at(window, offset, end.last_sequence));
    if (frame.bytes.empty()) {
      if (place == LogPlace::BeforeAnother) return corrupt(path, offset, "the frame is damaged");
      ASSIGN_OR_RETURN(auto behind, good_frame_behind(window, offset, end.last_sequence));
      if (behind != 0) return corrupt(path, offset, "the frame is damaged, and a good one follows it");
      return end;
    }
    payload.clear();
    auto opened = cipher.open(nonce_of(frame.sequence), frame.bytes.subspan(kFrameHeadBytes),
                              frame.bytes.first(16), payload);
    if (!opened) return corrupt(path, offset, "the frame does not open with this key");
    const auto length = frame.bytes.size();
    if (auto visited = visit(payload); !visited) {
      if (visited.error().code != Code::Corrupt) return fail(std::move(visited).error());
      return corrupt(path, offset, visited.error().message);
    }
    end.last_sequence = frame.sequence;
    end.good_bytes += length;
  }
  return end;
}

}  // namespace pulse

#include "mail/maildir.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/check.h"
#include "base/id.h"
#include "mail/limits.h"

namespace mail {
namespace {

// "0001796000000000.<26 characters>": milliseconds first, so that names sort as the mails came.
constexpr std::size_t kTimeDigits = 16;
constexpr std::size_t kNameLengthOfFile = kTimeDigits + 1 + 26;

bool is_name(std::string_view name) {
  if (name.size() != kNameLengthOfFile || name[kTimeDigits] != '.') return false;
  return std::ranges::all_of(name.substr(0, kTimeDigits), [](char c) { return c >= '0' && c <= '9'; }) &&
         base::parse_id<base::Id<struct FileTag>>(name.substr(kTimeDigits + 1)).has_value();
}

}  // namespace

base::Result<std::unique_ptr<Maildir>> Maildir::open(base::Files& files, base::Path folder,
                                                     const base::Clock& clock, base::Random& random) {
  for (const auto* part : {"tmp", "new", "cur"}) RETURN_IF_ERROR(files.make_directories(folder / part));
  return std::unique_ptr<Maildir>{new Maildir(files, std::move(folder), clock, random)};
}

Delivery Maildir::send(std::string_view from, std::string_view to, std::string_view rendered) {
  CHECK(is_address(from) && is_address(to));
  const auto name = fmt::format("{:016}.{}", std::max<std::int64_t>(base::to_ms(clock_.now()), 0),
                                to_text(base::Id<struct FileTag>::draw(random_)));
  const auto write = [&]() -> base::Result<void> {
    const auto temporary = folder_ / "tmp" / name;
    const auto envelope = fmt::format("Return-Path: <{}>\r\nDelivered-To: {}\r\n", from, to);
    ASSIGN_OR_RETURN(auto file, files_.open(temporary, base::OpenMode::Append));
    RETURN_IF_ERROR(file->append(base::as_bytes(envelope)));
    RETURN_IF_ERROR(file->append(base::as_bytes(rendered)));
    RETURN_IF_ERROR(file->sync());
    RETURN_IF_ERROR(files_.rename(temporary, folder_ / "new" / name));
    return files_.sync_directory(folder_ / "new");
  };
  if (auto written = write(); !written) {
    // A mail that may be in new/ already must not be left there, since it will be sent again.
    (void)files_.remove(folder_ / "tmp" / name);
    (void)files_.remove(folder_ / "new" / name);
    return {Outcome::Temporary, 0, std::move(written).error().message};
  }
  return {Outcome::Accepted, 0, {}};
}

base::Result<std::vector<std::string>> Maildir::list() const {
  ASSIGN_OR_RETURN(auto names, files_.list(folder_ / "new"));
  std::erase_if(names, [](const auto& name) { return !is_name(name); });
  std::ranges::reverse(names);
  return names;
}

base::Result<Reading> Maildir::read(std::string_view name) const {
  if (!is_name(name)) return base::fail(base::Code::NotFound, "no such mail");
  ASSIGN_OR_RETURN(auto bytes, base::read_file(files_, folder_ / "new" / std::string{name}, kRenderedBytes));
  return mail::read(base::as_text(bytes));
}

}  // namespace mail

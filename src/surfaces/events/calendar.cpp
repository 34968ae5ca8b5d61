#include "surfaces/events/calendar.h"

#include <fmt/format.h>

namespace surfaces::events {
namespace {

constexpr std::size_t kLineMax = 75;

/// "20261122T140000Z"
std::string stamp(base::Instant at) {
  std::string text;
  for (char c : base::to_rfc3339(at).substr(0, 19)) {
    if (c != '-' && c != ':') text += c;
  }
  return text + "Z";
}

std::string escaped(std::string_view text) {
  std::string out;
  for (char c : text) {
    if (c == '\\' || c == ';' || c == ',') out += '\\';
    if (c == '\n') {
      out += "\\n";
    } else if (static_cast<unsigned char>(c) >= 0x20) {
      out += c;
    }
  }
  return out;
}

/// Folds without cutting a UTF-8 character: a line may be shorter than it could be.
void add_line(std::string& out, std::string_view line) {
  std::size_t room = kLineMax;
  while (line.size() > room) {
    auto cut = room;
    while (cut > 0 && (static_cast<unsigned char>(line[cut]) & 0xC0) == 0x80) --cut;
    out.append(line.substr(0, cut)).append("\r\n ");
    line.remove_prefix(cut);
    room = kLineMax - 1;
  }
  out.append(line).append("\r\n");
}

}  // namespace

std::string calendar_file(const Event& event, std::string_view address) {
  std::string out;
  add_line(out, "BEGIN:VCALENDAR");
  add_line(out, "VERSION:2.0");
  add_line(out, "PRODID:-//Hartslag//events//EN");
  add_line(out, "METHOD:PUBLISH");
  add_line(out, "BEGIN:VEVENT");
  add_line(out, fmt::format("UID:{}-{}@hartslag", event.property.value, event.slug));
  add_line(out, fmt::format("DTSTAMP:{}", stamp(event.created)));
  add_line(out, fmt::format("DTSTART:{}", stamp(event.starts)));
  add_line(out, fmt::format("DTEND:{}", stamp(event.ends)));
  add_line(out, fmt::format("SUMMARY:{}", escaped(event.title)));
  if (!event.description.empty()) add_line(out, fmt::format("DESCRIPTION:{}", escaped(event.description)));
  add_line(out, fmt::format("URL:{}", address));
  add_line(out, fmt::format("LOCATION:{}", escaped(address)));
  add_line(out, "END:VEVENT");
  add_line(out, "END:VCALENDAR");
  return out;
}

}  // namespace surfaces::events

// The viewers' table as the contract spells it, in its three forms.
#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include <xlsxwriter.h>

#include <array>
#include <nlohmann/json.hpp>

#include "surfaces/events/audience.h"

namespace surfaces::events {
namespace {

using base::Result;

constexpr std::array kColumns{"name",   "email", "first_seen", "last_seen", "active_s",
                              "open_s", "share", "checks",     "accredited"};

std::string time_or_empty(const pulse::ViewerFigures& figures, std::int64_t at_ms) {
  return figures.seen ? base::to_rfc3339(base::instant_from_ms(at_ms)) : std::string{};
}

/// RFC 4180; what a spreadsheet would take for a formula is told apart by an apostrophe.
std::string csv_cell(std::string_view text) {
  std::string cell;
  if (!text.empty() && std::string_view{"=+-@"}.find(text.front()) != std::string_view::npos) cell += '\'';
  cell += text;
  if (cell.find_first_of(",\"\r\n") == std::string::npos) return cell;
  std::string quoted = "\"";
  for (char c : cell) {
    if (c == '"') quoted += '"';
    quoted += c;
  }
  return quoted + '"';
}

/// A file without a name that goes with this value.
class MemoryFile {
 public:
  MemoryFile() : descriptor_(::memfd_create("workbook", MFD_CLOEXEC)) {}
  ~MemoryFile() { ::close(descriptor_); }
  MemoryFile(const MemoryFile&) = delete;
  MemoryFile& operator=(const MemoryFile&) = delete;

  int descriptor() const { return descriptor_; }
  std::string path() const { return fmt::format("/proc/self/fd/{}", descriptor_); }
  Result<std::string> content() const {
    struct stat about{};
    if (::fstat(descriptor_, &about) != 0)
      return base::fail(base::Code::Unavailable, "the workbook cannot be read");
    std::string bytes(static_cast<std::size_t>(about.st_size), '\0');
    const auto got = ::pread(descriptor_, bytes.data(), bytes.size(), 0);
    if (got != about.st_size) return base::fail(base::Code::Unavailable, "the workbook cannot be read");
    return bytes;
  }

 private:
  int descriptor_;
};

void write_time(lxw_worksheet* sheet, lxw_row_t row, lxw_col_t column, std::int64_t at_ms,
                const std::string& zone, lxw_format* format) {
  const auto local = base::local_time(base::instant_from_ms(at_ms), zone);
  if (!local) return;
  lxw_datetime shown{
      local->year,  static_cast<int>(local->month), static_cast<int>(local->day), local->hour, local->minute,
      local->second};
  worksheet_write_datetime(sheet, row, column, &shown, format);
}

void write_rows(lxw_worksheet* sheet, const std::vector<PersonRow>& rows, const Event& event,
                lxw_format* time_format) {
  lxw_row_t at = 1;
  for (const auto& row : rows) {
    worksheet_write_string(sheet, at, 0, row.name.c_str(), nullptr);
    worksheet_write_string(sheet, at, 1, row.email.c_str(), nullptr);
    if (row.figures.seen) {
      write_time(sheet, at, 2, row.figures.first_seen_ms, event.time_zone, time_format);
      write_time(sheet, at, 3, row.figures.last_seen_ms, event.time_zone, time_format);
    }
    const auto number = [&](lxw_col_t column, pulse::Thousandths figure) {
      worksheet_write_number(sheet, at, column, static_cast<double>(figure.value) / 1000.0, nullptr);
    };
    number(4, row.figures.active_s);
    number(5, row.figures.open_s);
    number(6, row.figures.share);
    worksheet_write_number(sheet, at, 7, 0, nullptr);
    worksheet_write_boolean(sheet, at, 8, 0, nullptr);
    ++at;
  }
}

}  // namespace

std::string audience_csv(const std::vector<PersonRow>& rows) {
  std::string out = fmt::format("{}\r\n", fmt::join(kColumns, ","));
  for (const auto& row : rows) {
    const auto& figures = row.figures;
    fmt::format_to(std::back_inserter(out), "{},{},{},{},{},{},{},0,false\r\n", csv_cell(row.name),
                   csv_cell(row.email), time_or_empty(figures, figures.first_seen_ms),
                   time_or_empty(figures, figures.last_seen_ms), pulse::to_text(figures.active_s),
                   pulse::to_text(figures.open_s), pulse::to_text(figures.share));
  }
  return out;
}

std::string audience_json(const std::vector<PersonRow>& rows) {
  auto out = nlohmann::json::array();
  const auto seconds = [](pulse::Thousandths figure) { return static_cast<double>(figure.value) / 1000.0; };
  const auto time = [](const pulse::ViewerFigures& figures, std::int64_t at_ms) {
    return figures.seen ? nlohmann::json(base::to_rfc3339(base::instant_from_ms(at_ms))) : nlohmann::json();
  };
  for (const auto& row : rows) {
    out.push_back({{"name", row.name},
                   {"email", row.email},
                   {"first_seen", time(row.figures, row.figures.first_seen_ms)},
                   {"last_seen", time(row.figures, row.figures.last_seen_ms)},
                   {"active_s", seconds(row.figures.active_s)},
                   {"open_s", seconds(row.figures.open_s)},
                   {"share", seconds(row.figures.share)},
                   {"checks", 0},
                   {"accredited", false}});
  }
  return out.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

Result<std::string> audience_xlsx(const std::vector<PersonRow>& rows, const Event& event) {
  // In memory alone: a name in a file on disk would be a copy that no term ends.
  const MemoryFile file;
  if (file.descriptor() < 0) return base::fail(base::Code::Unavailable, "the workbook cannot be made");
  lxw_workbook_options options{};
  std::string temporary_folder = "/dev/shm";
  options.tmpdir = temporary_folder.data();
  auto* workbook = workbook_new_opt(file.path().c_str(), &options);
  if (workbook == nullptr) return base::fail(base::Code::Unavailable, "the workbook cannot be made");
  auto* sheet = workbook_add_worksheet(workbook, nullptr);
  auto* bold = workbook_add_format(workbook);
  format_set_bold(bold);
  auto* time_format = workbook_add_format(workbook);
  format_set_num_format(time_format, "yyyy-mm-dd hh:mm:ss");
  for (std::size_t i = 0; i < kColumns.size(); ++i) {
    const bool is_time = i == 2 || i == 3;
    const auto header =
        is_time ? fmt::format("{} ({})", kColumns[i], event.time_zone) : std::string{kColumns[i]};
    worksheet_write_string(sheet, 0, static_cast<lxw_col_t>(i), header.c_str(), bold);
  }
  worksheet_set_column(sheet, 0, 3, 28, nullptr);
  worksheet_freeze_panes(sheet, 1, 0);
  write_rows(sheet, rows, event, time_format);
  if (workbook_close(workbook) != LXW_NO_ERROR)
    return base::fail(base::Code::Unavailable, "the workbook cannot be written");
  return file.content();
}

}  // namespace surfaces::events

#include "sheet/workbook.h"

#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include <xlsxwriter.h>

namespace sheet {
namespace {

using base::Code;
using base::Result;

/// A file without a name that goes with this value.
class MemoryFile {
 public:
  MemoryFile() : descriptor_(::memfd_create("workbook", MFD_CLOEXEC)) {}
  ~MemoryFile() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }
  MemoryFile(const MemoryFile&) = delete;
  MemoryFile& operator=(const MemoryFile&) = delete;

  int descriptor() const { return descriptor_; }
  std::string path() const { return fmt::format("/proc/self/fd/{}", descriptor_); }
  Result<std::string> content() const {
    struct stat about{};
    if (::fstat(descriptor_, &about) != 0)
      return base::fail(Code::Unavailable, "the workbook cannot be read");
    std::string bytes(static_cast<std::size_t>(about.st_size), '\0');
    const auto got = ::pread(descriptor_, bytes.data(), bytes.size(), 0);
    if (got != about.st_size) return base::fail(Code::Unavailable, "the workbook cannot be read");
    return bytes;
  }

 private:
  int descriptor_;
};

struct Formats {
  lxw_format* bold;
  lxw_format* time;
  lxw_format* wrapped;
};

/// Writes a cell of whichever kind it is.
struct CellWriter {
  lxw_worksheet* to;
  lxw_row_t row;
  lxw_col_t column;
  const Formats& formats;
  bool wraps;

  void operator()(std::monostate) const {}
  void operator()(const std::string& text) const {
    worksheet_write_string(to, row, column, text.c_str(), wraps ? formats.wrapped : nullptr);
  }
  void operator()(double number) const { worksheet_write_number(to, row, column, number, nullptr); }
  void operator()(bool yes) const { worksheet_write_boolean(to, row, column, yes ? 1 : 0, nullptr); }
  void operator()(const base::LocalTime& time) const {
    lxw_datetime shown{
        time.year,  static_cast<int>(time.month), static_cast<int>(time.day), time.hour, time.minute,
        time.second};
    worksheet_write_datetime(to, row, column, &shown, formats.time);
  }
};

void fill(lxw_worksheet* to, const Worksheet& sheet, const Formats& formats) {
  for (std::size_t i = 0; i < sheet.header.size(); ++i)
    worksheet_write_string(to, 0, static_cast<lxw_col_t>(i), sheet.header[i].c_str(), formats.bold);
  for (std::size_t i = 0; i < sheet.widths.size(); ++i) {
    const auto column = static_cast<lxw_col_t>(i);
    worksheet_set_column(to, column, column, sheet.widths[i], nullptr);
  }
  worksheet_freeze_panes(to, 1, 0);
  lxw_row_t at = 1;
  for (const auto& row : sheet.rows) {
    for (std::size_t i = 0; i < row.size(); ++i)
      std::visit(CellWriter{to, at, static_cast<lxw_col_t>(i), formats, sheet.wraps}, row[i]);
    ++at;
  }
}

}  // namespace

Result<std::string> write_workbook(std::span<const Worksheet> sheets) {
  const MemoryFile file;
  if (file.descriptor() < 0) return base::fail(Code::Unavailable, "the workbook cannot be made");
  lxw_workbook_options options{};
  std::string temporary_folder = "/dev/shm";
  options.tmpdir = temporary_folder.data();
  auto* workbook = workbook_new_opt(file.path().c_str(), &options);
  if (workbook == nullptr) return base::fail(Code::Unavailable, "the workbook cannot be made");
  Formats formats{.bold = workbook_add_format(workbook),
                  .time = workbook_add_format(workbook),
                  .wrapped = workbook_add_format(workbook)};
  format_set_bold(formats.bold);
  format_set_num_format(formats.time, "yyyy-mm-dd hh:mm:ss");
  format_set_text_wrap(formats.wrapped);
  format_set_align(formats.wrapped, LXW_ALIGN_VERTICAL_TOP);
  bool named = true;
  for (const auto& sheet : sheets) {
    auto* to = workbook_add_worksheet(workbook, sheet.name.empty() ? nullptr : sheet.name.c_str());
    named = named && to != nullptr;
    if (to != nullptr) fill(to, sheet, formats);
  }
  if (workbook_close(workbook) != LXW_NO_ERROR)
    return base::fail(Code::Unavailable, "the workbook cannot be written");
  if (!named) return base::fail(Code::Invalid, "no worksheet can have this name");
  return file.content();
}

}  // namespace sheet

#include "app/backup_route.h"

#include <fmt/format.h>

#include <atomic>

#include "backup/archive.h"
#include "backup/contents.h"
#include "backup/evidence.h"
#include "base/log.h"
#include "crypto/seal.h"

namespace app {
namespace {

using base::Code;
using base::Result;
using http::Request;
using http::Response;

constexpr std::uint64_t kDrillBytesMax = 64 * 1024;

/// Taken for as long as an archive is being made, whoever ends it and how.
class Turn {
 public:
  static std::optional<Turn> take(std::shared_ptr<std::atomic<bool>> busy) {
    if (busy->exchange(true)) return std::nullopt;
    return Turn(std::move(busy));
  }
  ~Turn() {
    if (busy_) busy_->store(false);
  }
  Turn(Turn&&) noexcept = default;
  Turn& operator=(Turn&&) = delete;

 private:
  explicit Turn(std::shared_ptr<std::atomic<bool>> busy) : busy_(std::move(busy)) {}
  std::shared_ptr<std::atomic<bool>> busy_;
};

Result<void> check_caller(const Request& request) {
  if (!request.loopback) return base::fail(Code::Denied, "Backups are for callers of this machine.");
  return {};
}

Result<Response> give_backup(House& house, Turn turn) {
  // Before the copy is taken, which so holds the act itself.
  RETURN_IF_ERROR(house.journal->record({.kind = "backup.made"}));
  ASSIGN_OR_RETURN(const auto key, backup::backup_key(*house.keys));
  ASSIGN_OR_RETURN(auto items, backup::collect({.data = house.options.data,
                                                .control = *house.control,
                                                .vault = *house.vault_database,
                                                .keys = *house.keys,
                                                .engine = house.engine.get(),
                                                .files = house.files,
                                                .clock = *house.clock}));
  backup::ArchiveWriter writer(std::move(items), key, house.files, house.random);
  const auto total = writer.bytes_total();
  auto next = [&house, total, writer = std::move(writer), turn = std::move(turn),
               sent = std::uint64_t{0}](std::string& out) mutable -> Result<void> {
    if (auto made = writer.next(out); !made) {
      base::log(base::Level::Error, "backup.failed", {{"error", made.error()}});
      return made;
    }
    sent += out.size();
    if (!out.empty()) return {};
    RETURN_IF_ERROR(house.backup_evidence->note(
        backup::kBackupMade, fmt::format(R"({{"bytes":{},"archive_bytes":{}}})", total, sent)));
    base::log(base::Level::Info, "backup.made", {{"bytes", total}, {"archive_bytes", sent}});
    return {};
  };
  return Response::pull("application/octet-stream", std::move(next))
      .with("Hartslag-Bytes", std::to_string(total));
}

Result<Response> take_drill(House& house, const Request& request) {
  ASSIGN_OR_RETURN(const auto key, backup::backup_key(*house.keys));
  const auto said = crypto::open_sealed(key, base::as_bytes(request.body), base::as_bytes(kDrillPlace));
  if (!said) return base::fail(Code::Denied, "This drill was made with other keys.");
  RETURN_IF_ERROR(house.backup_evidence->note(backup::kRestoreDrill, base::as_text(*said)));
  base::log(base::Level::Info, "backup.drill_noted");
  return Response::no_content();
}

}  // namespace

void add_backup(http::Router& router, House& house) {
  router.post(
      "/backup",
      [&house, busy = std::make_shared<std::atomic<bool>>(false)](Request& request) -> Result<Response> {
        RETURN_IF_ERROR(check_caller(request));
        auto turn = Turn::take(busy);
        if (!turn) return base::fail(Code::Conflict, "A backup is being made already.");
        return give_backup(house, *std::move(turn));
      });
  router.plain(
      http::Method::Post, "/backup/drill",
      [&house](Request& request) -> Result<Response> {
        RETURN_IF_ERROR(check_caller(request));
        return take_drill(house, request);
      },
      kDrillBytesMax);
}

Result<BackupTimes> backup_times(House& house) {
  BackupTimes times;
  ASSIGN_OR_RETURN(const auto made, house.backup_evidence->find(backup::kBackupMade));
  if (made) times.made = made->at;
  ASSIGN_OR_RETURN(const auto drilled, house.backup_evidence->find(backup::kRestoreDrill));
  if (drilled) times.drilled = drilled->at;
  return times;
}

}  // namespace app

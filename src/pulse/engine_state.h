// What is behind Engine: the queue and its committer, the state in memory, the log, and checkpoints.
//
// Threads. Those that bring messages touch only the queue and the control words of session slots. The
// committer alone writes the log and changes the state, which readers share under `state_mutex_`; it never
// holds that mutex while it waits for the disk. Checkpoints, made by one thread at a time
// (`maintenance_mutex_`), ask the committer for a moment between two batches, the *cut*.
#pragma once

#include <atomic>
#include <functional>
#include <future>
#include <memory>
#include <set>
#include <thread>
#include <variant>
#include <vector>

#include "base/mutex.h"
#include "pulse/admission.h"
#include "pulse/engine.h"
#include "pulse/engine_core.h"
#include "pulse/file_hold.h"
#include "pulse/image.h"
#include "pulse/log.h"
#include "pulse/receipt_clock.h"
#include "pulse/snapshot_data.h"
#include "pulse/token.h"

namespace pulse {

struct QueuedMessage {
  Incoming incoming;  // its beats and marks lie in the queue, from these places on
  std::uint32_t beats_at = 0;
  std::uint32_t beats = 0;
  std::uint32_t marks_at = 0;
  std::uint32_t marks = 0;
  Engine::OnAck done;
};
struct QueuedOpen {
  OpenRequest request;
  Engine::OnOpened done;
};
/// Whatever else changes the state: writes its records into the batch.
struct QueuedAct {
  std::function<base::Result<void>(BatchBuilder&)> decide;
  Engine::OnDone done;
};
/// Runs on the committer between two batches.
struct QueuedCut {
  std::function<void()> run;
};
using QueuedItem = std::variant<QueuedMessage, QueuedOpen, QueuedAct, QueuedCut>;

struct QueuedMark {
  std::int64_t age_ms = 0;
  std::uint32_t at = 0;  // in the texts
  std::uint32_t kind_bytes = 0;
  std::uint32_t value_bytes = 0;
};

struct Queue {
  std::vector<QueuedItem> items;
  std::vector<MessageBeat> beats;
  std::vector<QueuedMark> marks;
  std::string texts;

  std::size_t bytes() const {
    return items.size() * sizeof(QueuedItem) + beats.size() * sizeof(MessageBeat) +
           marks.size() * sizeof(QueuedMark) + texts.size();
  }
  void clear();
};

class EngineState {
 public:
  EngineState(EngineOptions options, base::Files& files, const base::Clock& clock, base::Random& random,
              KeySource& keys, crypto::SecretKey log_key);
  ~EngineState();

  // recovery.cpp
  base::Result<void> recover();
  void start();

  // committer.cpp
  void append(const BeatMessage& message, Engine::OnAck done);
  void open_session(OpenRequest request, Engine::OnOpened done);
  void withdraw(base::SessionId session, std::string_view token, Engine::OnDone done);
  base::Result<void> stop_viewer(base::PropertyNumber property, base::ViewerNumber viewer);
  base::Result<void> renew_token_keys() EXCLUDES(mint_mutex_);
  /// Waits until the act is on stable storage.
  base::Result<void> act(std::function<base::Result<void>(BatchBuilder&)> decide);

  // maintenance.cpp
  enum class Scrub { No, Yes };
  base::Result<void> checkpoint(Scrub scrub, std::optional<base::PropertyNumber> rewrite)
      EXCLUDES(maintenance_mutex_);
  base::Result<void> erase_viewer(base::PropertyNumber property, base::ViewerNumber viewer);
  base::Result<void> has_property(base::PropertyNumber property);

  // anonymise.cpp
  base::Result<void> anonymise(base::PropertyNumber property, const ReportCounts& counts,
                               std::uint32_t fewest) EXCLUDES(maintenance_mutex_);
  base::Result<AnonymousRecord> anonymous_record(base::PropertyNumber property);

  // file_hold.cpp
  base::Result<std::unique_ptr<FileHold>> hold_files() EXCLUDES(maintenance_mutex_);
  /// The number and the good bytes of the log at this moment.
  base::Result<std::pair<std::uint64_t, std::uint64_t>> cut_log();
  void note_cut() EXCLUDES(maintenance_mutex_);
  void release_files(bool was_cut) EXCLUDES(maintenance_mutex_);

  // engine_read.cpp
  base::Result<Snapshot> snapshot(base::PropertyNumber property, base::ViewerNumber viewer);
  base::Result<Present> live(base::PropertyNumber property);
  base::Result<LiveChanges> live_changes(base::PropertyNumber property, std::uint64_t since);
  base::Result<std::vector<CurveSecond>> live_curve(base::PropertyNumber property, std::int64_t from_ms,
                                                    std::size_t seconds);
  base::Result<Report> report(base::PropertyNumber property, const ReportRange& range, ReportCounts counts);
  EngineCounters counters();

 private:
  // committer.cpp
  bool push(QueuedItem item, const BeatMessage* message) EXCLUDES(queue_mutex_);
  void commit_forever();
  std::size_t commit_from(Queue& queue, std::size_t first);
  struct Answer;
  void decide(Queue& queue, QueuedItem& item, std::vector<Answer>& answers) REQUIRES(state_mutex_);
  void decide_message(Queue& queue, QueuedMessage& message, std::vector<Answer>& answers)
      REQUIRES(state_mutex_);
  void notice_clock(const Receipt& receipt) REQUIRES(state_mutex_);
  std::shared_ptr<const TokenMint> mint() EXCLUDES(mint_mutex_);
  base::Result<void> write_batch();
  void give(Answer& answer, const base::Result<void>& written);
  /// Runs on the committer between two batches, and waits for it. False when the engine is closing.
  bool at_cut(const std::function<void()>& run);

  // maintenance.cpp
  struct Cut;
  base::Result<void> make_checkpoint(Scrub scrub, std::optional<base::PropertyNumber> rewrite)
      REQUIRES(maintenance_mutex_);
  void take_cut(Cut& cut) REQUIRES(state_mutex_);
  SealPlan plan_seal(Property& property, const Cut& cut) REQUIRES(state_mutex_);
  bool is_due(const Property& property, const Cut& cut) REQUIRES(state_mutex_);
  base::Result<void> write_segment(SealPlan& plan);
  base::Result<void> write_checkpoint(const base::Bytes& image, Scrub scrub);
  void install(Cut& cut) REQUIRES(state_mutex_);
  base::Result<void> remove_unused(Scrub scrub);
  base::Result<void> subtract_erased();
  void maintain_forever();
  bool is_checkpoint_due() EXCLUDES(state_mutex_);

  // anonymise.cpp
  base::Result<bool> is_anonymous(base::PropertyNumber property) EXCLUDES(state_mutex_);
  base::Result<void> save_record(base::PropertyNumber property, const ReportCounts& counts,
                                 std::uint32_t fewest) REQUIRES(erase_mutex_);

  // recovery.cpp
  base::Result<std::uint64_t> read_checkpoint();
  base::Result<void> replay(std::uint64_t first_log);

  // engine_read.cpp
  base::Result<Property*> readable(base::PropertyNumber property) REQUIRES(state_mutex_);
  base::Result<Property*> with_live(base::PropertyNumber property) REQUIRES(state_mutex_);
  base::Result<Report> compute_report(base::PropertyNumber property, const ReportRange& range,
                                      ReportCounts counts);
  base::Result<void> open_segments(base::PropertyNumber property) EXCLUDES(state_mutex_);
  SnapshotCut cut_snapshot(Property& property, const std::vector<Ordinal>* only) REQUIRES(state_mutex_);
  base::Result<void> refresh_live(base::PropertyNumber property) EXCLUDES(state_mutex_);
  base::Result<void> rebuild_live(Property& property) REQUIRES(state_mutex_);

  const EngineOptions options_;
  base::Files& files_;
  base::Random& random_;
  KeySource& keys_;
  const crypto::SecretKey log_key_;
  /// Replaced whole: whoever opens a token keeps the one that it began with.
  base::Mutex mint_mutex_;
  std::shared_ptr<const TokenMint> mint_ GUARDED_BY(mint_mutex_);
  ReceiptClock receipt_clock_;

  base::Mutex queue_mutex_;
  base::Condition queue_filled_;
  Queue queue_ GUARDED_BY(queue_mutex_);
  bool closing_ GUARDED_BY(queue_mutex_) = false;

  base::Mutex state_mutex_;
  EngineCore core_ GUARDED_BY(state_mutex_);
  BatchBuilder batch_ GUARDED_BY(state_mutex_);
  const SessionTable& table_;  // its control words, which any thread may read

  // The committer's own.
  std::unique_ptr<LogWriter> log_;
  std::uint32_t generation_ = 0;

  base::Mutex maintenance_mutex_;
  base::Condition released_;
  int holds_ GUARDED_BY(maintenance_mutex_) = 0;        // of files; what destroys bytes waits for them
  int uncut_holds_ GUARDED_BY(maintenance_mutex_) = 0;  // those of them that every checkpoint waits for
  base::Mutex erase_mutex_;  // held while a viewer's time is taken out of the curve, and at a cut
  base::Mutex wake_mutex_;
  base::Condition wake_;
  bool stopping_ GUARDED_BY(wake_mutex_) = false;

  std::thread committer_;
  std::thread maintainer_;

  std::atomic<std::uint64_t> messages_{0};
  std::atomic<std::uint64_t> repeated_{0};
  std::atomic<std::uint64_t> refused_full_{0};
  std::atomic<std::uint64_t> refused_failed_{0};
  std::atomic<std::uint64_t> commits_{0};
  std::atomic<std::uint64_t> log_bytes_{0};
  std::atomic<std::uint64_t> log_size_{0};    // of the current log
  std::atomic<std::uint64_t> log_number_{0};  // of the current log
  std::atomic<std::uint64_t> checkpoints_{0};
};

}  // namespace pulse

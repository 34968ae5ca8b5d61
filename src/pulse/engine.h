// The embedded store of attention: sessions, what they beat, and what follows from it, for any number of
// properties in one process.
//
// A message is parsed and its token checked by the thread that brings it; then it joins the open batch. One
// committer thread writes a batch as one frame of the log (log.h), syncs once, folds the beats
// into the sessions' open intervals and the live figures (live.h), and then acknowledges. Nothing is
// acknowledged, and nothing is visible to readers, before it is on stable storage.
//
// Closed intervals wait in memory until a checkpoint seals them into segments (segment.h). A checkpoint
// (checkpoint.h) is the image of all that is in memory at one frame of the log and the list of the valid
// segments; it replaces its predecessor atomically, and logs before it are removed. So recovery is: read the
// checkpoint, replay the log after it through the same code.
//
// Files in the folder: `log-<n>`, `checkpoint`, `<property>-<n>.segment`, and for a property that was
// anonymised `<property>.anonymous` (anonymous_file.h) instead. All of them encrypted.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/files.h"
#include "base/names.h"
#include "base/random.h"
#include "base/result.h"
#include "base/time.h"
#include "crypto/key_ring.h"
#include "crypto/secret_key.h"
#include "policy/permit.h"
#include "pulse/anonymous.h"
#include "pulse/beat.h"
#include "pulse/facts.h"
#include "pulse/limits_engine.h"
#include "pulse/report.h"
#include "pulse/snapshot.h"

namespace pulse {

/// Where keys come from. Any thread; may block, so that the engine never asks while it holds a lock.
class KeySource {
 public:
  virtual ~KeySource() = default;
  /// Under which the log and the checkpoint are encrypted.
  virtual base::Result<crypto::SecretKey> log_key() = 0;
  /// Under which tokens are sealed, and were for as long as tokens live.
  virtual base::Result<crypto::KeyRing> token_keys() = 0;
  /// Under which the property's segments are encrypted. Errors: Gone once it was destroyed.
  virtual base::Result<crypto::SecretKey> property_key(base::PropertyNumber property) = 0;
};

struct EngineOptions {
  base::Path folder;  ///< created when missing
  /// What the limits of limits_engine.h may be lowered to, in tests and on small machines.
  std::size_t queue_bytes_max = kQueueBytesMax;
  std::uint64_t log_bytes_before_checkpoint = kLogBytesBeforeCheckpoint;
  std::size_t intervals_before_seal = kIntervalsBeforeSeal;
  /// Whether a thread of the engine's own makes checkpoints when they are due. Without it somebody calls
  /// `checkpoint`.
  bool checkpoints_itself = true;
};

/// What may be measured of a property, as the policy in force and the organiser's choices say.
struct PropertyRules {
  std::int64_t window_from_ms = 0;  ///< beats outside [window_from, window_to] are dropped
  std::int64_t window_to_ms = 0;
  std::int64_t report_from_ms = 0;  ///< the planned start and end: the range of the live figures
  std::int64_t report_to_ms = 0;
  Facts facts = 0;                      ///< 0 … 127: those that the policy declares
  std::vector<std::string> mark_kinds;  ///< other kinds are dropped; at most kMarkKindsMax
  std::int64_t token_life_ms = kTokenLifeMaxMs;

  bool operator==(const PropertyRules&) const = default;
};

/// Small words about a session, such as {"device", "phone"}; never about a person.
using Attributes = std::vector<std::pair<std::string, std::string>>;

namespace testing {
struct Unpermitted;
}

/// A viewing to be opened. It is made of permits: what the policy does not allow cannot be asked for, and
/// facts of a viewer who did not agree least of all (misuse/*.cpp show that it does not compile).
class OpenRequest {
 public:
  /// Only that it was opened is stored, and there is no token. `viewer` 0: nobody's; the session is then a
  /// viewer of its own.
  OpenRequest(const policy::RecordPermit& opened, base::PropertyNumber property, base::SessionId session,
              base::ViewerNumber viewer);
  /// Measured: property, session and viewer are those that the consent was recorded for.
  OpenRequest(const policy::RecordPermit& opened, const policy::FactsPermit& measured);

  OpenRequest& with(const policy::AttributePermit& attribute, std::string value);

 private:
  friend class BatchBuilder;
  friend class EngineState;
  friend struct testing::Unpermitted;
  OpenRequest() = default;

  base::SessionId session_;
  base::PropertyNumber property_;
  base::ViewerNumber viewer_;
  bool consented_ = false;
  Facts permitted_ = 0;
  Attributes attributes_;
};

struct OpenedSession {
  base::SessionId session;
  base::ViewerNumber viewer;
  std::string token;  ///< empty without consent
  base::Instant opened;
  base::Instant expires;
};

struct Ack {
  std::uint64_t number = 0;  ///< beats up to here are on stable storage, or dropped by rule
};

/// Numbers since the start, for operators.
struct EngineCounters {
  std::uint64_t messages = 0;
  std::uint64_t beats = 0;           ///< stored
  std::uint64_t beats_repeated = 0;  ///< skipped, since their number was there already
  std::uint64_t beats_outside = 0;   ///< outside the property's window
  std::uint64_t marks = 0;
  std::uint64_t refused_full = 0;    ///< answered Unavailable, the queue being full
  std::uint64_t refused_failed = 0;  ///< answered Unavailable, storage having failed
  std::uint64_t commits = 0;
  std::uint64_t log_bytes = 0;  ///< written
  std::uint64_t checkpoints = 0;
  std::uint64_t sessions = 0;      ///< now in the session table
  std::uint64_t memory_bytes = 0;  ///< of sessions, viewers and unsealed intervals, now
};

enum class ViewerState : std::uint8_t {
  Absent,    ///< no session beat within the gap, or the last beat said "going away"
  Inactive,  ///< present, in no session focused
  Active,
};

struct LiveViewer {
  base::ViewerNumber viewer;  ///< never 0: sessions without a viewer are only counted
  ViewerState state = ViewerState::Absent;
  std::int64_t active_ms = 0;      ///< within the report range, sessions united
  std::int64_t open_ms = 0;        ///< active and inactive
  std::int64_t first_seen_ms = 0;  ///< start of the first credited time; 0: none yet
  std::int64_t last_seen_ms = 0;   ///< end of the last
  bool consented = false;          ///< with at least one consented session
};

struct Present {
  std::int64_t at_ms = 0;  ///< the moment for which it holds
  std::uint64_t version = 0;
  std::int64_t active = 0;  ///< viewers, sessions without a viewer number included
  std::int64_t inactive = 0;
  std::int64_t opened = 0;     ///< viewers with a session
  std::int64_t consented = 0;  ///< with at least one consented session; refused = opened - consented
};

struct LiveChanges {
  Present present;
  /// False: too long ago. `viewers` is then all of them, and what the asker had is to be forgotten.
  bool incremental = true;
  std::vector<LiveViewer> viewers;  ///< each once, as they are now
};

/// Viewer-milliseconds of one second; divided by 1000 they are the average number present.
struct CurveSecond {
  std::int64_t active_ms = 0;
  std::int64_t inactive_ms = 0;

  bool operator==(const CurveSecond&) const = default;
};

/// What `verify` found wrong.
struct Damage {
  std::string file;
  std::uint64_t offset = 0;
  std::string what;
};

class EngineState;
class FileHold;

/// Any thread may call any function, unless said otherwise. Functions with a callback return at once and
/// never wait for the disk; the callback is called exactly once, on the committer thread or, when the answer
/// needs no disk, before the function returns. It must not block, and may call only functions of
/// this kind. All others may block, and are not for I/O threads.
///
/// Errors of all functions: Unavailable when storage has failed, the disk is full or the queue is; NotFound
/// for a property that was never declared, Gone for one that was dropped.
class Engine {
 public:
  using OnOpened = std::function<void(base::Result<OpenedSession>)>;
  using OnAck = std::function<void(base::Result<Ack>)>;
  using OnDone = std::function<void(base::Result<void>)>;

  /// Recovers what the folder holds and starts the committer. Files, clock, random and keys outlive the
  /// engine. Errors: Corrupt naming file and offset; Unavailable.
  static base::Result<std::unique_ptr<Engine>> open(EngineOptions options, base::Files& files,
                                                    const base::Clock& clock, base::Random& random,
                                                    KeySource& keys);
  /// Commits what was queued, answers it, and ends the threads. Does not make a checkpoint.
  ~Engine();
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;

  /// Declares a property or changes its rules, for beats from now on. Idempotent.
  /// Errors: Invalid for rules beyond a limit; Conflict when the property was sealed.
  base::Result<void> declare_property(base::PropertyNumber property, PropertyRules rules);

  // ---- the way of a heartbeat; none of these blocks -----------------------------------------------

  /// Errors: Conflict when the property's window and the hour after it are over; Invalid for attributes
  /// beyond a limit; TooMany when there is no room for another session.
  void open_session(OpenRequest request, OnOpened done);

  /// `message` is what a page sent; see beat.h. Errors: Invalid, TooLarge as BeatParser has them;
  /// Unauthenticated for a token that is forged or expired and for a session that was ended (the page opens
  /// a new one); Gone for one that was withdrawn or erased (the page stops beating); Unavailable: not
  /// acknowledged, send the same again.
  void append(std::string_view message, OnAck done);
  /// The same with the message parsed already; `message` need not outlive the call.
  void append(const BeatMessage& message, OnAck done);

  /// Consent is withdrawn: what arrives after it is dropped, beats that wait in the queue too. Idempotent.
  /// Errors: Unauthenticated when the token is forged, expired or another session's.
  void withdraw(base::SessionId session, std::string_view token, OnDone done);

  // ---- acts of the house --------------------------------------------------------------------------

  /// Asks the source for the keys of tokens anew. Sessions whose token's key is still among them go on.
  base::Result<void> renew_token_keys();

  /// All of the property's open sessions end; their pages get Unauthenticated and open new ones.
  base::Result<void> end_sessions(base::PropertyNumber property);

  /// As if the viewer had withdrawn in every session that is measured: their pages get Gone and stop. What
  /// was recorded stays. Idempotent.
  base::Result<void> stop_viewer(base::PropertyNumber property, base::ViewerNumber viewer);

  /// From its return on no function returns anything of the viewer, every figure is without them, and a
  /// restart does not bring them back. Their bytes go with `scrub`. Idempotent.
  base::Result<void> erase_viewer(base::PropertyNumber property, base::ViewerNumber viewer);

  /// The property's sessions, intervals and marks are gone, and its sessions get Gone. Its segments are
  /// removed, and no log or checkpoint holds anything of it when this returns. Idempotent.
  base::Result<void> drop_property(base::PropertyNumber property);

  /// Removes the bytes of what was erased: afterwards no file in the folder holds anything of erased viewers.
  /// Takes as long as rewriting the segments that they are in.
  base::Result<void> scrub(base::PropertyNumber property);

  /// The property's event is over: ends its sessions and seals all of it into one segment. The live figures
  /// end; reports are computed from the segment.
  base::Result<void> seal(base::PropertyNumber property);

  /// Puts the anonymous record of the property (anonymous.h, of its report range) in the place of its
  /// sessions, intervals and marks: seals it, makes the record durable, and then destroys every row, in
  /// memory, in segments, logs and checkpoint, as drop_property does. From its return on `report` and
  /// `anonymous_record` answer from the record, all else answers Gone, beats too; a restart at any moment
  /// leaves all of it as it was or all of it gone, and calling again finishes what is left. Idempotent: the
  /// first record stays, whatever the later arguments. Of `counts` registered and accredited are read, since
  /// those who keep them forget them too. Afterwards the property's key can be destroyed.
  /// Errors: Invalid as AnonymousBuilder::make; Gone for a property that was dropped.
  base::Result<void> anonymise(base::PropertyNumber property, const ReportCounts& counts,
                               std::uint32_t fewest = kAnonymousFewest);

  /// Seals what is due, writes a checkpoint, and removes the logs before it.
  base::Result<void> checkpoint();

  // ---- reading ------------------------------------------------------------------------------------

  /// Everything of a property as it is at one moment; stays so whatever happens afterwards.
  base::Result<Snapshot> snapshot(base::PropertyNumber property);

  /// One viewer's sessions, intervals and marks, without reading those of others.
  base::Result<Snapshot> snapshot_of_viewer(base::PropertyNumber property, base::ViewerNumber viewer);

  /// Present now. Errors: Conflict for a property without live figures (sealed, or its report range is
  /// longer than kLiveRangeMaxMs).
  base::Result<Present> live(base::PropertyNumber property);
  /// What changed after `since_version` (0: everything).
  base::Result<LiveChanges> live_changes(base::PropertyNumber property, std::uint64_t since_version);
  /// The live curve of the seconds from `from_ms`, which lies in the report range on a whole second after
  /// its start; `seconds` values at most, fewer at the end of the range.
  base::Result<std::vector<CurveSecond>> live_curve(base::PropertyNumber property, std::int64_t from_ms,
                                                    std::size_t seconds);

  /// The record of a property that was anonymised. Errors: Conflict for one that was not.
  base::Result<AnonymousRecord> anonymous_record(base::PropertyNumber property);

  /// The report of report.h: from the live figures where the range is the property's report range (the
  /// median is then exact to a second), else computed. Of `counts` only registered and accredited are
  /// read; opened, consented and refused are the store's. Of an anonymised property all are the record's.
  base::Result<Report> report(base::PropertyNumber property, const ReportRange& range, ReportCounts counts);

  EngineCounters counters() const;

  /// Opens the store's files, to be copied while it is in use; see file_hold.h.
  base::Result<std::unique_ptr<FileHold>> hold_files();

  /// Reads every frame and block of a folder that no engine has open. Errors: Unavailable when it cannot be
  /// read at all; what is wrong with what was read is the result, empty when all is well.
  static base::Result<std::vector<Damage>> verify(const base::Path& folder, base::Files& files,
                                                  KeySource& keys);

 private:
  explicit Engine(std::unique_ptr<EngineState> state);
  std::unique_ptr<EngineState> state_;
};

}  // namespace pulse

#include "pulse/engine.h"

#include "pulse/engine_state.h"
#include "pulse/file_hold.h"

namespace pulse {

using base::Code;
using base::fail;
using base::Result;

Engine::Engine(std::unique_ptr<EngineState> state) : state_(std::move(state)) {}
Engine::~Engine() = default;

Result<std::unique_ptr<Engine>> Engine::open(EngineOptions options, base::Files& files,
                                             const base::Clock& clock, base::Random& random,
                                             KeySource& keys) {
  ASSIGN_OR_RETURN(auto log_key, keys.log_key());
  auto state =
      std::make_unique<EngineState>(std::move(options), files, clock, random, keys, std::move(log_key));
  RETURN_IF_ERROR(state->renew_token_keys());
  RETURN_IF_ERROR(state->recover());
  state->start();
  return std::unique_ptr<Engine>(new Engine(std::move(state)));
}

Result<void> Engine::declare_property(base::PropertyNumber property, PropertyRules rules) {
  return state_->act([&](BatchBuilder& batch) { return batch.declare(property, rules); });
}

OpenRequest::OpenRequest(const policy::RecordPermit&, base::PropertyNumber property, base::SessionId session,
                         base::ViewerNumber viewer)
    : session_(session), property_(property), viewer_(viewer) {}

OpenRequest::OpenRequest(const policy::RecordPermit&, const policy::FactsPermit& measured)
    : session_(measured.session()),
      property_(measured.property()),
      viewer_(measured.viewer()),
      consented_(true),
      permitted_(static_cast<Facts>(measured.facts())) {}

OpenRequest& OpenRequest::with(const policy::AttributePermit& attribute, std::string value) {
  attributes_.emplace_back(attribute.name(), std::move(value));
  return *this;
}

void Engine::open_session(OpenRequest request, OnOpened done) {
  state_->open_session(std::move(request), std::move(done));
}

void Engine::append(std::string_view message, OnAck done) {
  thread_local BeatParser parser;
  const auto parsed = parser.parse(message);
  if (!parsed) return done(fail(parsed.error()));
  state_->append(**parsed, std::move(done));
}

void Engine::append(const BeatMessage& message, OnAck done) { state_->append(message, std::move(done)); }

void Engine::withdraw(base::SessionId session, std::string_view token, OnDone done) {
  state_->withdraw(session, token, std::move(done));
}

Result<void> Engine::renew_token_keys() { return state_->renew_token_keys(); }

Result<void> Engine::end_sessions(base::PropertyNumber property) {
  return state_->act([&](BatchBuilder& batch) { return batch.of_property(RecordKind::End, property); });
}

Result<void> Engine::stop_viewer(base::PropertyNumber property, base::ViewerNumber viewer) {
  return state_->stop_viewer(property, viewer);
}

Result<void> Engine::erase_viewer(base::PropertyNumber property, base::ViewerNumber viewer) {
  return state_->erase_viewer(property, viewer);
}

Result<void> Engine::drop_property(base::PropertyNumber property) {
  auto dropped =
      state_->act([&](BatchBuilder& batch) { return batch.of_property(RecordKind::Drop, property); });
  // Dropped before, but perhaps its bytes are still there.
  if (!dropped && dropped.error().code != Code::Gone) return dropped;
  return state_->checkpoint(EngineState::Scrub::Yes, std::nullopt);
}

Result<void> Engine::scrub(base::PropertyNumber property) {
  RETURN_IF_ERROR(state_->has_property(property));
  return state_->checkpoint(EngineState::Scrub::Yes, property);
}

Result<void> Engine::seal(base::PropertyNumber property) {
  RETURN_IF_ERROR(
      state_->act([&](BatchBuilder& batch) { return batch.of_property(RecordKind::Seal, property); }));
  return state_->checkpoint(EngineState::Scrub::No, std::nullopt);
}

Result<void> Engine::anonymise(base::PropertyNumber property, const ReportCounts& counts,
                               std::uint32_t fewest) {
  return state_->anonymise(property, counts, fewest);
}

Result<void> Engine::checkpoint() { return state_->checkpoint(EngineState::Scrub::No, std::nullopt); }

Result<Snapshot> Engine::snapshot(base::PropertyNumber property) { return state_->snapshot(property, {}); }

Result<Snapshot> Engine::snapshot_of_viewer(base::PropertyNumber property, base::ViewerNumber viewer) {
  if (!viewer) return fail(Code::Invalid, "nobody's sessions cannot be told apart");
  return state_->snapshot(property, viewer);
}

Result<Present> Engine::live(base::PropertyNumber property) { return state_->live(property); }

Result<LiveChanges> Engine::live_changes(base::PropertyNumber property, std::uint64_t since_version) {
  return state_->live_changes(property, since_version);
}

Result<std::vector<CurveSecond>> Engine::live_curve(base::PropertyNumber property, std::int64_t from_ms,
                                                    std::size_t seconds) {
  return state_->live_curve(property, from_ms, seconds);
}

Result<AnonymousRecord> Engine::anonymous_record(base::PropertyNumber property) {
  return state_->anonymous_record(property);
}

Result<Report> Engine::report(base::PropertyNumber property, const ReportRange& range, ReportCounts counts) {
  return state_->report(property, range, counts);
}

EngineCounters Engine::counters() const { return state_->counters(); }

Result<std::unique_ptr<FileHold>> Engine::hold_files() { return state_->hold_files(); }

}  // namespace pulse

// An anonymous record takes the place of what a property's viewers did.
//
// The order is what makes it safe to die at any moment: the record's file lasts before a frame of the log
// says that it holds; from that frame on the rows are gone for every reader and for recovery; then a
// checkpoint without them is written, and whatever held their bytes is overwritten. A record without its
// frame is removed by the next checkpoint, and rows with their frame by the next call.
#include <algorithm>

#include "pulse/anonymous_file.h"
#include "pulse/engine_state.h"

namespace pulse {

using base::Code;
using base::fail;
using base::Result;

Result<void> EngineState::anonymise(base::PropertyNumber number, const ReportCounts& counts,
                                    std::uint32_t fewest) {
  if (auto possible = AnonymousBuilder::make(0, 0, fewest); !possible) return fail(possible.error());
  base::Lock lock(maintenance_mutex_);
  // Whoever copies the files copies the record along with its frame, or neither.
  while (holds_ > 0) released_.wait(maintenance_mutex_);
  ASSIGN_OR_RETURN(const bool done, is_anonymous(number));
  if (!done) {
    RETURN_IF_ERROR(act([&](BatchBuilder& batch) { return batch.of_property(RecordKind::Seal, number); }));
    // Nobody is erased between the record and the rows' end: they would stay in the record.
    base::Lock erase(erase_mutex_);
    RETURN_IF_ERROR(save_record(number, counts, fewest));
    RETURN_IF_ERROR(
        act([&](BatchBuilder& batch) { return batch.of_property(RecordKind::Anonymise, number); }));
  }
  return make_checkpoint(Scrub::Yes, std::nullopt);
}

// Errors: NotFound; Gone for one that was dropped.
Result<bool> EngineState::is_anonymous(base::PropertyNumber number) {
  base::Lock lock(state_mutex_);
  const auto* property = core_.find(number);
  if (property != nullptr && property->anonymised) return true;
  RETURN_IF_ERROR(readable(number));
  return false;
}

Result<void> EngineState::save_record(base::PropertyNumber number, const ReportCounts& counts,
                                      std::uint32_t fewest) {
  PropertyRules rules;
  {
    base::Lock lock(state_mutex_);
    ASSIGN_OR_RETURN(const auto* property, readable(number));
    rules = property->rules;
  }
  ASSIGN_OR_RETURN(auto builder, AnonymousBuilder::make(rules.report_from_ms, rules.report_to_ms, fewest));
  ASSIGN_OR_RETURN(const auto data, snapshot(number, {}));
  RETURN_IF_ERROR(data.visit_viewers([&](const ViewerRow& row) {
    const bool consented = std::ranges::any_of(
        row.sessions, [&](std::uint32_t place) { return data.sessions()[place].consented; });
    builder.add_viewer(row.presences, consented);
  }));
  return save_anonymous(files_, options_.folder, number, builder.record(counts), log_key_, random_);
}

Result<AnonymousRecord> EngineState::anonymous_record(base::PropertyNumber number) {
  ASSIGN_OR_RETURN(const bool anonymous, is_anonymous(number));
  if (!anonymous) return fail(Code::Conflict, "the property was not anonymised");
  return load_anonymous(files_, options_.folder, number, log_key_);
}

}  // namespace pulse

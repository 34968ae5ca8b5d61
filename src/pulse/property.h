// What the engine keeps in memory of a property.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "pulse/chunked.h"
#include "pulse/engine.h"
#include "pulse/interval_store.h"
#include "pulse/live.h"
#include "pulse/segment.h"
#include "pulse/session_table.h"

namespace pulse {

/// A session's place while its property is running.
struct SessionPlace {
  SlotNumber slot = kNone;       ///< kNone: its token has expired and its row is sealed
  std::uint32_t before = kNone;  ///< ordinal of the viewer's session before it
};

/// All that bore this viewer number when there were `before` sessions.
struct ErasedViewer {
  base::ViewerNumber viewer;
  Ordinal before = 0;

  bool operator==(const ErasedViewer&) const = default;
};

struct SegmentInUse {
  std::uint32_t number = 0;
  std::shared_ptr<const SegmentReader> reader;  ///< null until somebody reads
};

/// Holders of the engine's state.
struct Property {
  base::PropertyNumber number;
  std::uint16_t place = 0;  ///< in the engine
  PropertyRules rules;
  bool sealed = false;   ///< it is over: no sessions, no live figures
  bool dropped = false;  ///< nothing is left but the number, and the anonymous record if there is one
  bool anonymised = false;

  /// Sets of attributes by number; 0 is the empty set. Append only, as are the mark kinds, whose number 0
  /// is kMarkStopped.
  std::vector<Attributes> attribute_sets{Attributes{}};
  std::map<Attributes, std::uint16_t> attribute_numbers{{Attributes{}, 0}};
  std::vector<std::string> mark_kinds{std::string{}};

  Chunked<SessionPlace> sessions;  ///< by ordinal
  Ordinal sealed_sessions = 0;     ///< those before have their rows in segments
  IntervalStore intervals;
  std::vector<SealedMark> marks;  ///< unsealed, in order of arrival
  std::vector<SegmentInUse> segments;
  std::uint32_t next_segment = 1;

  std::vector<ErasedViewer> erased;
  std::unordered_set<Ordinal> erased_sessions;  ///< those of them whose rows may be unsealed

  LiveFigures live;

  std::uint16_t attribute_number(const Attributes& attributes);
  std::uint32_t mark_kind(std::string_view kind);
  bool is_erased(base::ViewerNumber viewer, Ordinal ordinal) const;
  /// Forgets all rows, in memory and in segments.
  void forget();
  std::size_t memory_bytes() const;
};

}  // namespace pulse

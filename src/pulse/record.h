// What the payload of a log's frame holds: the time of the commit (ms since the epoch, a varint), then
// records, each a byte that tells its kind and then its fields. Varints unless said otherwise; "text" has its
// length before it.
//
//   Declare   property, rules: window from, window to, report from, report to, token life (zigzag),
//             facts (byte), number of mark kinds, each a text
//   Open      property, ordinal, slot, id (16 bytes), viewer (8 bytes), opened_ms, life in units of 2 s,
//             consented (byte), number of attributes, each two texts
//   Beats     slot, by how much the session's last number rises, number of beats, each: time since the
//             session's beat before (the first: since its opening), facts (byte: 0 … 127, 255 going
//             away, 254 outside the window); number of marks, each: time since opening, kind text, value text
//   Stop      slot, at_ms: consent is withdrawn
//   End       property: its sessions end
//   EndAll    every session ends: somebody set the clock
//   Erase     property, viewer (8 bytes)
//   Drop      property
//   Seal      property: it is over
//   Anonymise property: an anonymous record takes the place of its rows (anonymise.cpp)
#pragma once

#include <cstdint>

#include "pulse/codec.h"
#include "pulse/engine.h"
#include "pulse/segment.h"
#include "pulse/session_table.h"

namespace pulse {

enum class RecordKind : std::uint8_t {
  Declare = 1,
  Open = 2,
  Beats = 3,
  Stop = 4,
  End = 5,
  EndAll = 6,
  Erase = 7,
  Drop = 8,
  Seal = 9,
  Anonymise = 10,
};

inline constexpr std::uint8_t kFactsGoingAwayByte = 255;
inline constexpr std::uint8_t kFactsOutsideByte = 254;

void write_rules(const PropertyRules& rules, Writer& out);
PropertyRules read_rules(Reader& in);

void write_attributes(const Attributes& attributes, Writer& out);
Attributes read_attributes(Reader& in);

struct OpenRecord {
  base::PropertyNumber property;
  Ordinal ordinal = 0;
  SlotNumber slot = 0;
  base::SessionId id;
  base::ViewerNumber viewer;
  std::int64_t opened_ms = 0;
  std::uint16_t life = 0;
  bool consented = false;
  Attributes attributes;
};
void write_open(const OpenRecord& record, Writer& out);
/// What follows the kind.
OpenRecord read_open(Reader& in);

}  // namespace pulse

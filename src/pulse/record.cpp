#include "pulse/record.h"

#include <cstring>

namespace pulse {

void write_rules(const PropertyRules& rules, Writer& out) {
  out.zigzag(rules.window_from_ms);
  out.zigzag(rules.window_to_ms);
  out.zigzag(rules.report_from_ms);
  out.zigzag(rules.report_to_ms);
  out.zigzag(rules.token_life_ms);
  out.u8(static_cast<std::uint8_t>(rules.facts));
  out.varint(rules.mark_kinds.size());
  for (const auto& kind : rules.mark_kinds) out.text(kind);
}

PropertyRules read_rules(Reader& in) {
  PropertyRules rules;
  rules.window_from_ms = in.zigzag();
  rules.window_to_ms = in.zigzag();
  rules.report_from_ms = in.zigzag();
  rules.report_to_ms = in.zigzag();
  rules.token_life_ms = in.zigzag();
  rules.facts = static_cast<Facts>(in.u8() & kFactsMax);
  const auto kinds = in.count();
  for (std::size_t i = 0; i < kinds; ++i) rules.mark_kinds.emplace_back(in.text());
  return rules;
}

void write_attributes(const Attributes& attributes, Writer& out) {
  out.varint(attributes.size());
  for (const auto& [name, value] : attributes) {
    out.text(name);
    out.text(value);
  }
}

Attributes read_attributes(Reader& in) {
  Attributes attributes;
  const auto count = in.count(2);
  for (std::size_t i = 0; i < count; ++i) {
    std::string name(in.text());
    attributes.emplace_back(std::move(name), std::string(in.text()));
  }
  return attributes;
}

void write_open(const OpenRecord& record, Writer& out) {
  out.u8(static_cast<std::uint8_t>(RecordKind::Open));
  out.varint(record.property.value);
  out.varint(record.ordinal);
  out.varint(record.slot);
  out.raw(record.id.bytes);
  out.fixed(record.viewer.value);
  out.varint(static_cast<std::uint64_t>(record.opened_ms));
  out.varint(record.life);
  out.u8(record.consented ? 1 : 0);
  write_attributes(record.attributes, out);
}

OpenRecord read_open(Reader& in) {
  OpenRecord record;
  record.property.value = in.varint32();
  record.ordinal = in.varint32();
  record.slot = in.varint32();
  const auto id = in.raw(record.id.bytes.size());
  if (in.ok()) std::memcpy(record.id.bytes.data(), id.data(), id.size());
  record.viewer.value = in.fixed<std::uint64_t>();
  record.opened_ms = static_cast<std::int64_t>(in.varint());
  record.life = static_cast<std::uint16_t>(in.varint32());
  record.consented = in.u8() != 0;
  record.attributes = read_attributes(in);
  return record;
}

}  // namespace pulse

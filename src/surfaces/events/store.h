// Events as they are kept in control.db.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "surfaces/events/event.h"

namespace sql {
class Connection;
class Database;
}  // namespace sql

namespace surfaces::events {

enum class PackingState { None, Receiving, Packing, Ready, Failed };
std::string_view to_text(PackingState state);  ///< "none", "receiving", …

/// How far an uploaded video is on its way to HLS.
struct Packing {
  PackingState state = PackingState::None;
  double progress = 0;  ///< 0 … 1 of the present state
  std::string reason;   ///< why it failed, for the organiser; else empty
};

/// Any thread. Errors of all: what the database answers.
class Store {
 public:
  Store(sql::Database& control, const base::Clock& clock) : control_(control), clock_(clock) {}

  /// Errors: Conflict when the property has an event already.
  base::Result<void> insert(const Event& event);
  base::Result<void> update(const Event& event);
  /// The same, while the event is still as `before`: what somebody else changed meanwhile is not written
  /// over. Errors: NotFound, Conflict.
  base::Result<void> replace(const Event& before, const Event& after);
  /// Its video is the one that was uploaded; nothing else changes. Errors: NotFound.
  base::Result<void> set_uploaded(base::PropertyNumber property);
  /// Inside a transaction of the caller's.
  base::Result<void> update(sql::Connection& connection, const Event& event);
  /// Errors: NotFound.
  base::Result<Event> by_slug(std::string_view slug);
  base::Result<Event> by_property(base::PropertyNumber property);
  base::Result<Event> by_property(sql::Connection& connection, base::PropertyNumber property);
  /// The latest start first.
  base::Result<std::vector<Event>> all();

  base::Result<Packing> packing(base::PropertyNumber property);
  base::Result<void> set_packing(base::PropertyNumber property, const Packing& packing);
  /// What a stop of the program interrupted.
  base::Result<std::vector<base::PropertyNumber>> unfinished_packings();

 private:
  sql::Database& control_;
  const base::Clock& clock_;
};

}  // namespace surfaces::events

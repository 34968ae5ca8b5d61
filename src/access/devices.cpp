#include "access/devices.h"

#include "access/agent.h"
#include "access/limits.h"
#include "access/secret.h"
#include "sql/database.h"
#include "staff/queries.h"

namespace staff {

using base::MemberId;
using base::Result;

Result<bool> Devices::knows(sql::Connection& connection, MemberId member, const From& from) const {
  if (from.device.empty()) return false;
  ASSIGN_OR_RETURN(const auto row,
                   connection.maybe(queries::device_by_secret, {{"member", to_text(member)},
                                                                {"secret", hash_of(from.device)},
                                                                {"used", clock_.now() - kDeviceLife}}));
  return row.has_value();
}

Result<std::optional<Devices::Used>> Devices::use(sql::Connection& connection, MemberId member,
                                                  const From& from) const {
  if (from.device.empty()) return std::nullopt;
  const auto now = clock_.now();
  ASSIGN_OR_RETURN(const auto row,
                   connection.maybe(queries::device_by_secret, {{"member", to_text(member)},
                                                                {"secret", hash_of(from.device)},
                                                                {"used", now - kDeviceLife}}));
  if (!row) return std::nullopt;
  const auto device = row->text("device");
  RETURN_IF_ERROR(connection.run(queries::touch_device, {{"device", device},
                                                         {"name", name_agent(from.agent)},
                                                         {"network", journal::cut_address(from.client)},
                                                         {"now", now}}));
  return Used{device, std::string{from.device}};
}

Result<Devices::Used> Devices::add(sql::Connection& connection, MemberId member, const From& from) const {
  const auto now = clock_.now();
  Used added{to_text(DeviceId::draw(random_)), draw_secret(random_)};
  // Whoever shares this browser keeps it, under the secret that it has from now on.
  RETURN_IF_ERROR(connection.run(queries::renew_device,
                                 {{"secret", hash_of(from.device)}, {"next", hash_of(added.secret)}}));
  RETURN_IF_ERROR(connection.run(queries::end_old_devices, {{"used", now - kDeviceLife}}));
  RETURN_IF_ERROR(connection.run(queries::end_device_of,
                                 {{"member", to_text(member)}, {"secret", hash_of(added.secret)}}));
  RETURN_IF_ERROR(connection.run(queries::end_oldest_devices,
                                 {{"member", to_text(member)}, {"keep", kDevicesPerMember - 1}}));
  RETURN_IF_ERROR(connection.run(queries::add_device, {{"device", added.device},
                                                       {"secret", hash_of(added.secret)},
                                                       {"member", to_text(member)},
                                                       {"name", name_agent(from.agent)},
                                                       {"network", journal::cut_address(from.client)},
                                                       {"now", now}}));
  return added;
}

Result<std::vector<Device>> Devices::list(MemberId member, std::string_view own) const {
  ASSIGN_OR_RETURN(const auto rows, control_.all(queries::devices, {{"member", to_text(member)},
                                                                    {"used", clock_.now() - kDeviceLife}}));
  std::vector<Device> devices;
  for (const auto& row : rows) {
    ASSIGN_OR_RETURN(const auto id, base::parse_id<DeviceId>(row.text("device")));
    devices.push_back({.id = id,
                       .name = row.text("name"),
                       .network = row.text("network"),
                       .added = row.instant("added_at_ms"),
                       .used = row.instant("used_at_ms"),
                       .is_own = row.text("secret") == hash_of(own)});
  }
  return devices;
}

Result<bool> Devices::end(sql::Connection& connection, MemberId member, std::string_view device) const {
  ASSIGN_OR_RETURN(const auto ended,
                   connection.run(queries::end_device, {{"member", to_text(member)}, {"device", device}}));
  RETURN_IF_ERROR(
      connection.run(queries::end_sessions_of_device, {{"member", to_text(member)}, {"device", device}}));
  return ended == 1;
}

Result<void> Devices::end_all(sql::Connection& connection, MemberId member) const {
  RETURN_IF_ERROR(connection.run(queries::end_devices, {{"member", to_text(member)}}));
  return {};
}

Result<void> Devices::note(sql::Connection& connection, MemberId member, Outcome outcome,
                           const From& from) const {
  const std::int64_t refused = is_refused(outcome) ? 1 : 0;
  RETURN_IF_ERROR(connection.run(queries::add_sign_in, {{"sign_in", to_text(SignInId::draw(random_))},
                                                        {"member", to_text(member)},
                                                        {"now", clock_.now()},
                                                        {"outcome", to_text(outcome)},
                                                        {"refused", refused},
                                                        {"name", name_agent(from.agent)},
                                                        {"network", journal::cut_address(from.client)}}));
  RETURN_IF_ERROR(
      connection.run(queries::end_oldest_sign_ins,
                     {{"member", to_text(member)}, {"refused", refused}, {"keep", kSignInsKept}}));
  return {};
}

Result<std::vector<SignIn>> Devices::sign_ins(MemberId member) const {
  ASSIGN_OR_RETURN(const auto rows, control_.all(queries::sign_ins, {{"member", to_text(member)}}));
  std::vector<SignIn> all;
  for (const auto& row : rows) {
    all.push_back({.at = row.instant("at_ms"),
                   .outcome = row.text("outcome"),
                   .name = row.text("name"),
                   .network = row.text("network")});
  }
  return all;
}

}  // namespace staff

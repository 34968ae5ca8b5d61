#include "consent/ledger.h"

#include <fmt/format.h>

#include <bit>

#include "base/bytes.h"
#include "consent/limits.h"
#include "consent/queries.h"
#include "crypto/hash.h"
#include "sql/database.h"

namespace consent {
namespace {

using base::Code;
using base::fail;

using EntryId = base::Id<struct EntryTag>;

constexpr std::array kStates{State::Asked, State::Refused, State::Given, State::Withdrawn, State::Lapsed};
constexpr std::array kMethods{Method::Button, Method::Gpc, Method::Dnt, Method::Switch, Method::Mail};

template <class Enum, std::size_t size>
base::Result<Enum> read_word(const std::array<Enum, size>& all, std::string_view word) {
  for (const auto one : all) {
    if (to_text(one) == word) return one;
  }
  return fail(Code::Corrupt, "a consent row holds a word that no version of this program writes");
}

bool is_signal(Method method) { return method == Method::Gpc || method == Method::Dnt; }

}  // namespace

std::string_view to_text(State state) {
  constexpr std::array<std::string_view, 5> kWords{"asked", "refused", "given", "withdrawn", "lapsed"};
  return kWords[static_cast<std::size_t>(state)];
}

struct Ledger::Row : Entry {
  std::int64_t number = 0;
};

base::Result<Ledger::Row> Ledger::read(const sql::Row& row) {
  Row result;
  result.id = row.text("id");
  result.property = {static_cast<std::uint32_t>(row.integer("property"))};
  ASSIGN_OR_RETURN(result.session, base::parse_id<base::SessionId>(row.text("session")));
  result.viewer = {std::bit_cast<std::uint64_t>(row.integer("viewer"))};
  result.purpose = row.text("purpose");
  ASSIGN_OR_RETURN(result.state, read_word(kStates, row.text("state")));
  ASSIGN_OR_RETURN(result.method, read_word(kMethods, row.text("method")));
  const auto language = base::parse_language(row.text("language"));
  if (!language) return fail(Code::Corrupt, "a consent row is in no known language");
  result.language = *language;
  result.policy_version = row.text("policy_version");
  result.fingerprint = row.text("fingerprint");
  result.text = row.text("text");
  result.at = row.instant("at_ms");
  result.number = row.integer("number");
  return result;
}

base::Result<std::vector<Ledger::Row>> Ledger::read_all(const base::Result<std::vector<sql::Row>>& rows) {
  if (!rows) return fail(rows.error());
  std::vector<Row> result;
  result.reserve(rows->size());
  for (const auto& row : *rows) {
    ASSIGN_OR_RETURN(auto one, read(row));
    result.push_back(std::move(one));
  }
  return result;
}

base::Result<std::vector<Entry>> Ledger::entries(const base::Result<std::vector<sql::Row>>& rows) {
  ASSIGN_OR_RETURN(auto all, read_all(rows));
  return std::vector<Entry>(std::make_move_iterator(all.begin()), std::make_move_iterator(all.end()));
}

base::Result<void> Ledger::add(sql::Connection& connection, const Row& row) {
  const auto hash = base::to_hex(crypto::sha256(base::as_bytes(row.text)));
  RETURN_IF_ERROR(connection.run(queries::insert_text, {{"hash", hash}, {"text", row.text}}));
  RETURN_IF_ERROR(
      connection.run(queries::insert_consent, {{"id", to_text(EntryId::draw(random_))},
                                               {"session", to_text(row.session)},
                                               {"number", row.number},
                                               {"property", row.property.value},
                                               {"viewer", std::bit_cast<std::int64_t>(row.viewer.value)},
                                               {"purpose", row.purpose},
                                               {"state", to_text(row.state)},
                                               {"method", to_text(row.method)},
                                               {"language", to_text(row.language)},
                                               {"policy_version", row.policy_version},
                                               {"fingerprint", row.fingerprint},
                                               {"text_hash", hash},
                                               {"at_ms", row.at}}));
  return {};
}

base::Result<void> Ledger::admit(sql::Connection& connection, Row& row) {
  ASSIGN_OR_RETURN(const auto last,
                   connection.maybe(queries::last_of_session, {{"session", to_text(row.session)}}));
  row.number = last ? last->integer("number") + 1 : 1;
  if (!last) return {};
  if (last->integer("property") != row.property.value ||
      std::bit_cast<std::uint64_t>(last->integer("viewer")) != row.viewer.value) {
    return fail(Code::Conflict, "the session belongs to another property or viewer");
  }
  ASSIGN_OR_RETURN(const auto answer,
                   connection.maybe(queries::answer_of_session,
                                    {{"session", to_text(row.session)}, {"purpose", row.purpose}}));
  if (row.state == State::Refused && answer && answer->text("state") == to_text(State::Given)) {
    row.state = State::Withdrawn;
    return {};
  }
  if (row.number > kRowsPerSessionMax) return fail(Code::TooMany, "the session has answered too often");
  if (row.state != State::Given) return {};
  ASSIGN_OR_RETURN(
      const auto withdrawals,
      connection.one(queries::withdrawals, {{"session", to_text(row.session)}, {"purpose", row.purpose}}));
  if (withdrawals.integer("count") == 0) return {};
  return fail(Code::Gone, "the session has withdrawn its consent; open a new one");
}

base::Result<std::optional<policy::ConsentProof>> Ledger::record(const policy::Policy& policy,
                                                                 const Answer& answer) {
  const auto* rule = policy.consent(answer.purpose);
  const auto* purpose = policy.purpose(answer.purpose);
  if (rule == nullptr || purpose == nullptr) {
    return fail(Code::NotFound, "the policy asks no consent for this purpose");
  }
  if (answer.state != State::Asked && answer.state != State::Refused && answer.state != State::Given) {
    return fail(Code::Invalid, "an answer is asked, refused or given");
  }
  if (is_signal(answer.method) && answer.state != State::Refused) {
    return fail(Code::Invalid, "a signal of the browser can only refuse");
  }
  if (answer.notice != policy.version()) {
    return fail(Code::Conflict, "another version of the policy is in force than was shown; ask again");
  }
  Row row;
  row.property = answer.property;
  row.session = answer.session;
  row.viewer = answer.viewer;
  row.purpose = answer.purpose;
  row.method = answer.method;
  row.language = answer.language;
  row.policy_version = policy.version();
  row.fingerprint = purpose->fingerprint;
  row.text = rule->shown(answer.language);
  row.at = clock_.now();
  RETURN_IF_ERROR(control_.transact([&](sql::Connection& connection) -> base::Result<void> {
    row.state = answer.state;
    RETURN_IF_ERROR(admit(connection, row));
    return add(connection, row);
  }));
  std::optional<policy::ConsentProof> proof;
  if (row.state == State::Given) {
    proof = policy::ConsentProof(*purpose, policy.version(), row.property, row.session, row.viewer, row.at);
  }
  return proof;
}

base::Result<int> Ledger::end(sql::Connection& connection, std::vector<Row> given, State state,
                              std::optional<Method> method) {
  for (auto& row : given) {
    ASSIGN_OR_RETURN(const auto last,
                     connection.one(queries::last_of_session, {{"session", to_text(row.session)}}));
    row.number = last.integer("number") + 1;
    row.state = state;
    if (method) row.method = *method;
    row.at = clock_.now();
    RETURN_IF_ERROR(add(connection, row));
  }
  return static_cast<int>(given.size());
}

base::Result<int> Ledger::withdraw(base::SessionId session, Method method) {
  return control_.transact([&](sql::Connection& connection) -> base::Result<int> {
    ASSIGN_OR_RETURN(auto given,
                     read_all(connection.all(queries::given_of_session, {{"session", to_text(session)}})));
    return end(connection, std::move(given), State::Withdrawn, method);
  });
}

base::Result<std::optional<policy::ConsentProof>> Ledger::proof(const policy::Policy& policy,
                                                                base::SessionId session,
                                                                std::string_view purpose_name) {
  std::optional<policy::ConsentProof> result;
  const auto* purpose = policy.purpose(purpose_name);
  if (purpose == nullptr || policy.consent(purpose_name) == nullptr) return result;
  ASSIGN_OR_RETURN(
      const auto found,
      control_.maybe(queries::answer_of_session, {{"session", to_text(session)}, {"purpose", purpose_name}}));
  if (!found) return result;
  ASSIGN_OR_RETURN(auto row, read(*found));
  if (row.state != State::Given || row.fingerprint != purpose->fingerprint) return result;
  result = policy::ConsentProof(*purpose, row.policy_version, row.property, row.session, row.viewer, row.at);
  return result;
}

base::Result<std::vector<Ledger::Row>> Ledger::changed(sql::Connection& connection,
                                                       const policy::Policy& policy,
                                                       base::PropertyNumber property) {
  ASSIGN_OR_RETURN(auto given,
                   read_all(connection.all(queries::given_of_property, {{"property", property.value}})));
  std::erase_if(given, [&](const Row& row) {
    const auto* purpose = policy.purpose(row.purpose);
    return purpose != nullptr && policy.consent(row.purpose) != nullptr &&
           purpose->fingerprint == row.fingerprint;
  });
  return given;
}

base::Result<bool> Ledger::any_changed(const policy::Policy& policy, base::PropertyNumber property) {
  return control_.transact([&](sql::Connection& connection) -> base::Result<bool> {
    ASSIGN_OR_RETURN(const auto rows, changed(connection, policy, property));
    return !rows.empty();
  });
}

base::Result<int> Ledger::lapse_changed(const policy::Policy& policy, base::PropertyNumber property) {
  return control_.transact([&](sql::Connection& connection) -> base::Result<int> {
    ASSIGN_OR_RETURN(auto rows, changed(connection, policy, property));
    return end(connection, std::move(rows), State::Lapsed, std::nullopt);
  });
}

base::Result<std::vector<Entry>> Ledger::history(base::PropertyNumber property, base::ViewerNumber viewer) {
  if (!viewer) return std::vector<Entry>{};
  return entries(control_.all(queries::history, {{"property", property.value},
                                                 {"viewer", std::bit_cast<std::int64_t>(viewer.value)}}));
}

base::Result<std::vector<Entry>> Ledger::of_session(base::SessionId session) {
  return entries(control_.all(queries::of_session, {{"session", to_text(session)}}));
}

base::Result<std::vector<Count>> Ledger::counts() {
  ASSIGN_OR_RETURN(const auto rows, control_.all(queries::answers_by_version));
  std::vector<Count> all;
  for (const auto& row : rows) {
    ASSIGN_OR_RETURN(const auto state, read_word(kStates, row.text("state")));
    all.push_back({row.text("policy_version"), state, row.integer("count")});
  }
  return all;
}

base::Result<std::int64_t> Ledger::forget(base::PropertyNumber property, base::ViewerNumber viewer) {
  if (!viewer) return 0;
  return control_.run(queries::forget_viewer,
                      {{"property", property.value}, {"viewer", std::bit_cast<std::int64_t>(viewer.value)}});
}

base::Result<std::int64_t> Ledger::forget(base::PropertyNumber property) {
  return control_.run(queries::forget_property, {{"property", property.value}});
}

}  // namespace consent

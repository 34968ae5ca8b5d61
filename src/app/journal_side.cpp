#include "app/journal_side.h"

#include <fmt/format.h>

#include <chrono>
#include <memory>
#include <optional>

#include "app/journal_keys.h"
#include "credentials/limits.h"
#include "crypto/sign.h"
#include "journal/handover.h"

namespace app {
namespace {

using base::Code;
using base::Result;
using http::Request;
using http::Response;

/// A term has ended when this process has seen it ended for so long: a wall clock that is wrong for a moment
/// destroys nothing.
constexpr std::chrono::hours kSeenEnded{1};

/// The month whose beginning is that many months before.
base::Instant month_before(base::Instant now, int months) {
  const std::chrono::year_month_day today{std::chrono::floor<std::chrono::days>(now)};
  const auto first = today.year() / today.month() / 1 - std::chrono::months{months};
  return std::chrono::sys_days{first};
}

/// Destroys the details of months whose term has ended. One thread.
class TermEnd {
 public:
  explicit TermEnd(House& house) : house_(house) {}

  Result<void> run() {
    const auto end = month_before(house_.clock->now(), house_.options.journal_months);
    const auto now = house_.clock->monotonic();
    if (end != end_) {
      end_ = end;
      since_ = now;
      done_ = false;
    }
    if (done_ || now - since_ < kSeenEnded) return {};
    RETURN_IF_ERROR(house_.journal->destroy_details_before(end));
    done_ = true;
    return {};
  }

 private:
  House& house_;
  std::optional<base::Instant> end_;
  std::chrono::nanoseconds since_{};
  bool done_ = false;
};

/// What the publisher signs with: today's key, those that sign along, and how it came to that.
Result<journal::SigningKeys> signing_keys(credentials::Keeper& keeper) {
  journal::SigningKeys keys;
  ASSIGN_OR_RETURN(const auto secrets, keeper.accepted(kJournalKey));
  for (const auto& secret : secrets) {
    ASSIGN_OR_RETURN(auto key, signing_key_of(secret.text()));
    keys.keys.push_back(std::move(key));
  }
  ASSIGN_OR_RETURN(const auto introductions, keeper.introductions(kJournalKey));
  for (const auto& introduction : introductions) keys.handovers += introduction;
  return keys;
}

Result<std::string> introduce(const House& house, std::string_view current, std::string_view next) {
  ASSIGN_OR_RETURN(const auto from, signing_key_of(current));
  ASSIGN_OR_RETURN(const auto to, signing_key_of(next));
  return journal::sign_handover(house.publisher->verifier_key().name, from, to);
}

Result<Response> checkpoint(const House& house) {
  auto note = house.publisher->checkpoint_note();
  if (house.witness) {
    ASSIGN_OR_RETURN(const auto signatures, house.witness->cosignatures());
    note += signatures;
  }
  return Response::text(std::move(note));
}

Result<Response> tile(const House& house, const Request& request) {
  const auto name = journal::parse_tile_path(fmt::format("tile/{}", request.parameter("path")));
  if (!name || !name->level) return base::fail(Code::NotFound, "There is nothing at this address.");
  ASSIGN_OR_RETURN(const auto bytes, house.publisher->read(*name));
  return Response::bytes("application/octet-stream", std::string{base::as_text(bytes)})
      .with("Cache-Control", "public, max-age=31536000, immutable");
}

}  // namespace

Result<void> open_publisher(House& house) {
  const auto& origin = house.options.origin;
  RETURN_IF_ERROR(house.credentials->use(
      {.name = std::string{kJournalKey},
       .own = true,
       .linger = credentials::kJournalKeyLinger,
       .first = [&house] { return signing_key_before(*house.keys); },
       .introduce = [&house](std::string_view current,
                             std::string_view next) { return introduce(house, current, next); },
       .changed = [&house]() -> Result<void> {
         if (!house.publisher) return {};
         ASSIGN_OR_RETURN(auto keys, signing_keys(*house.credentials));
         return house.publisher->replace_keys(std::move(keys));
       }}));
  RETURN_IF_ERROR(forget_signing_key_before(*house.keys));
  ASSIGN_OR_RETURN(auto keys, signing_keys(*house.credentials));
  ASSIGN_OR_RETURN(house.publisher,
                   journal::Publisher::open({.journal = *house.journal,
                                             .control = *house.control,
                                             .files = house.files,
                                             .clock = *house.clock,
                                             .folder = house.options.data / "journal",
                                             .origin = origin.substr(origin.find("://") + 3) + "/journal",
                                             .keys = std::move(keys)}));
  if (!house.options.witness.empty())
    house.witness =
        std::make_unique<journal::Witness>(*house.control, *house.publisher, house.options.witness);
  return {};
}

void add_journal_jobs(std::vector<retention::Job>& jobs, House& house) {
  jobs.push_back(
      {"journal.publish", std::chrono::seconds{1}, [&house] { return house.publisher->publish_when_due(); }});
  if (house.witness)
    jobs.push_back({"journal.witness", std::chrono::seconds{30}, [&house] { return house.witness->send(); }});
  jobs.push_back({"journal.end_terms", std::chrono::seconds{10},
                  [term = std::make_shared<TermEnd>(house)] { return term->run(); }});
}

void add_journal(http::Router& router, House& house) {
  router.get("/journal/checkpoint", [&house](Request&) { return checkpoint(house); });
  router.get("/journal/key", [&house](Request&) -> Result<Response> {
    return Response::text(journal::to_text(house.publisher->verifier_key()) + '\n');
  });
  router.get("/journal/handovers",
             [&house](Request&) { return Response::text(house.publisher->handovers()); });
  router.get("/journal/tile/{path...}", [&house](Request& request) { return tile(house, request); });
}

}  // namespace app

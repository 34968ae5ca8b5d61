#include "app/journal_side.h"

#include <fmt/format.h>

#include <chrono>
#include <memory>
#include <optional>

#include "crypto/sign.h"

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
  ASSIGN_OR_RETURN(auto seed, house.keys->find_or_create(vault::KeyName::service("journal_signature")));
  ASSIGN_OR_RETURN(house.publisher,
                   journal::Publisher::open({.journal = *house.journal,
                                             .control = *house.control,
                                             .files = house.files,
                                             .clock = *house.clock,
                                             .folder = house.options.data / "journal",
                                             .origin = origin.substr(origin.find("://") + 3) + "/journal",
                                             .key = crypto::SigningKey{std::move(seed)}}));
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
  router.get("/journal/tile/{path...}", [&house](Request& request) { return tile(house, request); });
}

}  // namespace app

#include "app/beat_api.h"

#include <fmt/format.h>

#include <algorithm>
#include <future>
#include <nlohmann/json.hpp>

#include "base/contains.h"
#include "consent/signal.h"
#include "http/json_body.h"
#include "http/negotiate.h"
#include "http/problem.h"
#include "http/security.h"
#include "policy/gate.h"

namespace app {
namespace {

using base::Code;
using base::Result;
using http::Request;
using http::Response;
using nlohmann::json;

constexpr std::size_t kSessionBodyBytesMax = 16 * 1024;

/// What a page posts to open a session.
struct Asked {
  std::string property;
  std::string link;
  std::string notice;
  std::string session;  ///< the page's own, opened before its viewer answered; else empty
  std::map<std::string, bool> choices;
};

Result<Asked> read_asked(std::string_view body) {
  ASSIGN_OR_RETURN(const auto given, http::read_json_object(body));
  Asked asked;
  const auto text = [&given](const char* name, std::string& out) -> Result<void> {
    const auto found = given.find(name);
    if (found == given.end() || found->is_null()) return {};
    if (!found->is_string()) return base::fail(Code::Invalid, fmt::format("{}: a text", name));
    out = found->get<std::string>();
    return {};
  };
  RETURN_IF_ERROR(text("property", asked.property));
  RETURN_IF_ERROR(text("link", asked.link));
  RETURN_IF_ERROR(text("notice", asked.notice));
  RETURN_IF_ERROR(text("session", asked.session));
  const auto consent = given.find("consent");
  if (consent == given.end()) return asked;
  if (!consent->is_object())
    return base::fail(Code::Invalid, "consent: an object of purposes, true or false");
  for (const auto& [purpose, choice] : consent->items()) {
    if (!choice.is_boolean()) return base::fail(Code::Invalid, "consent: true or false for each purpose");
    asked.choices[purpose] = choice.get<bool>();
  }
  return asked;
}

/// The answer to one purpose: what the page chose, else what the browser says for its user, else none yet.
consent::Answer answer_of(const Request& request, const Asked& asked, const std::string& purpose) {
  consent::Answer answer;
  answer.purpose = purpose;
  answer.notice = asked.notice;
  answer.language = http::negotiate_language(request, base::Language::Nl);
  const auto choice = asked.choices.find(purpose);
  if (choice != asked.choices.end()) {
    answer.state = choice->second ? consent::State::Given : consent::State::Refused;
  } else if (const auto signal =
                 consent::signal_refuses(request.header("Sec-GPC") == "1", request.header("DNT") == "1")) {
    answer.state = consent::State::Refused;
    answer.method = *signal;
  }
  return answer;
}

Result<std::vector<policy::ConsentProof>> record_consent(House& house, const Request& request,
                                                         const Asked& asked, const retention::Visit& visit,
                                                         base::SessionId session) {
  std::vector<policy::ConsentProof> proofs;
  const auto& purposes = house.policy->measurement().purposes;
  for (const auto& [purpose, choice] : asked.choices) {
    if (!base::contains(purposes, purpose))
      return base::fail(Code::Invalid, "consent: the policy asks for no such purpose");
  }
  if (!visit.measured) return proofs;
  for (const auto& purpose : purposes) {
    auto answer = answer_of(request, asked, purpose);
    answer.property = visit.property;
    answer.session = session;
    answer.viewer = visit.viewer;
    if (answer.notice.empty()) answer.notice = house.policy->version();
    ASSIGN_OR_RETURN(auto proof, house.consents->record(*house.policy, answer));
    if (proof) proofs.push_back(*std::move(proof));
  }
  return proofs;
}

/// One load of one page is one session: an answer to its questions belongs to the session that it opened
/// unanswered, which is then completed. What was given once, withdrawn or lapsed is over: that page opens a
/// new one, as does one that names a session of somebody else.
Result<std::optional<base::SessionId>> session_to_complete(House& house, const Asked& asked,
                                                           const retention::Visit& visit) {
  if (asked.session.empty() || !visit.viewer) return std::nullopt;
  ASSIGN_OR_RETURN(const auto session, base::parse_id<base::SessionId>(asked.session));
  ASSIGN_OR_RETURN(const auto entries, house.consents->of_session(session));
  const bool is_open = std::ranges::all_of(entries, [&](const consent::Entry& entry) {
    return entry.property == visit.property && entry.viewer == visit.viewer &&
           (entry.state == consent::State::Asked || entry.state == consent::State::Refused);
  });
  if (entries.empty() || !is_open) return std::nullopt;
  return session;
}

/// Waits on a worker for what the engine answers from its committer.
template <class T, class Start>
Result<T> wait_for(Start&& start) {
  std::promise<Result<T>> promise;
  auto answer = promise.get_future();
  start([&promise](Result<T> result) { promise.set_value(std::move(result)); });
  return answer.get();
}

/// What the policy permits to be stored of this viewing.
Result<pulse::OpenRequest> opening(const House& house, const retention::Visit& visit, base::SessionId session,
                                   policy::Proofs proofs) {
  const policy::Gate gate(*house.policy);
  ASSIGN_OR_RETURN(const auto opened, gate.permit_record("opened", proofs));
  if (proofs.empty()) return pulse::OpenRequest(opened, visit.property, session, visit.viewer);
  ASSIGN_OR_RETURN(const auto facts, gate.permit_facts(proofs));
  return pulse::OpenRequest(opened, facts);
}

Result<Response> open_session(House& house, const Request& request) {
  if (request.body.size() > kSessionBodyBytesMax) return base::fail(Code::TooLarge, "The body is too large.");
  ASSIGN_OR_RETURN(const auto asked, read_asked(request.body));
  ASSIGN_OR_RETURN(const auto property, house.properties->find(asked.property));
  const auto* surface = property ? house.surface(property->surface) : nullptr;
  if (surface == nullptr) return base::fail(Code::NotFound, "There is no such property.");
  const auto origin = request.header("Origin");
  const auto origins = surface->origins(property->number);
  if (origin && *origin != request.origin() && !base::contains(*origins, *origin))
    return base::fail(Code::Denied, "This page is none of the property's.");
  ASSIGN_OR_RETURN(const auto visit, surface->admit(*property, asked.link));
  // What is only kept is not added to.
  ASSIGN_OR_RETURN(const bool restricted, house.desk->is_restricted(visit.property, visit.viewer));
  if (restricted) return base::fail(Code::Denied, "At their own request nothing is recorded of this viewer.");

  ASSIGN_OR_RETURN(const auto opened, session_to_complete(house, asked, visit));
  const auto session = opened ? *opened : base::SessionId::draw(house.random);
  ASSIGN_OR_RETURN(const auto proofs, record_consent(house, request, asked, visit, session));
  if (opened && proofs.empty()) {
    // That it was opened is stored already, and a refusal adds nothing to it.
    const json out = {{"session", base::to_text(session)}, {"expires_ms", base::to_ms(house.clock->now())}};
    return Response::json(out.dump(), 201);
  }
  ASSIGN_OR_RETURN(auto asked_for, opening(house, visit, session, proofs));
  ASSIGN_OR_RETURN(const auto answer, wait_for<pulse::OpenedSession>([&](auto done) {
                     house.engine->open_session(std::move(asked_for), std::move(done));
                   }));
  json out = {{"session", base::to_text(answer.session)}, {"expires_ms", base::to_ms(answer.expires)}};
  if (!answer.token.empty()) out["t"] = answer.token;
  return Response::json(out.dump(), 201);
}

Result<Response> withdraw(House& house, const Request& request) {
  ASSIGN_OR_RETURN(const auto session, request.id<base::SessionId>("session"));
  ASSIGN_OR_RETURN(const auto given, http::read_json_object(request.body));
  if (!given.value("t", json()).is_string())
    return base::fail(Code::Invalid, "The body is {\"t\": \"<token>\"}.");
  const auto token = given["t"].get<std::string>();
  auto stopped = wait_for<void>([&](auto done) { house.engine->withdraw(session, token, std::move(done)); });
  if (!stopped) return base::fail(std::move(stopped).error());
  RETURN_IF_ERROR(house.consents->withdraw(session));
  return Response::no_content();
}

/// The contract answers 403 to what was withdrawn, anonymised or erased, so that the page stops beating.
http::Problem beat_problem(const base::Error& error) {
  auto problem = http::to_problem(error);
  if (error.code == Code::Gone) problem.status = 403;
  return problem;
}

bool is_beat_type(const Request& request) {
  const auto type = request.content_type();
  return type == "application/json" || type == "text/plain";
}

/// Lets the page read the answer, if it is one of ours or of a property's domains.
void allow(const House& house, const Request& request, Response& response,
           std::optional<base::PropertyNumber> property = std::nullopt) {
  if (!request.header("Origin")) return;
  for (const auto& surface : house.surfaces) {
    if (http::allow_origin(request, response, *surface.origins(property))) return;
  }
}

void take_beat(House& house, Request& request, http::Reply reply) {
  if (!is_beat_type(request)) {
    reply.send(http::to_response(http::problem_of_status(415, "application/json or text/plain")));
    return;
  }
  auto held = std::make_shared<http::Reply>(std::move(reply));
  house.engine->append(request.body, [&house, &request, held](Result<pulse::Ack> ack) {
    auto response = ack ? Response::json(fmt::format(R"({{"n":{}}})", ack->number))
                        : http::to_response(beat_problem(ack.error()));
    allow(house, request, response);
    held->send(std::move(response));
  });
}

bool is_known_page(const House& house, const Request& request) {
  const auto origin = request.header("Origin");
  if (!origin || *origin == request.origin()) return true;
  return std::ranges::any_of(house.surfaces, [&](const retention::Surface& surface) {
    const auto known = surface.origins(std::nullopt);
    return base::contains(*known, *origin);
  });
}

Result<http::WebSocketEvents> open_socket(House& house, const Request& request,
                                          const std::shared_ptr<http::WebSocket>& socket) {
  if (!is_known_page(house, request)) return base::fail(Code::Denied, "This page is none of the property's.");
  // What was acknowledged last goes into the answer to a message that cannot be stored.
  const auto last = std::make_shared<std::atomic<std::uint64_t>>(0);
  return http::WebSocketEvents{
      .on_message =
          [&house, socket, last](std::string_view message) {
            house.engine->append(message, [socket, last](Result<pulse::Ack> ack) {
              if (ack) {
                *last = ack->number;
                socket->send_text(fmt::format(R"({{"n":{}}})", ack->number));
              } else {
                socket->send_text(fmt::format(R"({{"n":{},"error":"/problems/{}"}})", last->load(),
                                              beat_problem(ack.error()).slug));
              }
            });
          },
      .on_close = [] {}};
}

}  // namespace

void add_beat_api(http::Router& router, House& house) {
  const auto plain = [&house](Result<Response> (*handler)(House&, const Request&)) {
    return [&house, handler](Request& request) -> Result<Response> {
      auto result = handler(house, request);
      auto response = result ? *std::move(result) : http::to_response(beat_problem(result.error()));
      allow(house, request, response);
      return response;
    };
  };
  router.post("/v1/sessions", plain(open_session));
  router.post("/v1/sessions/{session:id}/withdraw", plain(withdraw));
  auto& beats = router.deferred(
      http::Method::Post, "/v1/pulse",
      [&house](Request& request, http::Reply reply) { take_beat(house, request, std::move(reply)); });
  beats.continuous = true;
  router.web_socket("/v1/pulse", [&house](Request& request, const std::shared_ptr<http::WebSocket>& socket) {
    return open_socket(house, request, socket);
  });
  for (const auto* path : {"/v1/sessions", "/v1/sessions/{session:id}/withdraw", "/v1/pulse"}) {
    auto& asked_before =
        router.plain(http::Method::Options, path, [&house](Request& request) -> Result<Response> {
          std::vector<std::string> origins;
          for (const auto& surface : house.surfaces) {
            const auto known = surface.origins(std::nullopt);
            origins.insert(origins.end(), known->begin(), known->end());
          }
          return http::preflight(request, origins, "POST", "content-type");
        });
    asked_before.continuous = true;
  }
}

}  // namespace app

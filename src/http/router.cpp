#include "http/router.h"

#include <algorithm>
#include <array>

#include "base/check.h"
#include "http/limits.h"

namespace http {

namespace {

/// In the order in which they are tried.
enum class Kind { Number, Id, Slug, Any };
constexpr std::size_t kKindCount = 4;

bool is_slug(std::string_view text) {
  if (text.empty() || text.size() > 63 || text.front() == '-') return false;
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || c == '-'; });
}

bool is_number(std::string_view text) {
  return !text.empty() && text.size() <= 19 &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

bool is_id(std::string_view text) {
  return text.size() == 26 && base::detail::id_from_text(text).has_value();
}

bool fits(Kind kind, std::string_view segment) {
  switch (kind) {
    case Kind::Number: return is_number(segment);
    case Kind::Id: return is_id(segment);
    case Kind::Slug: return is_slug(segment);
    case Kind::Any: return !segment.empty();
  }
  return false;
}

Kind parse_kind(std::string_view type) {
  if (type.empty()) return Kind::Any;
  if (type == "number") return Kind::Number;
  if (type == "id") return Kind::Id;
  CHECK(type == "slug");
  return Kind::Slug;
}

}  // namespace

/// A node stands behind a path's first segments. Its routes are those of patterns that end here.
struct Router::Node {
  std::vector<std::pair<std::string, std::unique_ptr<Node>>> literals;
  std::array<std::unique_ptr<Node>, kKindCount> parameters;
  std::unique_ptr<Node> tail;
  std::array<const Route*, kMethodCount> routes{};
  const Route* web_socket = nullptr;

  bool has_routes() const {
    return web_socket != nullptr ||
           std::any_of(routes.begin(), routes.end(), [](auto* r) { return r != nullptr; });
  }
  Node* literal(std::string_view segment) const {
    for (const auto& [text, node] : literals)
      if (text == segment) return node.get();
    return nullptr;
  }

  /// The values of the way taken, in the pattern's order.
  struct Way {
    std::array<std::string_view, kPathSegmentsMax> values;
    std::size_t size = 0;
  };

  /// `rest` is empty or begins with a slash.
  const Node* find(std::string_view rest, Way& way, std::size_t depth) const {
    if (rest.empty()) return has_routes() ? this : nullptr;
    if (depth == kPathSegmentsMax) return nullptr;
    rest.remove_prefix(1);
    const auto end = std::min(rest.find('/'), rest.size());
    const auto segment = rest.substr(0, end);
    const auto behind = rest.substr(end);
    if (const auto* next = literal(segment))
      if (const auto* found = next->find(behind, way, depth + 1)) return found;
    for (std::size_t kind = 0; kind < kKindCount; ++kind) {
      if (!parameters[kind] || !fits(static_cast<Kind>(kind), segment)) continue;
      way.values[way.size++] = segment;
      if (const auto* found = parameters[kind]->find(behind, way, depth + 1)) return found;
      --way.size;
    }
    if (tail && !segment.empty() && tail->has_routes()) {
      way.values[way.size++] = rest;
      return tail.get();
    }
    return nullptr;
  }
};

namespace {

/// The `{name}` of a pattern, taken apart; an empty name for a literal segment.
struct Segment {
  std::string_view name;
  std::string_view type;
  bool tail = false;
};

Segment parse_segment(std::string_view text) {
  if (!text.starts_with('{')) {
    CHECK(text.find_first_of("{}") == std::string_view::npos);
    return {};
  }
  CHECK(text.ends_with('}'));
  text = text.substr(1, text.size() - 2);
  Segment segment;
  if (text.ends_with("...")) {
    segment.tail = true;
    text.remove_suffix(3);
  }
  const auto colon = text.find(':');
  segment.name = text.substr(0, colon);
  if (colon != std::string_view::npos) segment.type = text.substr(colon + 1);
  CHECK(!segment.name.empty());
  return segment;
}

template <class Visit>
void for_each_segment(std::string_view pattern, const Visit& visit) {
  CHECK(pattern.starts_with('/'));
  while (!pattern.empty()) {
    pattern.remove_prefix(1);
    const auto end = std::min(pattern.find('/'), pattern.size());
    visit(pattern.substr(0, end));
    pattern.remove_prefix(end);
  }
}

}  // namespace

Router::Router() : root_(std::make_unique<Node>()) {}
Router::~Router() = default;
Router::Router(Router&&) noexcept = default;
Router& Router::operator=(Router&&) noexcept = default;

RouteInfo& Router::add(Route route) {
  routes_.push_back(std::make_unique<Route>(std::move(route)));
  auto& added = *routes_.back();
  auto* node = root_.get();
  std::size_t depth = 0;
  bool ended = false;
  for_each_segment(added.info.pattern, [&](std::string_view text) {
    CHECK(!ended && ++depth <= kPathSegmentsMax);
    const auto segment = parse_segment(text);
    std::unique_ptr<Node>* next = nullptr;
    if (segment.tail) {
      next = &node->tail;
      ended = true;
    } else if (!segment.name.empty()) {
      next = &node->parameters[static_cast<std::size_t>(parse_kind(segment.type))];
    } else if (auto* known = node->literal(text)) {
      node = known;
      return;
    } else {
      next = &node->literals.emplace_back(std::string{text}, nullptr).second;
    }
    if (!*next) *next = std::make_unique<Node>();
    node = next->get();
  });
  auto& place = added.info.kind == RouteKind::WebSocket
                    ? node->web_socket
                    : node->routes[static_cast<std::size_t>(added.info.method)];
  CHECK(place == nullptr);
  place = &added;
  return added.info;
}

RouteInfo& Router::plain(Method method, std::string_view pattern, PlainHandler handler,
                         std::optional<std::uint64_t> body_bytes_max) {
  Route route{
      {method, std::string{pattern}, RouteKind::Plain}, std::move(handler), {}, {}, {}, body_bytes_max};
  return add(std::move(route));
}

RouteInfo& Router::deferred(Method method, std::string_view pattern, DeferredHandler handler,
                            std::optional<std::uint64_t> body_bytes_max) {
  Route route{
      {method, std::string{pattern}, RouteKind::Deferred}, {}, std::move(handler), {}, {}, body_bytes_max};
  return add(std::move(route));
}

RouteInfo& Router::upload(Method method, std::string_view pattern, UploadHandler handler) {
  return add(
      {{method, std::string{pattern}, RouteKind::Upload}, {}, {}, std::move(handler), {}, std::nullopt});
}

RouteInfo& Router::web_socket(std::string_view pattern, WebSocketHandler handler) {
  return add({{Method::Get, std::string{pattern}, RouteKind::WebSocket},
              {},
              {},
              {},
              std::move(handler),
              std::nullopt});
}

void Router::mount(std::string_view prefix, Router other) {
  for (auto& route : other.routes_) {
    route->info.pattern.insert(0, prefix);
    add(std::move(*route));
  }
}

std::vector<RouteInfo> Router::routes() const {
  std::vector<RouteInfo> infos;
  for (const auto& route : routes_) infos.push_back(route->info);
  return infos;
}

Router::Match Router::find(Method method, std::string_view path, bool upgrade,
                           PathParameters& parameters) const {
  Match match;
  Node::Way way;
  const auto* node = root_->find(path, way, 0);
  if (node == nullptr) return match;
  match.path_known = true;
  const auto route_of = [&](Method m) { return node->routes[static_cast<std::size_t>(m)]; };
  if (upgrade && method == Method::Get && node->web_socket != nullptr) match.route = node->web_socket;
  if (match.route == nullptr) match.route = route_of(method);
  if (match.route == nullptr && method == Method::Head) match.route = route_of(Method::Get);
  if (match.route == nullptr) {
    match.upgrade_required = method == Method::Get && node->web_socket != nullptr;
    for (std::size_t i = 0; i < kMethodCount; ++i) {
      const auto m = static_cast<Method>(i);
      const bool has =
          route_of(m) != nullptr || m == Method::Options ||
          ((m == Method::Get || m == Method::Head) &&
           (route_of(Method::Get) != nullptr || (m == Method::Get && node->web_socket != nullptr)));
      if (has) match.allow.append(match.allow.empty() ? "" : ", ").append(to_text(m));
    }
    return match;
  }
  std::size_t value = 0;
  if (way.size > 0) {
    for_each_segment(match.route->info.pattern, [&](std::string_view text) {
      const auto segment = parse_segment(text);
      if (!segment.name.empty()) parameters.add(segment.name, std::string{way.values[value++]});
    });
  }
  return match;
}

}  // namespace http

#include "http/router.h"

#include <gtest/gtest.h>

#include "http/limits.h"

namespace http {
namespace {

PlainHandler nothing() {
  return [](Request&) -> base::Result<Response> { return Response::no_content(); };
}

std::string found(const Router& router, std::string_view path, Method method = Method::Get) {
  PathParameters parameters;
  const auto match = router.find(method, path, false, parameters);
  return match.route == nullptr ? (match.path_known ? "405 " + match.allow : "404")
                                : match.route->info.pattern;
}

TEST(Router, prefers_the_narrower_pattern) {
  Router router;
  router.get("/", nothing());
  router.get("/a", nothing());
  router.get("/e/{n:number}", nothing());
  router.get("/e/{s:slug}", nothing());
  router.get("/e/{any}", nothing());
  router.get("/e/new", nothing());
  router.get("/e/{s:slug}/x", nothing());
  router.get("/f/{s:slug}/x", nothing());
  router.get("/s/{session:id}", nothing());
  router.get("/files/{path...}", nothing());
  router.get("/files/index", nothing());
  EXPECT_EQ(found(router, "/"), "/");
  EXPECT_EQ(found(router, "/a"), "/a");
  EXPECT_EQ(found(router, "/a/"), "404");
  EXPECT_EQ(found(router, "/e/12"), "/e/{n:number}");
  EXPECT_EQ(found(router, "/e/open-day"), "/e/{s:slug}");
  EXPECT_EQ(found(router, "/e/Open Day"), "/e/{any}");
  EXPECT_EQ(found(router, "/e/new"), "/e/new");
  EXPECT_EQ(found(router, "/e/new/x"), "/e/{s:slug}/x");
  EXPECT_EQ(found(router, "/e/12/x"), "/e/{s:slug}/x");
  EXPECT_EQ(found(router, "/f/12/x"), "/f/{s:slug}/x");
  EXPECT_EQ(found(router, "/f/-a/x"), "404");
  EXPECT_EQ(found(router, "/f/" + std::string(63, 'a') + "/x"), "/f/{s:slug}/x");
  EXPECT_EQ(found(router, "/f/" + std::string(64, 'a') + "/x"), "404");
  EXPECT_EQ(found(router, "/e/"), "404");
  EXPECT_EQ(found(router, "/s/00000000000000000000000000"), "/s/{session:id}");
  EXPECT_EQ(found(router, "/s/0000000000000000000000000"), "404");
  EXPECT_EQ(found(router, "/s/0000000000000000000000000U"), "404");
  EXPECT_EQ(found(router, "/files/a/b/c"), "/files/{path...}");
  EXPECT_EQ(found(router, "/files/index"), "/files/index");
  EXPECT_EQ(found(router, "/files/index/x"), "/files/{path...}");
  EXPECT_EQ(found(router, "/files/"), "404");
  EXPECT_EQ(found(router, "/files"), "404");
}

TEST(Router, gives_parameters_by_name) {
  Router router;
  router.get("/api/{event:slug}/people/{viewer}/{rest...}", nothing());
  PathParameters parameters;
  ASSERT_NE(router.find(Method::Get, "/api/open-day/people/a b/x/y", false, parameters).route, nullptr);
  EXPECT_EQ(parameters.get("event"), "open-day");
  EXPECT_EQ(parameters.get("viewer"), "a b");
  EXPECT_EQ(parameters.get("rest"), "x/y");
  EXPECT_EQ(parameters.get("other"), "");
}

TEST(Router, tells_which_methods_a_path_has) {
  Router router;
  router.get("/a", nothing());
  router.post("/a", nothing());
  router.del("/b", nothing());
  router.web_socket("/w", {});
  EXPECT_EQ(found(router, "/a", Method::Head), "/a");
  EXPECT_EQ(found(router, "/a", Method::Put), "405 GET, HEAD, POST, OPTIONS");
  EXPECT_EQ(found(router, "/b", Method::Get), "405 DELETE, OPTIONS");
  PathParameters parameters;
  EXPECT_TRUE(router.find(Method::Get, "/w", false, parameters).upgrade_required);
  EXPECT_NE(router.find(Method::Get, "/w", true, parameters).route, nullptr);
}

TEST(Router, mounts_another) {
  Router inner;
  inner.get("/x/{a}", nothing());
  Router router;
  router.mount("/in", std::move(inner));
  EXPECT_EQ(found(router, "/in/x/1"), "/in/x/{a}");
  ASSERT_EQ(router.routes().size(), 1u);
  EXPECT_EQ(router.routes()[0].pattern, "/in/x/{a}");
}

TEST(Router, follows_paths_up_to_the_limit) {
  Router router;
  router.get("/{path...}", nothing());
  std::string pattern;
  for (std::size_t i = 0; i < kPathSegmentsMax; ++i) pattern += "/a";
  router.get(pattern, nothing());
  EXPECT_EQ(found(router, pattern), pattern);
  EXPECT_EQ(found(router, pattern + "/a"), "/{path...}");
  EXPECT_DEATH(router.get(pattern + "/a", nothing()), "kPathSegmentsMax");
}

TEST(Router, refuses_what_a_programmer_got_wrong) {
  Router router;
  router.get("/a", nothing());
  EXPECT_DEATH(router.get("/a", nothing()), "CHECK");
  EXPECT_DEATH(router.get("a", nothing()), "CHECK");
  EXPECT_DEATH(router.get("/{a...}/b", nothing()), "CHECK");
  EXPECT_DEATH(router.get("/{a:what}", nothing()), "CHECK");
  EXPECT_DEATH(router.get("/{}", nothing()), "CHECK");
}

}  // namespace
}  // namespace http

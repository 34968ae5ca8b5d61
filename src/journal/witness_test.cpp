#include "journal/witness.h"

#include "base/mutex.h"
#include "http/server.h"
#include "journal/testing/published.h"

namespace journal {
namespace {

using base::Code;

/// A witness as C2SP tlog-witness describes it, behind a real server: it knows one log's key, and remembers.
class WitnessTest : public testing::Published {
 protected:
  void SetUp() override {
    Published::SetUp();
    ASSERT_TRUE(open_publisher());
    auto router = std::make_shared<http::Router>();
    router->post("/w1/add-checkpoint", [this](http::Request& request) { return take(request.body); });
    auto server =
        http::Server::start({.io_threads = 1, .workers = 1}, {{.router = router}}, system_, chance_);
    ASSERT_TRUE(server) << server.error().message;
    server_ = *std::move(server);
    url_ = "http://127.0.0.1:" + std::to_string(server_->ports().front()) + "/w1";
  }
  void TearDown() override {
    server_.reset();
    Published::TearDown();
  }

  base::Result<http::Response> take(std::string_view body) {
    const base::Lock lock{mutex_};
    ++asked_;
    if (status_ != 200) return http::Response::text("later\n", status_);
    const auto split = body.find("\n\n");
    const auto checkpoint = open_checkpoint(body.substr(split + 2), verifier());
    if (split == std::string_view::npos || !checkpoint) return http::Response::text("", 403);
    Proof proof;
    auto head = body.substr(0, split + 1);
    const auto first = head.substr(0, head.find('\n'));
    head.remove_prefix(first.size() + 1);
    if (first != "old " + std::to_string(seen_.size))
      return http::Response::text(std::to_string(seen_.size) + "\n", 409);
    while (!head.empty()) {
      const auto line = head.substr(0, head.find('\n'));
      head.remove_prefix(line.size() + 1);
      const auto bytes = base::from_base64(line).value();
      std::ranges::copy(bytes, proof.emplace_back().begin());
    }
    if (!verify_consistency(proof, seen_.size, seen_.root, checkpoint->size, checkpoint->root))
      return http::Response::text("", 422);
    seen_ = *checkpoint;
    base::Bytes signature(72, 5);
    signature[0] = static_cast<std::uint8_t>(seen_.size);
    return http::Response::text(to_line({"witness.example/w1", {1, 2, 3, 4}, signature}));
  }
  Checkpoint seen() {
    const base::Lock lock{mutex_};
    return seen_;
  }
  void see(Checkpoint checkpoint) {
    const base::Lock lock{mutex_};
    seen_ = std::move(checkpoint);
  }
  int asked() {
    const base::Lock lock{mutex_};
    return std::exchange(asked_, 0);
  }

  base::OsClock system_;
  base::OsRandom chance_;
  base::Mutex mutex_;
  Checkpoint seen_ GUARDED_BY(mutex_){.origin = "", .size = 0, .root = hash_nothing()};
  int asked_ GUARDED_BY(mutex_) = 0;
  int status_ GUARDED_BY(mutex_) = 200;
  std::unique_ptr<http::Server> server_;
  std::string url_;
};

TEST_F(WitnessTest, FollowsTheJournal) {
  Witness witness{*control_, *publisher_, url_};
  for (const int count : {3, 1, 260, 500}) {
    add(count);
    publish();
    EXPECT_EQ(witness.cosignatures(), "") << "not of this checkpoint yet";
    const auto sent = witness.send();
    ASSERT_TRUE(sent) << sent.error().message;
    EXPECT_EQ(asked(), 1);
    EXPECT_EQ(seen(), publisher_->checkpoint());
    const auto lines = witness.cosignatures().value();
    EXPECT_TRUE(lines.starts_with("— witness.example/w1 ")) << lines;
    EXPECT_EQ(open_checkpoint(publisher_->checkpoint_note() + lines, verifier()), publisher_->checkpoint());
    ASSERT_TRUE(witness.send());
    EXPECT_EQ(asked(), 0) << "it has it";
  }
}

TEST_F(WitnessTest, IsAskedAgainWhenItSawAnotherSize) {
  add(2);
  publish();
  const auto at_two = publisher_->checkpoint();
  add(5);
  publish();
  see(at_two);
  Witness witness{*control_, *publisher_, url_};
  ASSERT_TRUE(witness.send());
  EXPECT_EQ(asked(), 2);
  EXPECT_EQ(seen().size, 7);
}

TEST_F(WitnessTest, TellsWhenItSawAnotherJournal) {
  add(7);
  publish();
  Witness witness{*control_, *publisher_, url_};
  see({.origin = "", .size = 3, .root = hash_nothing()});
  EXPECT_EQ(witness.send().error().code, Code::Conflict);
  see({.origin = "", .size = 8, .root = hash_nothing()});
  EXPECT_EQ(witness.send().error().code, Code::Conflict) << "it saw more than there is";
  EXPECT_EQ(witness.cosignatures(), "");
}

TEST_F(WitnessTest, ThatDoesNotAnswerIsTriedAgain) {
  add(1);
  publish();
  Witness witness{*control_, *publisher_, url_};
  {
    const base::Lock lock{mutex_};
    status_ = 503;
  }
  EXPECT_EQ(witness.send().error().code, Code::Unavailable);
  {
    const base::Lock lock{mutex_};
    status_ = 200;
  }
  EXPECT_TRUE(witness.send());
  server_.reset();
  add(1);
  publish();
  EXPECT_EQ(witness.send().error().code, Code::Unavailable);
  EXPECT_EQ(witness.cosignatures(), "");
}

TEST(WitnessUrl, IsSecureUnlessItIsHere) {
  for (const auto* good : {"https://witness.example", "https://witness.example/w1", "http://127.0.0.1:80/w",
                           "http://localhost:1234", "http://[::1]:80/x"})
    EXPECT_TRUE(check_witness_url(good)) << good;
  for (const auto* wrong :
       {"", "https://", "https:///w", "http://witness.example", "ftp://witness.example", "witness.example",
        "https://witness.example/", "https://a b", "https://a\nb", "http://localhost.example",
        "http://127.example", "http://127.0.0.1@witness.example", "http://127.0.0.1.witness.example",
        "https://a?b"})
    EXPECT_FALSE(check_witness_url(wrong)) << wrong;
}

}  // namespace
}  // namespace journal

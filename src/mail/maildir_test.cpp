#include "mail/maildir.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>

namespace mail {
namespace {

/// Fails one kind of operation once.
class FailingFiles final : public base::Files {
 public:
  std::string fail_at;

  base::Result<std::unique_ptr<base::File>> open(const base::Path& path, base::OpenMode mode) override {
    if (fail_at == "open") return failure();
    return real_.open(path, mode);
  }
  base::Result<void> make_directories(const base::Path& path) override {
    return real_.make_directories(path);
  }
  base::Result<void> rename(const base::Path& from, const base::Path& to) override {
    if (fail_at == "rename") return failure();
    return real_.rename(from, to);
  }
  base::Result<void> remove(const base::Path& path) override { return real_.remove(path); }
  base::Result<void> sync_directory(const base::Path& path) override {
    if (fail_at == "sync_directory") return failure();
    return real_.sync_directory(path);
  }
  base::Result<std::vector<std::string>> list(const base::Path& path) override { return real_.list(path); }
  base::Result<bool> exists(const base::Path& path) override { return real_.exists(path); }

 private:
  std::unexpected<base::Error> failure() {
    fail_at.clear();
    return base::fail(base::Code::Unavailable, "the disk is full");
  }
  base::OsFiles real_;
};

class MaildirTest : public testing::Test {
 protected:
  MaildirTest() {
    std::string name = std::filesystem::temp_directory_path() / "maildir-XXXXXX";
    folder_ = ::mkdtemp(name.data());
  }
  ~MaildirTest() override { std::filesystem::remove_all(folder_); }

  std::string mail(std::string subject) {
    Message message;
    message.from = {"", "mail@lichtbeeld.example"};
    message.to = {"", "ans@kijker.example"};
    message.subject = std::move(subject);
    message.text = "Dag\n";
    message.message_id = draw_message_id(random_, "lichtbeeld.example");
    return render(message, clock_.now(), random_).value();
  }

  base::Path folder_;
  FailingFiles files_;
  base::ManualClock clock_{base::instant_from_ms(1'796'000'000'000)};
  base::SeededRandom random_{1};
};

TEST_F(MaildirTest, KeepsWhatIsSentLatestFirst) {
  auto maildir = Maildir::open(files_, folder_ / "mail", clock_, random_).value();
  EXPECT_TRUE(maildir->list()->empty());
  for (const auto* subject : {"een", "twee", "drie"}) {
    EXPECT_EQ(maildir->send("mail@lichtbeeld.example", "ans@kijker.example", mail(subject)).outcome,
              Outcome::Accepted);
    clock_.advance(base::Millis{1});
  }
  const auto names = maildir->list().value();
  ASSERT_EQ(names.size(), 3U);
  EXPECT_EQ(maildir->read(names[0])->message.subject, "drie");
  EXPECT_EQ(maildir->read(names[2])->message.subject, "een");
  const auto reading = maildir->read(names[0]).value();
  ASSERT_EQ(reading.message.headers.size(), 2U);
  EXPECT_EQ(reading.message.headers[0], (Header{"Return-Path", "<mail@lichtbeeld.example>"}));
  EXPECT_EQ(reading.message.headers[1], (Header{"Delivered-To", "ans@kijker.example"}));
  struct stat about{};
  ASSERT_EQ(::stat((folder_ / "mail" / "new" / names[0]).c_str(), &about), 0);
  EXPECT_EQ(about.st_mode & 0777, 0600U);
}

TEST_F(MaildirTest, AFailureLeavesNothingBehind) {
  auto maildir = Maildir::open(files_, folder_, clock_, random_).value();
  for (const auto* step : {"open", "rename", "sync_directory"}) {
    files_.fail_at = step;
    const auto delivery = maildir->send("mail@lichtbeeld.example", "ans@kijker.example", mail("een"));
    EXPECT_EQ(delivery.outcome, Outcome::Temporary) << step;
    EXPECT_TRUE(files_.list(folder_ / "tmp")->empty()) << step;
    EXPECT_TRUE(files_.list(folder_ / "new")->empty()) << step;
  }
}

TEST_F(MaildirTest, ReadsItsOwnNamesAlone) {
  auto maildir = Maildir::open(files_, folder_, clock_, random_).value();
  for (const auto* name :
       {"", "..", "../../etc/passwd", "0001796000000000.x", "0001796000000000/00000000000000000000000000",
        "0001796000000000.00000000000000000000000000"})
    EXPECT_EQ(maildir->read(name).error().code, base::Code::NotFound) << name;
}

}  // namespace
}  // namespace mail

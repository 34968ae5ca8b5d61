// A journal in a folder of its own, with what it publishes: for tests of what is published.
#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <memory>
#include <string>

#include "base/clock.h"
#include "base/random.h"
#include "journal/journal.h"
#include "journal/publisher.h"
#include "journal/testing/memory_keys.h"
#include "journal/testing/stopping_files.h"
#include "journal/verify.h"
#include "sql/database.h"

namespace journal::testing {

using FileMap = std::map<std::string, std::string>;

class Published : public ::testing::Test {
 protected:
  void SetUp() override {
    static int number = 0;
    root_ = std::filesystem::temp_directory_path() /
            ("hartslag-published-" + std::to_string(getpid()) + "-" + std::to_string(++number));
    std::filesystem::create_directories(root_);
    open_table();
  }
  void TearDown() override {
    close();
    std::filesystem::remove_all(root_);
  }

  base::Path folder() const { return root_ / "journal"; }

  void open_table() {
    control_ = sql::Database::open_sqlite(root_ / "control.db").value();
    journal_ = Journal::open(*control_, keys_, clock_, random_).value();
  }
  base::Result<void> open_publisher() {
    publisher_.reset();
    ASSIGN_OR_RETURN(publisher_, Publisher::open({.journal = *journal_,
                                                  .control = *control_,
                                                  .files = files_,
                                                  .clock = clock_,
                                                  .folder = folder(),
                                                  .origin = "lichtbeeld.example/journal",
                                                  .keys = signing_keys()}));
    return {};
  }
  void close() {
    publisher_.reset();
    journal_.reset();
    control_.reset();
  }
  static crypto::SigningKey key() {
    base::SeededRandom random{77};
    return crypto::SigningKey::draw(random);
  }
  static SigningKeys signing_keys() {
    SigningKeys keys;
    keys.keys.push_back(key());
    return keys;
  }
  static VerifierKey verifier() { return {"lichtbeeld.example/journal", key().public_key()}; }

  /// Records that many acts in one transaction.
  void add(int count) {
    const auto done = control_->transact([&](sql::Connection& connection) -> base::Result<void> {
      for (int i = 0; i < count; ++i)
        RETURN_IF_ERROR(journal_->record(connection, {.kind = "a.b", .detail = std::to_string(i)}));
      return {};
    });
    ASSERT_TRUE(done) << done.error().message;
  }
  std::string publish() {
    const auto done = publisher_->publish();
    EXPECT_TRUE(done) << done.error().message;
    return publisher_->checkpoint_note();
  }

  base::Result<Verified> verify(const VerifyOptions& options = {}) {
    return verify_folder(os_files_, folder(), verifier(), options);
  }
  /// Empty when it verifies.
  std::string complaint(const VerifyOptions& options = {}) {
    const auto verified = verify(options);
    return verified ? std::string{} : verified.error().message;
  }

  FileMap read_files() const {
    FileMap files;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder())) {
      if (!entry.is_regular_file()) continue;
      std::ifstream stream(entry.path(), std::ios::binary);
      files[entry.path().lexically_relative(folder()).string()] = {std::istreambuf_iterator<char>(stream),
                                                                   {}};
    }
    return files;
  }
  void write_file(const std::string& path, const std::string& bytes) const {
    const auto full = folder() / path;
    std::filesystem::create_directories(full.parent_path());
    std::ofstream(full, std::ios::binary | std::ios::trunc) << bytes;
  }
  /// In its place, which is quicker.
  void write_byte(const std::string& path, std::size_t at, char byte) const {
    std::fstream stream(folder() / path, std::ios::binary | std::ios::in | std::ios::out);
    stream.seekp(static_cast<std::streamoff>(at));
    stream.put(byte);
  }
  void write_files(const FileMap& files) const {
    std::filesystem::remove_all(folder());
    for (const auto& [path, bytes] : files) write_file(path, bytes);
  }

  base::Path root_;
  base::ManualClock clock_{base::instant_from_ms(1'795'356'000'000)};
  base::SeededRandom random_{3};
  MemoryKeys keys_;
  base::OsFiles os_files_;
  StoppingFiles files_;
  std::unique_ptr<sql::Database> control_;
  std::unique_ptr<Journal> journal_;
  std::unique_ptr<Publisher> publisher_;
};

}  // namespace journal::testing

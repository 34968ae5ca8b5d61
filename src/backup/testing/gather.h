// Keeps the files of an archive in memory, to be compared.
#pragma once

#include <map>
#include <string>

#include "backup/entries.h"

namespace backup::testing {

class Gather final : public Visitor {
 public:
  base::Result<void> begin_file(const std::string& name) override {
    now_ = &found[name];
    return {};
  }
  base::Result<void> data(base::ByteView bytes) override {
    *now_ += base::as_text(bytes);
    return {};
  }
  base::Result<void> end_file() override { return {}; }

  std::map<std::string, std::string> found;

 private:
  std::string* now_ = nullptr;
};

}  // namespace backup::testing

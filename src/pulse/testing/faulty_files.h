// A file system in memory that can lose what was not synced, tear the last write, and fail the n-th
// operation: what the crash tests of the store run on.
//
// Each file has its bytes as the process sees them and its bytes as the disk has them; each folder likewise
// its names. `crash` throws away what only the process saw, save a random part of it: a disk may have
// written any of what was not synced. Handles from before a crash are dead.
#pragma once

#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "base/files.h"
#include "base/mutex.h"

namespace pulse::testing {

enum class Fault {
  Error,       ///< an I/O error: nothing is done
  NoSpace,     ///< a write leaves a part behind, then fails
  ErrorAfter,  ///< it is done, and reported as failed
};

/// Any thread.
class FaultyFiles final : public base::Files {
 public:
  explicit FaultyFiles(std::uint64_t seed = 1) : state_(std::make_shared<State>(seed)) {}

  /// The n-th operation from now on that changes something (1: the next) fails.
  void fail_operation(std::uint64_t n, Fault fault) {
    base::Lock lock(state_->mutex);
    state_->fail_at = state_->operations + n;
    state_->fault = fault;
  }
  void fail_never() {
    base::Lock lock(state_->mutex);
    state_->fail_at.reset();
    state_->full = false;
    state_->syncs_fail = false;
  }
  bool has_failed() const {
    base::Lock lock(state_->mutex);
    return state_->fail_at && state_->operations >= *state_->fail_at;
  }
  /// Every write leaves a part behind and fails, until fail_never.
  void set_full() {
    base::Lock lock(state_->mutex);
    state_->full = true;
  }
  void set_syncs_fail() {
    base::Lock lock(state_->mutex);
    state_->syncs_fail = true;
  }
  std::uint64_t operations() const {
    base::Lock lock(state_->mutex);
    return state_->operations;
  }

  /// The power goes: from now on every operation on old handles fails.
  void crash() {
    base::Lock lock(state_->mutex);
    ++state_->epoch;
    state_->fail_at.reset();
    state_->full = state_->syncs_fail = false;
    state_->settle_names();
    for (auto& [path, node] : state_->names) state_->settle(*node);
  }
  /// The process dies, the disk keeps all: kill -9.
  void kill() {
    base::Lock lock(state_->mutex);
    ++state_->epoch;
    state_->fail_at.reset();
    state_->full = state_->syncs_fail = false;
  }

  /// What a file holds, for looking at it and for damaging it.
  base::Bytes bytes_of(const base::Path& path) const {
    base::Lock lock(state_->mutex);
    const auto found = state_->names.find(path.string());
    return found == state_->names.end() ? base::Bytes{} : found->second->seen;
  }
  void set_bytes(const base::Path& path, base::Bytes bytes) {
    base::Lock lock(state_->mutex);
    auto& node = state_->names[path.string()];
    if (!node) node = std::make_shared<Node>();
    node->seen = node->durable = std::move(bytes);
    state_->durable_names[path.string()] = node;
  }

  base::Result<std::unique_ptr<base::File>> open(const base::Path& path, base::OpenMode mode) override {
    base::Lock lock(state_->mutex);
    const auto found = state_->names.find(path.string());
    std::shared_ptr<Node> node;
    if (found != state_->names.end()) {
      node = found->second;
    } else {
      if (mode == base::OpenMode::Read) return base::fail(base::Code::NotFound, "no such file");
      RETURN_IF_ERROR(state_->change());
      node = std::make_shared<Node>();
      state_->names[path.string()] = node;
    }
    return std::make_unique<Handle>(state_, std::move(node), state_->epoch);
  }
  base::Result<void> make_directories(const base::Path&) override { return {}; }
  base::Result<void> rename(const base::Path& from, const base::Path& to) override {
    base::Lock lock(state_->mutex);
    RETURN_IF_ERROR(state_->change());
    const auto found = state_->names.find(from.string());
    if (found == state_->names.end()) return base::fail(base::Code::NotFound, "no such file");
    state_->names[to.string()] = found->second;
    state_->names.erase(from.string());
    return state_->after();
  }
  base::Result<void> remove(const base::Path& path) override {
    base::Lock lock(state_->mutex);
    if (!state_->names.contains(path.string())) return {};
    RETURN_IF_ERROR(state_->change());
    state_->names.erase(path.string());
    return state_->after();
  }
  base::Result<void> sync_directory(const base::Path&) override {
    base::Lock lock(state_->mutex);
    RETURN_IF_ERROR(state_->change());
    state_->durable_names = state_->names;
    return state_->after();
  }
  base::Result<std::vector<std::string>> list(const base::Path& directory) override {
    base::Lock lock(state_->mutex);
    std::vector<std::string> found;
    for (const auto& [name, node] : state_->names) {
      const base::Path path(name);
      if (path.parent_path() == directory) found.push_back(path.filename().string());
    }
    return found;
  }
  base::Result<bool> exists(const base::Path& path) override {
    base::Lock lock(state_->mutex);
    return state_->names.contains(path.string());
  }

 private:
  struct Node {
    base::Bytes seen;
    base::Bytes durable;
  };
  struct State {
    explicit State(std::uint64_t seed) : chance(seed) {}

    mutable base::Mutex mutex;
    std::map<std::string, std::shared_ptr<Node>> names GUARDED_BY(mutex);
    std::map<std::string, std::shared_ptr<Node>> durable_names GUARDED_BY(mutex);
    std::mt19937_64 chance GUARDED_BY(mutex);
    std::uint64_t epoch GUARDED_BY(mutex) = 0;
    std::uint64_t operations GUARDED_BY(mutex) = 0;
    std::optional<std::uint64_t> fail_at GUARDED_BY(mutex);
    Fault fault GUARDED_BY(mutex) = Fault::Error;
    bool full GUARDED_BY(mutex) = false;
    bool syncs_fail GUARDED_BY(mutex) = false;

    bool is_due() const REQUIRES(mutex) { return fail_at && operations == *fail_at; }
    // Before a change: counts it, and fails it if it is the one.
    base::Result<void> change() REQUIRES(mutex) {
      ++operations;
      if (is_due() && fault != Fault::ErrorAfter) return failed();
      return {};
    }
    base::Result<void> after() REQUIRES(mutex) {
      if (is_due() && fault == Fault::ErrorAfter) return failed();
      return {};
    }
    static base::Result<void> failed() { return base::fail(base::Code::Unavailable, "injected fault"); }

    // Names that were not synced are there or not, each by itself.
    void settle_names() REQUIRES(mutex) {
      auto settled = durable_names;
      for (const auto& [name, node] : names)
        if (durable_names.find(name) == durable_names.end() && chance() % 2 == 0) settled[name] = node;
      for (const auto& [name, node] : durable_names) {
        const auto now = names.find(name);
        if (now == names.end() && chance() % 2 == 0) settled.erase(name);
        if (now != names.end() && now->second != node && chance() % 2 == 0) settled[name] = now->second;
      }
      names = durable_names = std::move(settled);
    }
    // Of what was not synced, any prefix may be there, its bytes partly old.
    void settle(Node& node) REQUIRES(mutex) {
      auto& seen = node.seen;
      auto& durable = node.durable;
      if (seen == durable) return;
      if (chance() % 4 == 0) {
        seen = durable;
        return;
      }
      auto settled = seen;
      if (seen.size() > durable.size())
        settled.resize(durable.size() + chance() % (seen.size() - durable.size() + 1));
      const auto common = std::min(settled.size(), durable.size());
      if (settled.size() > common && chance() % 3 == 0) {
        // A sector in the middle of the tail was never written.
        const auto at = common + chance() % (settled.size() - common);
        const auto count = std::min<std::size_t>(settled.size() - at, 1 + chance() % 512);
        std::fill_n(settled.begin() + static_cast<std::ptrdiff_t>(at), count, std::uint8_t{0});
      }
      seen = durable = std::move(settled);
    }
  };

  class Handle final : public base::File {
   public:
    Handle(std::shared_ptr<State> state, std::shared_ptr<Node> node, std::uint64_t epoch)
        : state_(std::move(state)), node_(std::move(node)), epoch_(epoch) {}

    base::Result<void> append(base::ByteView bytes) override {
      base::Lock lock(state_->mutex);
      if (epoch_ != state_->epoch) return State::failed();
      ++state_->operations;
      const bool due = state_->is_due();
      if (due && state_->fault == Fault::Error) return State::failed();
      const bool part = state_->full || (due && state_->fault == Fault::NoSpace);
      const auto count =
          part ? static_cast<std::size_t>(state_->chance() % (bytes.size() + 1)) : bytes.size();
      node_->seen.insert(node_->seen.end(), bytes.begin(),
                         bytes.begin() + static_cast<std::ptrdiff_t>(count));
      if (part) return base::fail(base::Code::Unavailable, "No space left on device");
      return state_->after();
    }
    base::Result<void> sync() override {
      base::Lock lock(state_->mutex);
      if (epoch_ != state_->epoch || state_->syncs_fail) return State::failed();
      RETURN_IF_ERROR(state_->change());
      node_->durable = node_->seen;
      return state_->after();
    }
    base::Result<std::size_t> read_at(std::uint64_t offset, std::span<std::uint8_t> out) const override {
      base::Lock lock(state_->mutex);
      if (epoch_ != state_->epoch) return base::fail(base::Code::Unavailable, "a handle from before");
      if (offset >= node_->seen.size()) return std::size_t{0};
      const auto count = std::min(out.size(), node_->seen.size() - static_cast<std::size_t>(offset));
      std::copy_n(node_->seen.begin() + static_cast<std::ptrdiff_t>(offset), count, out.begin());
      return count;
    }
    base::Result<void> write_at(std::uint64_t offset, base::ByteView bytes) override {
      base::Lock lock(state_->mutex);
      if (epoch_ != state_->epoch) return State::failed();
      RETURN_IF_ERROR(state_->change());
      std::ranges::copy(bytes, node_->seen.begin() + static_cast<std::ptrdiff_t>(offset));
      return state_->after();
    }
    base::Result<void> truncate(std::uint64_t size) override {
      base::Lock lock(state_->mutex);
      if (epoch_ != state_->epoch) return State::failed();
      RETURN_IF_ERROR(state_->change());
      node_->seen.resize(static_cast<std::size_t>(size));
      return state_->after();
    }
    base::Result<std::uint64_t> size() const override {
      base::Lock lock(state_->mutex);
      return node_->seen.size();
    }

   private:
    std::shared_ptr<State> state_;
    std::shared_ptr<Node> node_;
    std::uint64_t epoch_;
  };

  std::shared_ptr<State> state_;
};

}  // namespace pulse::testing

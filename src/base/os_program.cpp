#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>

#include "base/check.h"
#include "base/program.h"

extern char** environ;

namespace base {
namespace {

constexpr int kLookEveryMs = 100;

/// Both ends of a pipe; closed at the end at the latest.
struct Pipe {
  std::array<int, 2> ends{-1, -1};

  Pipe() {
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) ends = {-1, -1};
  }
  ~Pipe() {
    close(0);
    close(1);
  }
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;

  bool is_open() const { return ends[0] >= 0; }
  void close(std::size_t end) {
    if (ends[end] >= 0) ::close(ends[end]);
    ends[end] = -1;
  }
};

/// Puts lines together out of what comes.
class Lines {
 public:
  explicit Lines(const std::function<void(std::string_view)>& take) : take_(take) {}
  void add(std::string_view piece) {
    held_ += piece;
    for (auto end = held_.find('\n'); end != std::string::npos; end = held_.find('\n')) {
      give(end);
      held_.erase(0, end + 1);
    }
    if (held_.size() < kProgramLineMax) return;
    give(held_.size());
    held_.clear();
  }

 private:
  void give(std::size_t size) {
    if (take_) take_(std::string_view{held_}.substr(0, size));
  }
  const std::function<void(std::string_view)>& take_;
  std::string held_;
};

/// A group of its own, so that all of it can be ended; signals as a program expects them, whatever this
/// process has blocked.
Result<pid_t> spawn(const Program& program, int input, int output) {
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, input, 0);
  posix_spawn_file_actions_adddup2(&actions, output, 1);
  posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0);
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  sigset_t none;
  sigemptyset(&none);
  sigset_t all;
  sigfillset(&all);
  posix_spawnattr_setsigmask(&attributes, &none);
  posix_spawnattr_setsigdefault(&attributes, &all);
  posix_spawnattr_setpgroup(&attributes, 0);
  posix_spawnattr_setflags(&attributes,
                           POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);
  std::vector<char*> arguments;
  for (const auto& argument : program.arguments) arguments.push_back(const_cast<char*>(argument.c_str()));
  arguments.push_back(nullptr);
  std::string path = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
  std::array<char*, 2> bare{path.data(), nullptr};
  pid_t child = 0;
  const int error = ::posix_spawnp(&child, arguments[0], &actions, &attributes, arguments.data(),
                                   program.environment == Environment::Bare ? bare.data() : environ);
  posix_spawn_file_actions_destroy(&actions);
  posix_spawnattr_destroy(&attributes);
  if (error != 0) return fail(Code::Unavailable, "cannot start " + program.arguments.front());
  return child;
}

/// Reads what there is without waiting. False at its end.
bool drain(int output, Lines& lines) {
  std::array<char, 4096> buffer;
  while (true) {
    const auto got = ::read(output, buffer.data(), buffer.size());
    if (got > 0) {
      lines.add({buffer.data(), static_cast<std::size_t>(got)});
    } else {
      return got < 0 && (errno == EAGAIN || errno == EINTR);
    }
  }
}

/// Waits until it has ended, whoever may still hold its output.
Result<int> follow(const Program& program, pid_t child, int output) {
  using Clock = std::chrono::steady_clock;
  const auto begin = Clock::now();
  Lines lines(program.line_read);
  bool open = true;
  bool asked = false;
  bool late = false;
  while (true) {
    pollfd waiting{output, POLLIN, 0};
    ::poll(&waiting, open ? 1 : 0, kLookEveryMs);
    if (open) open = drain(output, lines);
    int status = 0;
    const auto ended = ::waitpid(child, &status, WNOHANG);
    if (ended == child) {
      if (open) drain(output, lines);
      if (late) return fail(Code::Unavailable, program.arguments.front() + " took too long");
      return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    }
    if (program.at_most && !late && Clock::now() - begin > *program.at_most) {
      late = true;
      ::kill(-child, SIGKILL);
    }
    if (program.stopping != nullptr && *program.stopping && !asked) {
      asked = true;
      ::kill(-child, SIGTERM);
    }
  }
}

}  // namespace

Result<int> run_program(const Program& program) {
  CHECK(!program.arguments.empty() && program.input.size() <= kProgramInputMax);
  Pipe input;
  Pipe output;
  if (!input.is_open() || !output.is_open()) return fail(Code::Unavailable, "cannot make a pipe");
  // Before it starts, so that somebody who never reads it costs nothing.
  if (::write(input.ends[1], program.input.data(), program.input.size()) !=
      static_cast<ssize_t>(program.input.size()))
    return fail(Code::Unavailable, "cannot write to a pipe");
  input.close(1);
  ASSIGN_OR_RETURN(const auto child, spawn(program, input.ends[0], output.ends[1]));
  input.close(0);
  output.close(1);
  ::fcntl(output.ends[0], F_SETFL, O_NONBLOCK);
  return follow(program, child, output.ends[0]);
}

}  // namespace base

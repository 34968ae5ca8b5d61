#include "sql/testing/postgres.h"

#include <pwd.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <thread>
#include <vector>

namespace sql::testing {

using base::Code;
using base::fail;
using base::Result;

namespace {

constexpr const char* kPrograms = "/usr/lib/postgresql/15/bin/";

/// Starts a program without a shell, its output in `log`.
pid_t spawn(const std::vector<std::string>& command, const std::string& log) {
  const pid_t child = fork();
  if (child != 0) return child;
  std::vector<char*> arguments;
  for (const auto& argument : command) arguments.push_back(const_cast<char*>(argument.c_str()));
  arguments.push_back(nullptr);
  if (freopen(log.c_str(), "a", stdout) == nullptr || freopen(log.c_str(), "a", stderr) == nullptr)
    _exit(126);
  execvp(arguments[0], arguments.data());
  _exit(127);
}

bool succeeded(pid_t child) {
  int status = 0;
  return child > 0 && waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

class Server {
 public:
  Server() = default;
  ~Server() {
    if (process_ > 0) {
      // SIGQUIT is an immediate shutdown: the data is thrown away anyway.
      kill(process_, SIGQUIT);
      waitpid(process_, nullptr, 0);
    }
    std::error_code ignored;
    if (!folder_.empty()) std::filesystem::remove_all(folder_, ignored);
  }
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  Result<void> start() {
    const auto* const temporary = std::getenv("TMPDIR");
    std::string name = std::string{temporary != nullptr ? temporary : "/tmp"} + "/hartslag-pg-XXXXXX";
    if (mkdtemp(name.data()) == nullptr) return fail(Code::Unavailable, "no temporary folder");
    folder_ = name;
    std::vector<std::string> prefix{"setpriv", "--pdeathsig", "QUIT"};
    if (geteuid() == 0) {
      const auto* const user = getpwnam("postgres");
      if (user == nullptr || chown(name.c_str(), user->pw_uid, user->pw_gid) != 0) {
        return fail(Code::Unavailable, "no user postgres: install the package postgresql");
      }
      prefix.insert(prefix.end(), {"--reuid=postgres", "--regid=postgres", "--init-groups"});
    }
    auto make = prefix;
    make.insert(make.end(), {std::string{kPrograms} + "initdb", "-D", name + "/data", "-U", "hartslag", "-A",
                             "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"});
    if (!succeeded(spawn(make, name + "/log"))) {
      return fail(Code::Unavailable, "PostgreSQL 15 makes no data folder: install the package postgresql");
    }
    auto serve = prefix;
    serve.insert(serve.end(), {std::string{kPrograms} + "postgres", "-D", name + "/data", "-k", name, "-c",
                               "listen_addresses=", "-c", "fsync=off", "-c", "shared_buffers=16MB"});
    process_ = spawn(serve, name + "/log");
    // tidy: allow clock, because it is another program that is given so much time.
    const auto give_up = std::chrono::steady_clock::now() + std::chrono::seconds{kPostgresqlStartS};
    // tidy: allow clock, because it is another program that is given so much time.
    while (std::chrono::steady_clock::now() < give_up) {
      if (Database::open_postgresql(address("postgres"), {.connections = 1})) return {};
      if (waitpid(process_, nullptr, WNOHANG) == process_) {
        process_ = 0;
        return fail(Code::Unavailable, "PostgreSQL ended at once");
      }
      // tidy: allow sleep, because nothing tells when another program is ready.
      std::this_thread::sleep_for(std::chrono::milliseconds{20});
    }
    return fail(Code::Unavailable, "PostgreSQL does not answer");
  }

  std::string address(const std::string& database) const {
    return "host=" + folder_ + " user=hartslag dbname=" + database;
  }

 private:
  std::string folder_;
  pid_t process_ = 0;
};

}  // namespace

Result<std::string> fresh_postgresql_address() {
  static Server server;
  static const auto started = server.start();
  if (!started) return fail(started.error());
  static int count = 0;
  const auto name = "test_" + std::to_string(++count);
  ASSIGN_OR_RETURN(auto main, Database::open_postgresql(server.address("postgres"), {.connections = 1}));
  RETURN_IF_ERROR(main->with_connection([&](Connection& connection) {
    return connection.script("create database " + name, "create_database");
  }));
  return server.address(name);
}

Result<std::unique_ptr<Database>> fresh_postgresql() {
  ASSIGN_OR_RETURN(const auto address, fresh_postgresql_address());
  return Database::open_postgresql(address);
}

}  // namespace sql::testing

#include "app/command_line.h"

#include <fmt/format.h>

#include <cstdio>

#include "app/backup_command.h"
#include "app/certificate_command.h"
#include "app/credentials_command.h"
#include "app/journal_command.h"
#include "app/kept.h"
#include "app/options.h"
#include "app/policy_command.h"
#include "app/promises.h"
#include "app/request_command.h"
#include "app/serve.h"
#include "app/staff_command.h"
#include "base/clock.h"
#include "base/random.h"
#include "policy/check.h"
#include "policy/diff.h"
#include "policy/schema.h"
#include "pulse/fold_csv.h"
#include "vault/master_key.h"

namespace app {
namespace {

constexpr std::string_view kHelp = R"(hartslag measures attention and keeps privacy promises.

  hartslag serve --help          run the server
  hartslag fold [--gap MS]       beats as CSV from standard input, intervals as CSV to standard output
  hartslag policy check FILE     every problem of a policy, with line and column
  hartslag policy diff OLD NEW [--lang nl]
                                 what a new version changes, in plain words, for whom
  hartslag policy schema         the language as JSON Schema, for editors
  hartslag policy notice|cookies|register FILE [option]...
                                 what the public pages show, made from the policy
  hartslag promises [FILE | --from http://127.0.0.1:8081] [--lang nl] [--json]
                                 what the program that serves there promises, and how it stands; or what a
                                 policy file would have it promise
  hartslag credentials list | rotate NAME | set NAME
                                 how the passwords and keys of the program that serves stand; replacing them
  hartslag staff reset-factor ADDRESS
  hartslag staff confirm-device ADDRESS NUMBER
                                 for a member of staff who has lost the second factor
  hartslag staff record-training ADDRESS DAY [TRAINING]
                                 when nobody there may record that a member was trained
  hartslag journal --help        verify a journal offline; the key that it is verified with
  hartslag key create FILE       a new master key
  hartslag request receive --data FOLDER
                                 takes a mail from standard input: a request of somebody about their data
  hartslag backup --to FILE [--from http://127.0.0.1:8081]
                                 all data but the keys, sealed, of the program that serves there
  hartslag backup --to FILE --data FOLDER [--master-key FILE]
                                 the same where no program runs
  hartslag backup keys --to FILE --data FOLDER
                                 the keys as they are now, in the place of their last copy
  hartslag restore FILE --data FOLDER --keys FILE [--master-key FILE]
                                 a data folder out of a backup and today's keys
  hartslag restore --drill FILE --keys FILE --policy FILE [--master-key FILE] [--from ADDRESS]
                                 tries that, begins the program on it, and notes that it went well
  hartslag certificate verify FILE --key KEY
                                 whether an erasure's certificate is what the key signed
  hartslag routes [option]...    what the server answers to, with the options of serve and a new data folder
)";

int say(std::string_view text, int status) {
  fmt::print(status == 0 ? stdout : stderr, "{}", text);
  return status;
}

int fail_with(const base::Error& error) {
  return say(fmt::format("hartslag: {}\n", error.message), error.code == base::Code::Invalid ? 2 : 1);
}

int status_of(const base::Result<void>& done) { return done ? 0 : fail_with(done.error()); }

int serve_command(std::span<const std::string_view> arguments) {
  if (arguments.size() == 1 && arguments[0] == "--help") return say(options_help(), 0);
  base::OsFiles files;
  const auto options = parse_options(arguments, files);
  if (!options) return fail_with(options.error());
  const auto served = serve(*options);
  return served ? 0 : fail_with(served.error());
}

int routes_command(std::span<const std::string_view> arguments) {
  base::OsFiles files;
  const auto options = parse_options(arguments, files);
  if (!options) return fail_with(options.error());
  const auto all = routes(*options);
  if (!all) return fail_with(all.error());
  for (const auto& route : *all)
    fmt::print("{} {}{}{}\n", http::to_text(route.method), route.pattern,
               route.permission.empty() ? "" : "  ", route.permission);
  return 0;
}

int language_command(std::span<const std::string_view> arguments) {
  const auto rest = arguments.subspan(1);
  if (arguments[0] == "check" && rest.size() == 1) {
    return policy::check_command(std::string{rest[0]}, stdout, kept());
  }
  if (arguments[0] == "diff") return policy::diff_command(rest, stdout);
  if (arguments[0] == "schema" && rest.empty()) return say(policy::schema(), 0);
  return say(kHelp, 2);
}

int key_command(std::span<const std::string_view> arguments) {
  if (arguments.size() != 2 || arguments[0] != "create") return say(kHelp, 2);
  base::OsFiles files;
  base::OsRandom random;
  const auto created = vault::create_master_key(files, arguments[1], random);
  return created ? 0 : fail_with(created.error());
}

}  // namespace

int run_command(const std::vector<std::string_view>& arguments) {
  if (arguments.empty()) return say(kHelp, 2);
  const auto rest = std::span{arguments}.subspan(1);
  if (arguments[0] == "--help" || arguments[0] == "help") return say(kHelp, 0);
  if (arguments[0] == "serve") return serve_command(rest);
  if (arguments[0] == "fold") return pulse::fold_command(rest, stdin, stdout, stderr);
  if (arguments[0] == "policy" && !rest.empty() &&
      (rest[0] == "notice" || rest[0] == "cookies" || rest[0] == "register"))
    return policy_command(rest, stdout, stderr);
  if (arguments[0] == "policy" && !rest.empty() &&
      (rest[0] == "check" || rest[0] == "diff" || rest[0] == "schema"))
    return language_command(rest);
  if (arguments[0] == "backup") return status_of(backup_command(rest));
  if (arguments[0] == "restore") return status_of(restore_command(rest));
  if (arguments[0] == "routes") return routes_command(rest);
  if (arguments[0] == "promises") return promises_command(rest, stdout, stderr);
  if (arguments[0] == "credentials") return credentials_command(rest, stdin, stdout, stderr);
  if (arguments[0] == "staff") return staff_command(rest, stdout, stderr);
  if (arguments[0] == "journal") return journal_command(rest);
  if (arguments[0] == "key") return key_command(rest);
  if (arguments[0] == "request") return request_command(rest, stdin, stderr);
  if (arguments[0] == "certificate") return certificate_command(rest, stdout, stderr);
  return say(kHelp, 2);
}

}  // namespace app

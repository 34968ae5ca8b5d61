#include "app/journal_command.h"

#include <fmt/format.h>

#include <cstdio>
#include <cstdlib>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "app/journal_keys.h"
#include "base/clock.h"
#include "base/files.h"
#include "base/number.h"
#include "base/random.h"
#include "credentials/safe.h"
#include "crypto/sign.h"
#include "journal/journal.h"
#include "journal/limits.h"
#include "journal/verify.h"
#include "sql/database.h"
#include "vault/key_store.h"
#include "vault/master_key.h"

namespace app {
namespace {

using base::Code;
using base::Result;

constexpr std::string_view kHelp = R"(hartslag journal verify FOLDER --key KEY [--since FILE] [--entry N]

  Computes everything anew from the folder's files: no network, no database, no secret is needed.

  FOLDER        a copy of the journal: the folder "journal" of the data folder
  --key KEY     the public key, name+id+base64, or a file that holds it. Have it from somewhere else than the copy
  --since FILE  a checkpoint that you kept: the journal has to continue what it signs
  --entry N     proves that entry N is in the tree, and shows it

hartslag journal key --data FOLDER [--master-key FILE]

  Prints the public key of this installation's journal.

hartslag journal list --data FOLDER [--master-key FILE] [--entry N]

  Prints every act after entry N with what is sealed beside it, a JSON object a line. That it was read is an act.
)";

int say(std::string_view text, int status) {
  fmt::print(status == 0 ? stdout : stderr, "{}", text);
  return status;
}

int fail_with(const base::Error& error) {
  return say(fmt::format("hartslag journal: {}\n", error.message), error.code == Code::Invalid ? 2 : 1);
}

struct Words {
  std::string folder, key, since, entry, data, master_key;
};

/// Each name at most once.
std::optional<Words> read_words(std::span<const std::string_view> arguments) {
  Words words;
  const auto place_of = [&](std::string_view name) -> std::string* {
    if (name == "--key") return &words.key;
    if (name == "--since") return &words.since;
    if (name == "--entry") return &words.entry;
    if (name == "--data") return &words.data;
    return name == "--master-key" ? &words.master_key : nullptr;
  };
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const bool is_name = arguments[i].starts_with("--");
    auto* place = is_name ? place_of(arguments[i]) : &words.folder;
    if (place == nullptr || !place->empty() || (is_name && ++i == arguments.size())) return std::nullopt;
    *place = arguments[i];
    if (place->empty()) return std::nullopt;
  }
  return words;
}

Result<std::string> read_text(base::Files& files, const std::string& path) {
  ASSIGN_OR_RETURN(const auto bytes, base::read_file(files, path, journal::kNoteBytesMax));
  return std::string{base::as_text(bytes)};
}

Result<journal::VerifierKey> read_key(base::Files& files, const std::string& text) {
  auto key = journal::parse_verifier_key(text);
  if (key || text.contains('+')) return key;
  ASSIGN_OR_RETURN(auto written, read_text(files, text));
  while (written.ends_with('\n')) written.pop_back();
  return journal::parse_verifier_key(written);
}

std::string describe(const journal::Leaf& leaf) {
  auto text = fmt::format("  at      {}\n  kind    {}\n  state   {}\n", base::to_rfc3339(leaf.at), leaf.kind,
                          to_text(leaf.state));
  if (leaf.intent) text += fmt::format("  intent  {}\n", *leaf.intent);
  if (leaf.subject) text += fmt::format("  subject {}\n", base::to_text(*leaf.subject));
  return text + fmt::format("  commits to {}\n", base::to_hex(leaf.commitment));
}

Result<journal::ActNumber> read_number(const std::string& text) {
  const auto number = base::parse_number<journal::ActNumber>(text);
  if (!number) return base::fail(Code::Invalid, "--entry wants a number");
  return *number;
}

Result<std::string> verify(const Words& words) {
  base::OsFiles files;
  ASSIGN_OR_RETURN(const auto key, read_key(files, words.key));
  journal::VerifyOptions options;
  if (!words.since.empty()) {
    ASSIGN_OR_RETURN(options.since, read_text(files, words.since));
  }
  if (!words.entry.empty()) {
    ASSIGN_OR_RETURN(options.entry, read_number(words.entry));
  }
  ASSIGN_OR_RETURN(const auto verified, journal::verify_folder(files, words.folder, key, options));
  const auto& [origin, size, root] = verified.checkpoint;
  const auto replaced = verified.keys.size() - 1;
  auto text = fmt::format("{} verifies: {} entries, all as they were signed\n  root    {}\n", origin, size,
                          base::to_base64(root));
  if (replaced > 0)
    text +=
        fmt::format("its key was replaced {} {}, each time announced by the key before; today's is\n  {}\n",
                    replaced, replaced == 1 ? "time" : "times", journal::to_text(verified.keys.back()));
  if (verified.since)
    text += fmt::format("it continues the {} entries of the older checkpoint ({} hashes prove it)\n",
                        verified.since->size, verified.consistency_hashes);
  if (verified.entry)
    text += fmt::format("entry {} is in it ({} hashes prove it)\n{}", verified.entry->number,
                        verified.inclusion_hashes, describe(*verified.entry));
  return text;
}

/// What of an installation its journal needs, beside a running program or without.
struct Installation {
  base::OsFiles files = {};
  base::OsClock clock = {};
  base::OsRandom random = {};
  std::unique_ptr<sql::Database> key_database = {};
  std::unique_ptr<vault::KeyStore> keys = {};

  Result<void> open(const Words& words) {
    const base::Path data{words.data};
    ASSIGN_OR_RETURN(const bool is_there, files.exists(data / "keys.db"));
    if (!is_there) return base::fail(Code::NotFound, "there is no key store in this folder");
    const auto environment = [](const char* name) -> std::optional<std::string> {
      const char* value = std::getenv(name);
      return value == nullptr ? std::nullopt : std::optional<std::string>(value);
    };
    const auto file = words.master_key.empty() ? std::nullopt : std::optional<base::Path>{words.master_key};
    ASSIGN_OR_RETURN(
        auto master,
        vault::load_master_key(files, {.file = file, .data_folder = data, .environment = environment}));
    ASSIGN_OR_RETURN(key_database, sql::Database::open_sqlite(data / "keys.db"));
    ASSIGN_OR_RETURN(keys, vault::KeyStore::open(*key_database, std::move(master), clock, random));
    return {};
  }
};

/// The name is the one that the journal began with, which its checkpoint bears.
Result<std::string> print_key(const Words& words) {
  Installation installation;
  RETURN_IF_ERROR(installation.open(words));
  ASSIGN_OR_RETURN(const auto note,
                   read_text(installation.files, base::Path{words.data} / "journal" / "checkpoint"));
  ASSIGN_OR_RETURN(const auto safe, credentials::Safe::open(*installation.key_database, *installation.keys,
                                                            installation.clock, installation.random));
  ASSIGN_OR_RETURN(const auto secret, safe->current(kJournalKey));
  ASSIGN_OR_RETURN(const auto signing, signing_key_of(secret.text()));
  const journal::VerifierKey key{note.substr(0, note.find('\n')), signing.public_key()};
  RETURN_IF_ERROR(journal::open_checkpoint(note, key));
  return journal::to_text(key) + '\n';
}

std::string to_json(const journal::Entry& entry) {
  const auto& act = entry.act;
  nlohmann::ordered_json json{{"number", entry.number},
                              {"at", base::to_rfc3339(entry.at)},
                              {"state", to_text(entry.state)},
                              {"kind", act.kind}};
  if (entry.intent) json["intent"] = *entry.intent;
  if (act.subject) json["subject"] = base::to_text(*act.subject);
  if (entry.detail_destroyed) json["destroyed"] = true;
  if (act.property) json["property"] = act.property->value;
  if (act.by.member) json["member"] = base::to_text(*act.by.member);
  if (!act.by.address.empty()) json["address"] = act.by.address;
  if (!act.detail.empty()) json["detail"] = act.detail;
  return json.dump() + '\n';
}

Result<std::string> list(const Words& words) {
  Installation installation;
  RETURN_IF_ERROR(installation.open(words));
  journal::Filter filter{.count_max = journal::kListMax};
  if (!words.entry.empty()) {
    ASSIGN_OR_RETURN(filter.after, read_number(words.entry));
  }
  ASSIGN_OR_RETURN(const auto control, sql::Database::open_sqlite(base::Path{words.data} / "control.db"));
  const auto keys = make_journal_keys(*installation.keys);
  ASSIGN_OR_RETURN(const auto journal,
                   journal::Journal::open(*control, *keys, installation.clock, installation.random));
  RETURN_IF_ERROR(journal->record({.kind = "journal.read"}));
  std::string text;
  while (true) {
    ASSIGN_OR_RETURN(const auto entries, journal->list(filter));
    if (entries.empty()) return text;
    for (const auto& entry : entries) text += to_json(entry);
    filter.after = entries.back().number;
  }
}

}  // namespace

int journal_command(std::span<const std::string_view> arguments) {
  if (arguments.size() == 1 && arguments[0] == "--help") return say(kHelp, 0);
  const auto words = arguments.empty() ? std::nullopt : read_words(arguments.subspan(1));
  if (!words) return say(kHelp, 2);
  const bool is_verify = arguments[0] == "verify" && !words->folder.empty() && !words->key.empty() &&
                         words->data.empty() && words->master_key.empty();
  const bool is_inside =
      !words->data.empty() && words->folder.empty() && words->key.empty() && words->since.empty();
  const bool is_key = arguments[0] == "key" && is_inside && words->entry.empty();
  const bool is_list = arguments[0] == "list" && is_inside;
  if (!is_verify && !is_key && !is_list) return say(kHelp, 2);
  const auto text = is_verify ? verify(*words) : is_key ? print_key(*words) : list(*words);
  return text ? say(*text, 0) : fail_with(text.error());
}

}  // namespace app

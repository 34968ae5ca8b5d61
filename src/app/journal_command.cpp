#include "app/journal_command.h"

#include <fmt/format.h>

#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <string>

#include "base/clock.h"
#include "base/files.h"
#include "base/random.h"
#include "crypto/sign.h"
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

Result<std::string> verify(const Words& words) {
  base::OsFiles files;
  ASSIGN_OR_RETURN(const auto key, read_key(files, words.key));
  journal::VerifyOptions options;
  if (!words.since.empty()) {
    ASSIGN_OR_RETURN(options.since, read_text(files, words.since));
  }
  if (!words.entry.empty()) {
    const auto* end = words.entry.data() + words.entry.size();
    const auto read = std::from_chars(words.entry.data(), end, options.entry.emplace());
    if (read.ec != std::errc{} || read.ptr != end) return base::fail(Code::Invalid, "--entry wants a number");
  }
  ASSIGN_OR_RETURN(const auto verified, journal::verify_folder(files, words.folder, key, options));
  const auto& [origin, size, root] = verified.checkpoint;
  auto text = fmt::format("{} verifies: {} entries, all as they were signed\n  root    {}\n", origin, size,
                          base::to_base64(root));
  if (verified.since)
    text += fmt::format("it continues the {} entries of the older checkpoint ({} hashes prove it)\n",
                        verified.since->size, verified.consistency_hashes);
  if (verified.entry)
    text += fmt::format("entry {} is in it ({} hashes prove it)\n{}", verified.entry->number,
                        verified.inclusion_hashes, describe(*verified.entry));
  return text;
}

/// The name is the one that the journal began with, which its checkpoint bears.
Result<std::string> print_key(const Words& words) {
  base::OsFiles files;
  base::OsClock clock;
  base::OsRandom random;
  const base::Path data{words.data};
  ASSIGN_OR_RETURN(const auto note, read_text(files, data / "journal" / "checkpoint"));
  ASSIGN_OR_RETURN(const bool has_keys, files.exists(data / "keys.db"));
  if (!has_keys) return base::fail(Code::NotFound, "there is no key store in this folder");
  const auto environment = [](const char* name) -> std::optional<std::string> {
    const char* value = std::getenv(name);
    return value == nullptr ? std::nullopt : std::optional<std::string>(value);
  };
  const auto file = words.master_key.empty() ? std::nullopt : std::optional<base::Path>{words.master_key};
  ASSIGN_OR_RETURN(auto master, vault::load_master_key(
                                    files, {.file = file, .data_folder = data, .environment = environment}));
  ASSIGN_OR_RETURN(const auto database, sql::Database::open_sqlite(data / "keys.db"));
  ASSIGN_OR_RETURN(const auto keys, vault::KeyStore::open(*database, std::move(master), clock, random));
  ASSIGN_OR_RETURN(auto seed, keys->find(vault::KeyName::service("journal_signature")));
  const journal::VerifierKey key{note.substr(0, note.find('\n')),
                                 crypto::SigningKey{std::move(seed)}.public_key()};
  RETURN_IF_ERROR(journal::open_checkpoint(note, key));
  return journal::to_text(key) + '\n';
}

}  // namespace

int journal_command(std::span<const std::string_view> arguments) {
  if (arguments.size() == 1 && arguments[0] == "--help") return say(kHelp, 0);
  const auto words = arguments.empty() ? std::nullopt : read_words(arguments.subspan(1));
  if (!words) return say(kHelp, 2);
  const bool is_verify = arguments[0] == "verify" && !words->folder.empty() && !words->key.empty() &&
                         words->data.empty() && words->master_key.empty();
  const bool is_key = arguments[0] == "key" && !words->data.empty() && words->folder.empty() &&
                      words->key.empty() && words->since.empty() && words->entry.empty();
  if (!is_verify && !is_key) return say(kHelp, 2);
  const auto text = is_verify ? verify(*words) : print_key(*words);
  return text ? say(*text, 0) : fail_with(text.error());
}

}  // namespace app

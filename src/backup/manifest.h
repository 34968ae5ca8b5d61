// What an archive says of itself: its first file, `manifest.json`.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/result.h"
#include "base/time.h"
#include "sql/snapshot.h"
#include "vault/key_store.h"

namespace backup {

inline constexpr std::string_view kManifestName = "manifest.json";
inline constexpr int kFormat = 1;

struct Manifest {
  base::Instant made_at;
  /// Of the key store at that moment. Keys that are older cannot be today's.
  vault::KeyGeneration keys;
  /// Rows of each table of control.db and vault.db at that moment.
  std::map<std::string, sql::RowCounts> rows;
};

std::string to_json(const Manifest& manifest);
/// Errors: Invalid for a format that this program does not know, Corrupt.
base::Result<Manifest> parse_manifest(std::string_view text);

}  // namespace backup

// How much of a database is used at once, and how long is waited for it.
#pragma once

namespace sql {

/// SQLite has one writer at a time, so more connections serve readers only.
inline constexpr int kConnections = 4;
inline constexpr int kConnectionsMax = 64;

/// How long SQLite waits for another writer before the statement fails as busy.
inline constexpr int kBusyTimeoutMs = 10'000;

/// How often a transaction is tried when others get in its way.
inline constexpr int kTransactionAttemptsMax = 20;

}  // namespace sql

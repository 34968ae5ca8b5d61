// Hands checkpoints to a witness, who signs that what it sees continues what it saw: C2SP tlog-witness.
//
//   POST <url>/add-checkpoint        old <size that the witness saw last>
//                                    <hash of the consistency proof, base64>, a line each
//                                    an empty line
//                                    <checkpoint, signed>
//
// 200 answers with signature lines, which are kept with the checkpoint and shown with it; 409 with the size
// that the witness really saw last, whereupon it is asked once more.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "journal/publisher.h"
#include "sql/database.h"

namespace journal {

/// "https://witness.example/prefix"; plain http for this machine alone. Errors: Invalid.
base::Result<void> check_witness_url(std::string_view url);

struct WitnessRequest {
  std::string text;
  /// Of the checkpoint in it.
  std::uint64_t size = 0;
};

/// What is posted. Errors: Invalid when the witness saw more than there is.
base::Result<WitnessRequest> witness_request(const Publisher& publisher, std::uint64_t old_size);

/// One thread at a time; `cosignatures` from any.
class Witness {
 public:
  /// The url was checked.
  Witness(sql::Database& control, const Publisher& publisher, std::string url);

  /// Posts the published checkpoint unless the witness has it. Errors: Unavailable when it cannot be reached
  /// or answers otherwise; Conflict when it saw another journal than this one: somebody should look.
  base::Result<void> send();

  /// The witness's signature lines for the published checkpoint; empty while there are none.
  base::Result<std::string> cosignatures() const;

 private:
  base::Result<void> post(std::uint64_t old_size, bool may_repeat);
  base::Result<void> keep(std::uint64_t size, const std::string& signatures);

  sql::Database& control_;
  const Publisher& publisher_;
  std::string url_;
};

}  // namespace journal

// Files of requests that only few may see and that end soon: proofs of identity, answers, hand-overs. Each is
// sealed (crypto/seal.h) under a key of its own, file_<use>_<id> of the property of requests, and lies as
// `<folder>/<use>-<id>`. Destroying one destroys the key first and the file then, so that no copy of the file
// opens ever again.
#pragma once

#include <string>
#include <string_view>

#include "base/files.h"
#include "base/names.h"
#include "base/random.h"
#include "base/result.h"
#include "rights/request.h"

namespace vault {
class KeyStore;
}

namespace rights {

/// What such a file is: a proof of identity, an answer, a record that goes to another organisation.
inline constexpr std::string_view kProof = "proof";
inline constexpr std::string_view kAnswer = "answer";
inline constexpr std::string_view kHandOver = "handover";

/// Any thread.
class SealedFiles {
 public:
  SealedFiles(base::Files& files, base::Path folder, vault::KeyStore& keys, base::Random& random,
              base::PropertyNumber scope)
      : files_(files), folder_(std::move(folder)), keys_(keys), random_(random), scope_(scope) {}

  /// On stable storage when it returns. `use` is `[a-z]{1,8}`. Errors: Gone when it was destroyed once.
  base::Result<void> write(std::string_view use, RequestId id, std::string_view content);
  /// Errors: NotFound, Gone, Corrupt.
  base::Result<std::string> read(std::string_view use, RequestId id);
  /// Destroying what is not there is no error.
  base::Result<void> destroy(std::string_view use, RequestId id);

 private:
  base::Path path_of(std::string_view use, RequestId id) const;

  base::Files& files_;
  base::Path folder_;
  vault::KeyStore& keys_;
  base::Random& random_;
  base::PropertyNumber scope_;
};

/// "image/jpeg", "image/png", "application/pdf" by the first bytes; empty for anything else.
std::string_view proof_type(std::string_view content);

}  // namespace rights

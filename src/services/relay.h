// One request to a service, with its secret put in by the program, and the answer without it.
//
// What is asked is the declared origin alone: no redirect is followed, no cookie kept, no proxy used, no
// address in a private network connected to (the name's addresses are looked at as the connection is made).
// What comes back is bounded in size and time. An answer that holds the secret is withheld: as it is, or as
// base64, percent-encoded, in hexadecimal digits, or as JSON writes it. A service that hands it out in a
// disguise of its own is not recognised.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "credentials/secret.h"
#include "services/service.h"

namespace services {

struct Question {
  std::string method;
  std::string path;
  std::string query = {};
  std::string type = {};  ///< of the body
  std::string body = {};
};

struct Answer {
  long status = 0;
  std::string type;  ///< as the service says; may be empty
  std::string body;
};

/// Blocks, kAnswerWithin at most. `local_only`: services on this machine are asked too. Requires: a declared
/// origin that may be asked, and a question that was checked against a task. Errors: Unavailable for who does
/// not answer, TooLarge past kAnswerMax, Denied for an answer that holds the secret.
base::Result<Answer> ask_service(const Declared& declared, const credentials::Secret& secret,
                                 const Question& question, bool local_only);

/// Whether the text holds the secret in one of the ways above. `user`: of basic authentication, or empty.
bool holds_secret(std::string_view text, std::string_view secret, std::string_view user);

/// Asks whether the service takes the secret. Errors: Denied when it does not, Unavailable when it does not
/// say.
base::Result<void> try_secret(const Declared& declared, const credentials::Secret& secret, bool local_only);

/// Has the service take another secret from now on. Errors: Unavailable. Requires: declared.change.
base::Result<void> change_secret(const Declared& declared, const credentials::Secret& present,
                                 std::string_view next, bool local_only);

}  // namespace services

// The words of the language that name something outside the policy itself: moments that terms count from,
// sources, records, parts of log lines, acts, credentials. A policy may use these and no others.
//
// `Vocabulary` is what the language knows. `Kept` is the part of it that this program executes today: each
// surface adds its own, app makes the sum. What a policy declares beyond it is told by `policy check` and on
// the page of promises, and nothing of it can be stored, since nothing writes it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace policy {

/// The source of what somebody fills in who subscribes to updates.
inline constexpr std::string_view kSubscription = "subscription";

struct Vocabulary {
  /// "14 days after event end"; "stored" is meant where a term names none.
  std::vector<std::string> ends{"event end",        "stored",         "account end", "last use",
                                "subscription end", "processing end", "contract end"};
  /// Every way in.
  std::vector<std::string> sources{"registration form",
                                   "business card",
                                   "telephone",
                                   "e-mail",
                                   "contact form",
                                   "subscription",
                                   "purchase",
                                   "contract",
                                   "survey",
                                   "survey in exchange for content",
                                   "cookie",
                                   "account form",
                                   "delivered file",
                                   "invitation"};
  /// Those of `sources` that somebody of the organisation types over.
  std::vector<std::string> typed{"business card",
                                 "telephone",
                                 "e-mail",
                                 "contract",
                                 "purchase",
                                 "survey",
                                 "survey in exchange for content"};
  std::vector<std::string> records{"opened",    "page view", "tour view", "call",
                                   "mail sent", "delivery",  "purchase"};
  /// Those of `records` that belong to a viewing or a visit, which is stored without names.
  std::vector<std::string> viewing_records{"opened", "page view", "tour view"};
  std::vector<std::string> attributes{"device-type", "operating-system", "browser",   "country",
                                      "language",    "referrer",         "returning", "screen-class"};
  std::vector<std::string> logs{"url", "address", "agent", "language", "time"};
  std::vector<std::string> four_eyes{"export", "extend",  "move end", "unmask",
                                     "reveal", "release", "restore"};
  std::vector<std::string> credentials{"database",     "mail",        "storage",         "stream",
                                       "session keys", "journal key", "outside services"};
  /// GDPR Article 9, and what policies add to it.
  std::vector<std::string> special_categories{"health",    "race",           "belief",   "politics",
                                              "sexuality", "union",          "genetics", "biometrics",
                                              "crime",     "national number"};
  std::vector<std::string> grounds{"permission", "court order", "authority order", "regulation", "contract"};
};

/// What surfaces and modules of this program execute.
struct Kept {
  std::vector<std::string> ends;
  std::vector<std::string> sources;
  std::vector<std::string> records;
  std::vector<std::string> attributes;
  std::vector<std::string> logs;
  std::vector<std::string> credentials;
  /// Those acts that there are, so that they can wait for a second person.
  std::vector<std::string> four_eyes;
};

}  // namespace policy

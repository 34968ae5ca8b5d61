// The public privacy notice, made from the policy in force: nobody writes it by hand, so it cannot say
// anything else than what the program keeps.
//
// It tells, in this order: who is responsible, what the words mean, why and on which ground of Article 6 data
// are used, each datum with its source, class and term, the three classes and their rights, what consent
// means, who receives data (processors, places, systems, every field of every report), what is decided
// automatically, what is stored on devices, minors, what is never collected, rights and how to use them, what
// happens after a breach, the authority, and the version with what changed.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/language.h"
#include "base/time.h"
#include "policy/document.h"
#include "policy/policy.h"

namespace policy {

/// A report or export that somebody receives. Surfaces define theirs in one place, from which the export and
/// the notice both take the columns.
struct ReportDefinition {
  std::string name;                  ///< key of its name among the texts
  std::vector<std::string> columns;  ///< as the report spells them; words: notice.column.<column>
  std::string receiver;              ///< "organiser", "viewer"
};

struct VersionEntry {
  std::string version;
  base::Instant at;  ///< when it came into force in this installation
  /// Sentences in the notice's language on what changed since the version before. None: nobody can tell.
  std::optional<std::vector<std::string>> changes;
};

/// What a policy does not know of itself.
struct NoticeContext {
  /// Newest first; empty where nobody kept them: the notice then has the policy's own date alone.
  std::vector<VersionEntry> history;
  std::vector<ReportDefinition> reports;
  std::string time_zone = "Europe/Brussels";
  /// Of the installation, where a property names its own controller.
  std::string organisation;
  /// Of the property's own controller: E23's link. Both may be empty.
  std::string controller_name;
  std::string controller_policy;  ///< https address
  /// Where the pages are: "/privacy". Links between them begin with it; empty in a file of its own.
  std::string pages_root;
};

/// `language` must be one of the policy's; any other is taken as its first.
Document notice(const Policy& policy, base::Language language, const NoticeContext& context);

}  // namespace policy

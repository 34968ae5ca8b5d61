// What the law says in numbers, each with the date from which it holds, in one table (law.cpp): laws change,
// and a change is a row. A policy says `law` where it takes the number of its country.
#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "policy/parties.h"
#include "policy/term.h"

namespace policy {

enum class LawParameter {
  BreachToAuthority,     ///< GDPR 33(1): 72 hours
  BreachToPeople,        ///< GDPR 34(1), without undue delay: counted as 72 hours
  RequestAnswer,         ///< GDPR 12(3): 1 month
  RequestExtension,      ///< GDPR 12(3): 2 months more
  ChildAge,              ///< GDPR 8(1) as each country set it: in years
  AskAgainAfterRefusal,  ///< at least 6 months
  BreachToController,    ///< GDPR 33(2), by the processor, without undue delay: at once
};

struct LawRow {
  LawParameter parameter;
  std::string_view country;  ///< ISO 3166-1 alpha-2; empty for the whole Union
  std::string_view from;     ///< "2018-05-25"
  Span value;
  std::string_view source;  ///< "GDPR 33(1)"
};

/// The whole table, oldest first within a parameter and country.
std::span<const LawRow> law_table();

/// The row that holds on `date` in `country`: the country's own, else the Union's. None before the first.
std::optional<LawRow> law_on(LawParameter parameter, std::string_view country, std::string_view date);

/// By its word: "be-gba", "nl-ap", "fr-cnil", "de-bfdi", "lu-cnpd". None for an unknown one.
std::optional<Authority> authority(std::string_view word);

}  // namespace policy

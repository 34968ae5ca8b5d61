// The register of processing (GDPR Article 30), made from the policy: what is stored of whom and why.
//
// As a controller (30(1)) a row is a purpose; as a processor (30(2)) a row is a kind of processing done for
// the controller. Both have the data below it: one row per field, fact, record, attribute, mark or part of a
// log, with its source, purposes, ground, class, term and an invented example.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "base/language.h"
#include "base/result.h"
#include "policy/document.h"
#include "policy/notice.h"
#include "policy/policy.h"

namespace policy {

enum class RegisterRole { Controller, Processor };
std::string_view to_text(RegisterRole role);  ///< "controller", "processor"

/// Cells are words in one language.
struct RegisterTable {
  std::string name;
  std::vector<std::string> columns;
  std::vector<std::vector<std::string>> rows;
};

struct Register {
  base::Language language = base::Language::Nl;
  RegisterRole role = RegisterRole::Controller;
  std::string title;
  /// Who answers for it, the version, the general description of security: label and value.
  std::vector<std::pair<std::string, std::string>> head;
  RegisterTable processings;
  RegisterTable data;
};

Register register_of(const Policy& policy, RegisterRole role, base::Language language,
                     const NoticeContext& context);

Document to_document(const Register& the_register, const NoticeContext& context);
/// RFC 4180: the data with their processing's columns beside them, one table.
std::string to_csv(const Register& the_register);
/// A workbook of three sheets. Errors: Unavailable when there is no memory for it.
base::Result<std::string> to_xlsx(const Register& the_register);
/// JSON-LD with the W3C Data Privacy Vocabulary (https://w3id.org/dpv#) and its terms of the GDPR.
std::string to_json_ld(const Policy& policy, RegisterRole role, base::Language language,
                       const NoticeContext& context);

/// An invented value for an item of a datum: the field's own example, or one for its type.
std::string example_of(const Policy& policy, const Data& datum, std::string_view item,
                       base::Language language);

}  // namespace policy

// `hartslag policy schema`: the language as JSON Schema 2020-12, for editors that complete and check YAML.
//
// It is written from the table that the reader reads by (keys.h), so that it knows the same keys and words.
// It is wider than the reader where a schema cannot see: names that refer to something elsewhere,
// contradictions, the law. What it refuses, the reader refuses too; what it takes still has to pass `policy
// check`.
#pragma once

#include <string>

#include "policy/vocabulary.h"

namespace policy {

/// A JSON text, indented, with an end of line.
std::string schema(const Vocabulary& vocabulary = {});

}  // namespace policy

#include "backup/evidence.h"

#include "backup/queries.h"
#include "sql/migrate.h"

namespace backup {

using base::Result;

Result<std::unique_ptr<EvidenceBook>> EvidenceBook::open(sql::Database& control, const base::Clock& clock) {
  RETURN_IF_ERROR(sql::migrate(control, queries::kModule, clock));
  return std::unique_ptr<EvidenceBook>(new EvidenceBook(control, clock));
}

Result<void> EvidenceBook::note(std::string_view name, std::string_view detail) {
  RETURN_IF_ERROR(
      control_.run(queries::note_evidence, {{"name", name}, {"detail", detail}, {"at_ms", clock_.now()}}));
  return {};
}

Result<std::optional<Evidence>> EvidenceBook::find(std::string_view name) {
  ASSIGN_OR_RETURN(const auto row, control_.maybe(queries::evidence_by_name, {{"name", name}}));
  if (!row) return std::optional<Evidence>{};
  return std::optional<Evidence>{{row->instant("at_ms"), row->text("detail")}};
}

}  // namespace backup

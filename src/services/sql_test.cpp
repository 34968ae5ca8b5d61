#include "services/queries.h"
#include "sql/testing/both_engines.h"

namespace services {
namespace {

class ServicesSqlTest : public sql::testing::BothEngines {};
HARTSLAG_ON_BOTH_ENGINES(ServicesSqlTest);

TEST_P(ServicesSqlTest, PreparesItsStatements) { expect_prepares(queries::kModule); }

}  // namespace
}  // namespace services

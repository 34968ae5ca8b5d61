#include "base/clock.h"
#include "services/queries.h"
#include "sql/migrate.h"
#include "sql/testing/both_engines.h"

namespace services {
namespace {

class ServicesSqlTest : public sql::testing::BothEngines {};
HARTSLAG_ON_BOTH_ENGINES(ServicesSqlTest);

TEST_P(ServicesSqlTest, PreparesItsStatements) {
  const base::ManualClock clock{base::instant_from_ms(1'795'356'000'000)};
  ASSERT_TRUE(sql::migrate(database(), queries::kModule, clock));
  expect_prepares(queries::kModule);
}

}  // namespace
}  // namespace services

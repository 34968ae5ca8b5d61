// The command ends with 0 and whole output, or with 2, one line on standard error and nothing written.
#include <cstdlib>
#include <string>
#include <string_view>

#include "base/check.h"
#include "pulse/fold_csv.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  // Half of the inputs are given a header, since finding one by chance teaches nothing.
  std::string input;
  if (size > 0 && data[0] % 2 == 0) input = "session,at_ms,facts\n";
  if (size > 1) input.append(reinterpret_cast<const char*>(data) + 1, size - 1);
  if (input.empty()) return 0;
  char* out_text = nullptr;
  char* err_text = nullptr;
  std::size_t out_size = 0;
  std::size_t err_size = 0;
  std::FILE* in = fmemopen(input.data(), input.size(), "r");
  std::FILE* out = open_memstream(&out_text, &out_size);
  std::FILE* err = open_memstream(&err_text, &err_size);
  const int status = pulse::fold_command({}, in, out, err);
  std::fclose(in);
  std::fclose(out);
  std::fclose(err);
  const std::string_view written{out_text, out_size};
  const std::string_view told{err_text, err_size};
  if (status == pulse::kExitDone) {
    CHECK(written.starts_with("session,start_ms,end_ms,facts\n") && written.ends_with('\n'));
    CHECK(told.empty());
  } else {
    CHECK(status == pulse::kExitWrong);
    CHECK(written.empty());
    CHECK(told.starts_with("line ") && told.ends_with('\n'));
  }
  std::free(out_text);
  std::free(err_text);
  return 0;
}

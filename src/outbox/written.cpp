#include "outbox/written.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/contains.h"
#include "base/trim.h"
#include "outbox/limits.h"

namespace outbox {
namespace {

using base::Code;
using base::fail;
using base::Language;
using base::Result;
using nlohmann::json;

bool has_control(std::string_view text) {
  return std::ranges::any_of(text, [](char c) { return static_cast<unsigned char>(c) < ' ' || c == '\x7f'; });
}

Result<Written> read_written(std::string_view language, const json& given) {
  const auto text = [&](const char* name) -> Result<std::string> {
    const auto found = given.find(name);
    if (found == given.end() || !found->is_string())
      return fail(Code::Invalid, fmt::format("texts.{}.{}: a text", language, name));
    return std::string{base::trimmed(found->get_ref<const std::string&>())};
  };
  if (!given.is_object() || given.size() != 2)
    return fail(Code::Invalid, fmt::format(R"(texts.{}: {{"subject", "body"}})", language));
  Written written;
  ASSIGN_OR_RETURN(written.subject, text("subject"));
  ASSIGN_OR_RETURN(written.body, text("body"));
  if (written.subject.empty() || has_control(written.subject))
    return fail(Code::Invalid, fmt::format("texts.{}.subject: one line", language));
  if (written.body.empty()) return fail(Code::Invalid, fmt::format("texts.{}.body: some text", language));
  if (written.subject.size() > kSubjectBytesMax)
    return fail(Code::TooLarge,
                fmt::format("texts.{}.subject: at most {} bytes", language, kSubjectBytesMax));
  if (written.body.size() > kBodyBytesMax)
    return fail(Code::TooLarge, fmt::format("texts.{}.body: at most {} bytes", language, kBodyBytesMax));
  return written;
}

}  // namespace

const Written& written_in(const Texts& texts, Language language, std::span<const Language> languages) {
  if (const auto found = texts.find(language); found != texts.end()) return found->second;
  for (const auto other : languages) {
    if (const auto found = texts.find(other); found != texts.end()) return found->second;
  }
  return texts.begin()->second;
}

Result<Texts> parse_texts(std::string_view text, std::span<const Language> languages) {
  const auto given = json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (!given.is_object() || given.empty())
    return fail(Code::Invalid, "texts: a mail in one language at least");
  Texts texts;
  for (const auto& [name, written] : given.items()) {
    const auto language = base::parse_language(name);
    if (!language || !base::contains(languages, *language))
      return fail(Code::Invalid, "texts: a language of the policy");
    ASSIGN_OR_RETURN(texts[*language], read_written(base::to_text(*language), written));
  }
  return texts;
}

std::string to_json(const Texts& texts) {
  auto out = json::object();
  for (const auto& [language, written] : texts)
    out[std::string{base::to_text(language)}] = {{"subject", written.subject}, {"body", written.body}};
  return out.dump(-1, ' ', false, json::error_handler_t::replace);
}

Result<Texts> stored_texts(std::string_view text) {
  const auto stored = json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (!stored.is_object() || stored.empty()) return fail(Code::Corrupt, "what was written does not read");
  Texts texts;
  for (const auto& [name, written] : stored.items()) {
    const auto language = base::parse_language(name);
    if (!language || !written.is_object()) return fail(Code::Corrupt, "what was written does not read");
    texts[*language] = {written.value("subject", std::string{}), written.value("body", std::string{})};
  }
  return texts;
}

}  // namespace outbox

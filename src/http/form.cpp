#include "http/form.h"

#include "http/limits.h"
#include "http/percent.h"
#include "http/request.h"

namespace http {

std::optional<std::string_view> Form::get(std::string_view name) const {
  for (const auto& [field, value] : fields_)
    if (field == name) return value;
  return std::nullopt;
}

std::vector<std::string_view> Form::all(std::string_view name) const {
  std::vector<std::string_view> values;
  for (const auto& [field, value] : fields_)
    if (field == name) values.push_back(value);
  return values;
}

base::Result<Form> parse_form(std::string_view text) {
  Form form;
  while (!text.empty()) {
    const auto end = text.find('&');
    const auto pair = text.substr(0, end);
    text = end == std::string_view::npos ? std::string_view{} : text.substr(end + 1);
    if (pair.empty()) continue;
    if (form.fields().size() == kFormFieldsMax)
      return base::fail(base::Code::TooLarge, "There are too many fields.");
    const auto equals = pair.find('=');
    ASSIGN_OR_RETURN(auto name, percent_decode(pair.substr(0, equals), Plus::IsSpace));
    std::string value;
    if (equals != std::string_view::npos) {
      ASSIGN_OR_RETURN(value, percent_decode(pair.substr(equals + 1), Plus::IsSpace));
    }
    form.add(std::move(name), std::move(value));
  }
  return form;
}

base::Result<Form> parse_form(const Request& request) {
  if (request.content_type() != "application/x-www-form-urlencoded")
    return base::fail(base::Code::Invalid, "The body is not of type application/x-www-form-urlencoded.");
  return parse_form(request.body);
}

std::string write_form(const Form& form) {
  std::string out;
  for (const auto& [name, value] : form.fields()) {
    if (!out.empty()) out.push_back('&');
    out += percent_encode(name);
    out.push_back('=');
    out += percent_encode(value);
  }
  return out;
}

}  // namespace http

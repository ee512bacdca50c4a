// Request bodies as fields and files: url-encoded, multipart, JSON.
#include <string.h>  // memmem

#include <algorithm>

#include "core/fields.hpp"
#include "core/input.hpp"
#include "http/json.hpp"
#include "http/request.hpp"
#include "http/uri.hpp"

namespace kindling::http {
namespace {

constexpr std::size_t kFieldsMax = 20'000;
constexpr std::size_t kPartHeadMax = 4'096;
constexpr std::size_t kFilenameBytesMax = 255;

Error malformed(std::string code, std::string message) {
  return {ErrorKind::kMalformed, std::move(code), std::move(message), {}};
}

std::string lower(std::string_view text) {
  std::string result(text);
  std::ranges::transform(result, result.begin(), [](unsigned char c) { return c >= 'A' && c <= 'Z' ? c + 32 : c; });
  return result;
}

std::string_view trimmed_spaces(std::string_view text) {
  while (text.starts_with(' ') || text.starts_with('\t')) text.remove_prefix(1);
  while (text.ends_with(' ') || text.ends_with('\t')) text.remove_suffix(1);
  return text;
}

// The parameter of a header value, quoted or not: `name` in `form-data; name="title"`.
std::optional<std::string> parameter(std::string_view value, std::string_view name) {
  std::size_t at = value.find(';');
  while (at != std::string_view::npos) {
    value.remove_prefix(at + 1);
    const auto equals = value.find('=');
    if (equals == std::string_view::npos) return std::nullopt;
    const auto key = lower(trimmed_spaces(value.substr(0, equals)));
    value = trimmed_spaces(value.substr(equals + 1));
    std::string found;
    if (value.starts_with('"')) {
      std::size_t i = 1;
      for (; i < value.size() && value[i] != '"'; ++i) {
        if (value[i] == '\\' && i + 1 < value.size() && (value[i + 1] == '"' || value[i + 1] == '\\')) ++i;
        found += value[i];
      }
      if (i >= value.size()) return std::nullopt;
      value.remove_prefix(i + 1);
    } else {
      found = std::string(trimmed_spaces(value.substr(0, value.find(';'))));
    }
    if (key == name) return found;
    at = value.find(';');
  }
  return std::nullopt;
}

std::string media_type(const Request& request) {
  const auto header = request.header("content-type").value_or("");
  return lower(trimmed_spaces(header.substr(0, header.find(';'))));
}

// What all fields of a form may hold together; files are apart.
constexpr std::size_t kFieldBytesMax = 2 * 1024 * 1024;

Error fields_too_large() {
  return {ErrorKind::kTooLarge, "fields_too_large", "The fields hold more than 2 MB together.", {}};
}

}  // namespace

// What was read before an error is kept: the gate finds its form token, and the user gets the error itself.
struct FormBody {
  Pairs fields;
  std::vector<UploadedFile> files;
  std::optional<Error> error;       // the form cannot be used
  std::optional<Error> file_error;  // its files break a rule; the fields are whole
};

namespace {

std::optional<Error> read_url_encoded(std::string_view body, FormBody& form) {
  if (body.size() > kFieldBytesMax) return fields_too_large();
  auto pairs = parse_query(body);
  if (!pairs) {
    return malformed("form_syntax", "The form cannot be read: it holds a broken %-escape or too many fields.");
  }
  form.fields = *std::move(pairs);
  return std::nullopt;
}

// What the head of a part says (RFC 7578). A part with a filename is a file.
struct PartHead {
  std::string name;
  std::optional<std::string> filename;
  std::string content_type;
};

// `head` without its empty line, each line ended.
std::optional<PartHead> read_part_head(std::string_view head) {
  std::optional<PartHead> part;
  std::string content_type;
  while (!head.empty()) {
    const auto line_end = head.find("\r\n");
    const auto line = head.substr(0, line_end);
    head.remove_prefix(line_end + 2);
    const auto colon = line.find(':');
    if (colon == std::string_view::npos) return std::nullopt;
    const auto header = lower(line.substr(0, colon));
    if (header == "content-type") {
      const auto value = line.substr(colon + 1);
      content_type = lower(trimmed_spaces(value.substr(0, value.find(';'))));
    } else if (header == "content-disposition") {
      auto name = parameter(line, "name");
      if (!name) return std::nullopt;
      part = PartHead{*std::move(name), parameter(line, "filename"), {}};
    }
  }
  if (part) part->content_type = std::move(content_type);
  return part;
}

// "C:\\Users\\eva\\invoice.pdf" is "invoice.pdf".
std::string without_folders(const std::string& filename) {
  const auto slash = filename.find_last_of("/\\");
  return slash == std::string::npos ? filename : filename.substr(slash + 1);
}

// An error ends the reading where no file is expected at all; a wrong file is the field's error.
std::optional<Error> add_file(PartHead part, std::string_view bytes, std::size_t files_max, FormBody& form) {
  auto filename = without_folders(*part.filename);
  if (filename.empty() && bytes.empty()) return std::nullopt;  // no file was chosen
  if (files_max == 0) return Error{ErrorKind::kUnsupportedMedia, "file_not_expected", "This form takes no files.", {}};
  if (form.files.size() == files_max) {
    form.file_error = invalid_field(
        part.name, "too_many_files",
        files_max == 1 ? "Choose one file." : "Choose at most " + std::to_string(files_max) + " files.");
    return std::nullopt;
  }
  const auto is_control = [](unsigned char c) { return c < 0x20 || c == 0x7F; };
  if (filename.empty() || filename.size() > kFilenameBytesMax || !is_valid_utf8(filename) ||
      std::ranges::any_of(filename, is_control)) {
    form.file_error = invalid_field(part.name, "filename",
                                    "Give the file a name of at most 255 bytes without control characters.");
    return std::nullopt;
  }
  form.files.push_back({std::move(part.name), std::move(filename), std::move(part.content_type), bytes});
  return std::nullopt;
}

// RFC 7578. The end of a part is found with memmem, which stays linear whatever the part holds.
std::optional<Error> read_multipart(const Request& request, FormBody& form) {
  const auto broken = [] { return malformed("multipart_syntax", "The form cannot be read: its parts are broken."); };
  const auto boundary = parameter(request.header("content-type").value_or(""), "boundary");
  if (!boundary || boundary->empty() || boundary->size() > 70) return broken();
  const auto mark = "\r\n--" + *boundary;
  std::string_view body = request.body;
  if (!body.starts_with(std::string_view(mark).substr(2))) return broken();
  body.remove_prefix(mark.size() - 2);
  std::size_t parts = 0, field_bytes = 0;
  while (!body.starts_with("--")) {
    if (!body.starts_with("\r\n") || parts++ == kFieldsMax) return broken();
    body.remove_prefix(2);
    const auto head_end = body.substr(0, kPartHeadMax).find("\r\n\r\n");
    if (head_end == std::string_view::npos) return broken();
    auto part = read_part_head(body.substr(0, head_end + 2));
    if (!part) return broken();
    body.remove_prefix(head_end + 4);
    const auto* end = static_cast<const char*>(::memmem(body.data(), body.size(), mark.data(), mark.size()));
    if (end == nullptr) return broken();
    const auto content = body.substr(0, static_cast<std::size_t>(end - body.data()));
    body.remove_prefix(content.size() + mark.size());
    if (part->filename) {
      if (auto error = add_file(*std::move(part), content, request.files_max, form)) return error;
    } else {
      field_bytes += content.size();
      if (field_bytes > kFieldBytesMax) return fields_too_large();
      form.fields.emplace_back(std::move(part->name), content);
    }
  }
  return std::nullopt;
}

std::optional<Error> read_form(const Request& request, FormBody& form) {
  const auto type = media_type(request);
  if (type == "application/x-www-form-urlencoded" || (type.empty() && request.body.empty())) {
    return read_url_encoded(request.body, form);
  }
  if (type == "multipart/form-data") return read_multipart(request, form);
  return Error{ErrorKind::kUnsupportedMedia, "content_type",
               request.is_api() ? "Send this as application/json." : "Send this as a form.", {}};
}

// The gate, the act and the handler all look into the same form.
const FormBody& form_of(const Request& request) {
  if (!request.form) {
    auto form = std::make_shared<FormBody>();
    form->error = read_form(request, *form);
    request.form = std::move(form);
  }
  return *request.form;
}

bool is_json(const Request& request) { return media_type(request) == "application/json"; }

}  // namespace

Result<Input> read_input(const Request& request) {
  if (is_json(request)) {
    if (request.body.size() > kFieldBytesMax) return fields_too_large();
    return input_from_json(request.body);
  }
  const auto& form = form_of(request);
  if (form.error) return *form.error;
  Input input;
  for (const auto& [name, value] : form.fields) {
    if (name == "form_token" || name == "form_key") continue;
    input.set(name, value);
  }
  return input;
}

std::optional<std::string> form_field(const Request& request, std::string_view name) {
  if (is_json(request)) return std::nullopt;
  for (const auto& [key, value] : form_of(request).fields) {
    if (key == name) return value;
  }
  return std::nullopt;
}

Result<std::vector<UploadedFile>> uploaded_files(const Request& request) {
  if (media_type(request) != "multipart/form-data") return std::vector<UploadedFile>{};
  const auto& form = form_of(request);
  if (form.error) return *form.error;
  if (form.file_error) return *form.file_error;
  return form.files;
}

}  // namespace kindling::http

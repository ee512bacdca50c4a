#include <algorithm>
#include <charconv>

#include <sodium.h>

#include "core/csv.hpp"
#include "core/fields.hpp"
#include "http/negotiate.hpp"
#include "http/uri.hpp"
#include "web/page.hpp"

namespace kindling {
namespace {

constexpr int kLimitMax = 200;
constexpr std::size_t kSearchBytesMax = 400;

const Value kNull;

const Value& member(const Value& row, std::string_view name) {
  const auto* value = row.find(name);
  return value == nullptr ? kNull : *value;
}

std::string text_of(const Value& value) {
  if (const auto* text = std::get_if<std::string>(&value.data())) return *text;
  if (const auto* number = std::get_if<std::int64_t>(&value.data())) return std::to_string(*number);
  if (const auto* flag = std::get_if<bool>(&value.data())) return *flag ? "yes" : "no";
  return {};
}

// The current address with one query parameter changed; the cursor goes with every change of the list.
std::string href_with(const http::Request& request, std::string_view name, std::string_view value) {
  std::string query;
  const auto add = [&](std::string_view key, std::string_view text) {
    query += (query.empty() ? "?" : "&") + http::percent_encoded(key) + "=" + http::percent_encoded(text);
  };
  for (const auto& [key, text] : request.query) {
    if (key != name && key != "after" && key != "done") add(key, text);
  }
  if (!value.empty()) add(name, value);
  return request.path + query;
}

}  // namespace

std::string ListQuery::filter(std::string_view name) const {
  for (const auto& [key, value] : filters) {
    if (key == name) return value;
  }
  return {};
}

Result<ListQuery> parse_list_query(const http::Request& request, const std::vector<std::string>& sorts,
                                   const std::vector<std::string>& filters) {
  ListQuery query;
  std::vector<FieldError> errors;
  const auto fail = [&](std::string field, std::string message) {
    errors.push_back({std::move(field), "not_one_of", std::move(message)});
  };
  query.search = request.query_param("q").value_or("");
  if (query.search.size() > kSearchBytesMax) fail("q", "Search for something shorter.");
  if (!is_valid_utf8(query.search)) fail("q", "This search holds bytes that are not valid UTF-8; type it again.");
  std::string_view sort = request.query_param("sort").value_or("");
  if (sort.starts_with('-')) {
    query.descending = true;
    sort.remove_prefix(1);
  }
  query.sort = sort.empty() ? (sorts.empty() ? "" : sorts.front()) : std::string(sort);
  if (!sort.empty() && std::ranges::find(sorts, query.sort) == sorts.end()) {
    std::string list;
    for (const auto& name : sorts) list += (list.empty() ? "" : ", ") + name;
    fail("sort", "Sort by one of: " + list + "; with - in front for the other direction.");
  }
  query.after = request.query_param("after").value_or("");
  if (!query.after.empty() && !decode_cursor(query.after)) fail("after", "This is no cursor of this list.");
  if (const auto limit = request.query_param("limit")) {
    const auto [end, error] = std::from_chars(limit->data(), limit->data() + limit->size(), query.limit);
    if (error != std::errc() || end != limit->data() + limit->size() || query.limit < 1 || query.limit > kLimitMax) {
      fail("limit", "Ask for 1 to 200 rows.");
    }
  }
  for (const auto& name : filters) {
    const auto value = request.query_param(name);
    if (!value || value->empty()) continue;
    if (!is_valid_utf8(*value)) fail(name, "This filter holds bytes that are not valid UTF-8; choose it again.");
    query.filters.emplace_back(name, *value);
  }
  if (!errors.empty()) return invalid(std::move(errors));
  return query;
}

std::string encode_cursor(const Cursor& cursor) {
  const auto plain = std::to_string(cursor.id) + ":" + cursor.key;
  std::string text(sodium_base64_encoded_len(plain.size(), sodium_base64_VARIANT_URLSAFE_NO_PADDING), '\0');
  sodium_bin2base64(text.data(), text.size(), reinterpret_cast<const unsigned char*>(plain.data()), plain.size(),
                    sodium_base64_VARIANT_URLSAFE_NO_PADDING);
  text.resize(text.find('\0'));
  return text;
}

std::optional<Cursor> decode_cursor(std::string_view text) {
  std::string plain(text.size(), '\0');
  std::size_t length = 0;
  if (sodium_base642bin(reinterpret_cast<unsigned char*>(plain.data()), plain.size(), text.data(), text.size(), nullptr,
                        &length, nullptr, sodium_base64_VARIANT_URLSAFE_NO_PADDING) != 0) {
    return std::nullopt;
  }
  plain.resize(length);
  const auto colon = plain.find(':');
  if (colon == std::string::npos || plain.find('\0') != std::string::npos || !is_valid_utf8(plain)) {
    return std::nullopt;
  }
  Cursor cursor;
  const auto [end, error] = std::from_chars(plain.data(), plain.data() + colon, cursor.id);
  if (error != std::errc() || end != plain.data() + colon) return std::nullopt;
  cursor.key = plain.substr(colon + 1);
  return cursor;
}

Value table(const http::Request& request, const ListQuery& query, const std::vector<Column>& columns,
            const Value::Array& rows, const std::string& next_cursor) {
  auto heads = Value::array();
  for (const auto& column : columns) {
    const bool sorted = column.sortable && query.sort == column.name;
    auto head = Value::object({{"label", column.label}, {"number", column.number}});
    if (column.sortable) {
      head.set("sort_href", href_with(request, "sort", (sorted && !query.descending ? "-" : "") + column.name));
      head.set("aria_sort", sorted ? (query.descending ? "descending" : "ascending") : "none");
      head.set("ascending", sorted && !query.descending);
      head.set("descending", sorted && query.descending);
    }
    heads.push(std::move(head));
  }
  auto lines = Value::array();
  for (const auto& row : rows) {
    auto cells = Value::array();
    for (const auto& column : columns) {
      const auto* display = row.find(column.name + "_display");
      auto text = text_of(display == nullptr ? member(row, column.name) : *display);
      cells.push(Value::object({{"label", column.label},
                                {"text", std::move(text)},
                                {"number", column.number},
                                {"href", column.href.empty() ? "" : text_of(member(row, column.href))},
                                {"badge", text_of(member(row, column.name + "_badge"))}}));
    }
    lines.push(Value::object({{"cells", std::move(cells)}}));
  }
  return Value::object({{"columns", std::move(heads)},
                        {"rows", std::move(lines)},
                        {"empty", rows.empty()},
                        {"search", query.search},
                        {"first_href", query.after.empty() ? "" : href_with(request, "after", "")},
                        {"next_href", next_cursor.empty() ? "" : href_with(request, "after", next_cursor)}});
}

http::Response list_answer(const http::Request& request, const std::vector<Column>& columns, const Value::Array& rows,
                           const std::string& next_cursor) {
  if (http::preferred_type(request, {"application/json", "text/csv"}) != "text/csv") {
    return http::json(Value::object(
        {{"items", rows}, {"next_cursor", next_cursor.empty() ? Value() : Value(next_cursor)}}));
  }
  std::string csv;
  std::vector<std::string> fields;
  for (const auto& column : columns) fields.push_back(column.name);
  append_csv_row(csv, fields);
  for (const auto& row : rows) {
    fields.clear();
    for (const auto& column : columns) fields.push_back(text_of(member(row, column.name)));
    append_csv_row(csv, fields);
  }
  auto response = http::text(std::move(csv));
  response.headers.clear();
  response.with("Content-Type", "text/csv; charset=utf-8; header=present");
  if (!next_cursor.empty()) response.with("Link", "<" + href_with(request, "after", next_cursor) + ">; rel=\"next\"");
  return response;
}

}  // namespace kindling

// The page frame and the pieces that all pages share: forms, tables, lists. The look is web/pages/*.html and theme.css.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/input.hpp"
#include "core/result.hpp"
#include "core/value.hpp"
#include "http/request.hpp"
#include "http/response.hpp"
#include "web/site.hpp"

namespace kindling {

// Renders web/pages/frame.html around the template `name`. `data` is the page's own; the frame adds platform, user,
// navigation (marked by the first path segment), form_token, a fresh form_key, and a notice after a redirect (?done=).
struct Page {
  std::string title;
  std::string_view name;                                        // template
  Value data;
  int status = 200;
  std::vector<std::pair<std::string, std::string>> crumbs = {};  // label, href; the last one is the page itself
};
http::Response page(const Site& site, const http::Request& request, Page page);

// A friendly page for an Error (404, 403, 409, 412, 503 ...); installed as the router's error page.
http::Response error_page(const Site& site, const Error& error, const http::Request& request);

// --- Forms: every field is made here and rendered by web/pages/field.html, so all forms look and speak alike. ---
struct Choice {
  std::string value;
  std::string label;
};

struct FieldLook {
  std::string help = {};               // one sentence below the field
  bool required = false;
  int columns = 12;                    // of 12, from 768 px on
  std::string suffix = {};             // "EUR", "%"
  std::string autocomplete = "off";
};

// What a refused form shows: the errors at their fields; a broken rule of the whole form stands at "".
std::vector<FieldError> errors_of(const Error& error);

// Builds the fields of one form from what was typed and the errors, or from the stored values.
class Form {
 public:
  // `typed` is shown again as it is; errors stand at their fields, the rest in a summary with links on top.
  Form(const Input& typed, const std::vector<FieldError>& errors);

  // Where a page has several forms: what the ids of this one's fields begin with, "f-" otherwise. Call it first.
  Form& id_prefix(std::string prefix);
  Form& section(std::string title, std::string help = {});
  Form& text(std::string name, std::string label, FieldLook look = {});
  Form& email(std::string name, std::string label, FieldLook look = {});
  Form& password(std::string name, std::string label, FieldLook look = {});
  Form& area(std::string name, std::string label, FieldLook look = {});
  Form& amount(std::string name, std::string label, FieldLook look = {});     // right-aligned, inputmode=decimal
  Form& percent(std::string name, std::string label, FieldLook look = {});
  Form& number(std::string name, std::string label, FieldLook look = {});
  Form& date(std::string name, std::string label, FieldLook look = {});       // type=date
  Form& choice(std::string name, std::string label, const std::vector<Choice>& choices, FieldLook look = {});
  Form& flag(std::string name, std::string label, FieldLook look = {});
  Form& checkboxes(std::string name, std::string label, const std::vector<Choice>& choices, FieldLook look = {});  // name.N
  Form& hidden(std::string name, std::string value);
  // Inserts an already rendered piece between sections (the budget grid). The caller escapes.
  Form& html(std::string piece);

  // {action, submit, cancel_href, sections:[{title, help, fields:[...]}], errors:[...], has_errors}: for
  // {{#form}}{{> form}}{{/form}}.
  Value value(std::string action, std::string submit_label, std::string cancel_href) const;

 private:
  struct Section {
    std::string title;
    std::string help;
    std::string html;
    Value::Array fields;
  };
  Form& add(const char* kind, std::string name, std::string label, FieldLook look, Value extra = {});
  const Input& typed_;
  const std::vector<FieldError>& errors_;
  std::string prefix_ = "f-";
  std::vector<Section> sections_;
  Value::Array hidden_;
};

// --- Lists: search, filters, sorting, keyset paging. ---
struct ListQuery {
  std::string search;             // ?q=
  std::string sort;               // one of the allowed, the first by default; "-name" is descending
  bool descending = false;
  std::string after;              // opaque cursor ?after=
  int limit = 50;                 // ?limit= 1..200
  std::vector<std::pair<std::string, std::string>> filters;  // allowed names with a value
  std::string filter(std::string_view name) const;
};
// kInvalid with the field's name for an unknown sort, a broken cursor or limit.
Result<ListQuery> parse_list_query(const http::Request& request, const std::vector<std::string>& sorts,
                                   const std::vector<std::string>& filters);

// Keyset cursor: the sort key's text and the id of the last row, opaque for clients (base64url).
struct Cursor {
  std::string key;
  std::int64_t id = 0;
};
std::string encode_cursor(const Cursor& cursor);
std::optional<Cursor> decode_cursor(std::string_view text);

// One column of a table page and of the CSV answer.
struct Column {
  std::string name;       // "title": member of the row's Value, sort name where sortable, CSV heading
  std::string label;
  bool sortable = false;
  bool number = false;    // right-aligned, tabular figures
  std::string href = {};  // member that holds the link of this cell
};
// {columns:[...with sort links and aria-sort], rows:[{cells:[...]}], next_href, empty}: for {{#table}}{{> table}}{{/table}}.
// Rows are Values; a member "<name>_display" wins over "<name>" in the cell; "<name>_badge" gives it a badge class.
Value table(const http::Request& request, const ListQuery& query, const std::vector<Column>& columns,
            const Value::Array& rows, const std::string& next_cursor);

// The JSON list answer {"items": [...], "next_cursor": ...}, or CSV where Accept asks for text/csv. A CSV field that
// begins with = + - @ tab CR LF (also full-width) gets a ' in front (OWASP), numbers excepted.
http::Response list_answer(const http::Request& request, const std::vector<Column>& columns, const Value::Array& rows,
                           const std::string& next_cursor);

}  // namespace kindling

#include "http/json.hpp"

#include <optional>
#include <set>

#include <nlohmann/json.hpp>

#include "core/fields.hpp"
#include "core/input.hpp"

namespace kindling::http {
namespace {

using nlohmann::json;

constexpr std::size_t kDepthMax = 16;
constexpr std::size_t kFieldsMax = 20'000;

void append(std::string& out, const Value& value);

void append_text(std::string& out, const std::string& text) {
  // The library escapes; bytes that are no UTF-8 become U+FFFD, so that an answer is always valid JSON.
  out += json(text).dump(-1, ' ', false, json::error_handler_t::replace);
}

struct Append {
  std::string& out;
  void operator()(std::nullptr_t) const { out += "null"; }
  void operator()(bool flag) const { out += flag ? "true" : "false"; }
  void operator()(std::int64_t number) const { out += std::to_string(number); }
  void operator()(const std::string& text) const { append_text(out, text); }
  void operator()(const Value::Array& array) const {
    out += '[';
    for (std::size_t i = 0; i < array.size(); ++i) {
      if (i > 0) out += ',';
      append(out, array[i]);
    }
    out += ']';
  }
  void operator()(const Value::Object& object) const {
    out += '{';
    for (std::size_t i = 0; i < object.size(); ++i) {
      if (i > 0) out += ',';
      append_text(out, object[i].first);
      out += ':';
      append(out, object[i].second);
    }
    out += '}';
  }
};

void append(std::string& out, const Value& value) { std::visit(Append{out}, value.data()); }

Error syntax_error(std::string_view text, std::size_t position, const char* what) {
  std::size_t line = 1, column = 1;
  for (std::size_t i = 0; i + 1 < position && i < text.size(); ++i) {
    if (text[i] == '\n') {
      ++line;
      column = 1;
    } else {
      ++column;
    }
  }
  return {ErrorKind::kMalformed, "json_syntax",
          "The JSON cannot be read at line " + std::to_string(line) + ", column " + std::to_string(column) + ": " +
              what + ".",
          {}};
}

// What both readers share: limits, repeated names, and where it went wrong.
class Reader {
 public:
  using number_integer_t = json::number_integer_t;
  using number_unsigned_t = json::number_unsigned_t;
  using number_float_t = json::number_float_t;
  using string_t = json::string_t;
  using binary_t = json::binary_t;

  explicit Reader(std::string_view text) : text_(text) {}
  virtual ~Reader() = default;

  bool null() { return leaf(nullptr, "", Input::Type::kNull); }
  bool boolean(bool flag) { return leaf(flag, flag ? "true" : "false", Input::Type::kBoolean); }
  bool number_integer(number_integer_t n) { return leaf(std::int64_t{n}, std::to_string(n), Input::Type::kNumber); }
  bool number_unsigned(number_unsigned_t n) {
    const auto text = std::to_string(n);
    if (n > INT64_MAX) return leaf(text, text, Input::Type::kNumber);
    return leaf(static_cast<std::int64_t>(n), text, Input::Type::kNumber);
  }
  bool number_float(number_float_t, const string_t& text) { return leaf(text, text, Input::Type::kNumber); }
  bool string(string_t& text) { return leaf(text, text, Input::Type::kText); }
  bool binary(binary_t&) { return fail("it holds binary data"); }
  bool start_object(std::size_t) { return open(true); }
  bool end_object() { return close(); }
  bool start_array(std::size_t) { return open(false); }
  bool end_array() { return close(); }
  bool key(string_t& name) {
    if (!stack_.back().names.insert(name).second) return fail("a name stands twice in one object");
    stack_.back().key = name;
    return true;
  }
  bool parse_error(std::size_t position, const std::string&, const nlohmann::detail::exception&) {
    if (!error_) error_ = syntax_error(text_, position, "this is not valid JSON");
    return false;
  }

  const std::optional<Error>& error() const { return error_; }

 protected:
  struct Level {
    bool object;
    std::string key;
    std::size_t index = 0;
    std::set<std::string> names = {};
    Value value = {};
  };

  virtual bool leaf(Value value, const std::string& text, Input::Type type) = 0;
  virtual void closed(Level level) = 0;

  bool fail(const char* what) {
    error_ = Error{ErrorKind::kMalformed, "json_syntax", std::string("The JSON cannot be used: ") + what + ".", {}};
    return false;
  }
  bool counted() { return ++fields_ <= kFieldsMax || fail("it has more than 20,000 values"); }
  bool open(bool object) {
    if (stack_.size() == kDepthMax) return fail("it is nested deeper than 16 levels");
    stack_.push_back({object, {}});
    return counted();
  }
  bool close() {
    auto level = std::move(stack_.back());
    stack_.pop_back();
    closed(std::move(level));
    return true;
  }

  std::string_view text_;
  std::vector<Level> stack_;
  std::optional<Error> error_;
  std::size_t fields_ = 0;
};

class InputReader final : public Reader {
 public:
  using Reader::Reader;
  Input input{true};

 protected:
  bool leaf(Value, const std::string& text, Input::Type type) override {
    if (stack_.empty()) return fail("an object is expected, in { }");
    if (!stack_.front().object) return fail("an object is expected, in { }");
    input.add(path(), text, type);
    ++stack_.back().index;
    return counted();
  }
  void closed(Level level) override {
    if (stack_.empty()) return;
    // An empty list or object is a field too: it empties a list of rows, and is told where nothing has its name.
    if (level.names.empty() && level.index == 0) input.add(path(), "", Input::Type::kNull);
    ++stack_.back().index;
  }

 private:
  std::string path() const {
    std::string path;
    for (const auto& level : stack_) {
      if (!path.empty()) path += '.';
      path += level.object ? level.key : std::to_string(level.index);
    }
    return path;
  }
};

class ValueReader final : public Reader {
 public:
  using Reader::Reader;
  Value root;

 protected:
  bool leaf(Value value, const std::string&, Input::Type) override {
    place(std::move(value));
    return counted();
  }
  void closed(Level level) override {
    if (level.value.is_null()) level.value = level.object ? Value(Value::Object{}) : Value(Value::Array{});
    place(std::move(level.value));
  }

 private:
  void place(Value value) {
    if (stack_.empty()) {
      root = std::move(value);
    } else if (stack_.back().object) {
      stack_.back().value.set(stack_.back().key, std::move(value));
    } else {
      stack_.back().value.push(std::move(value));
    }
  }
};

// nullopt: read whole.
std::optional<Error> read(std::string_view text, Reader& reader) {
  if (!is_valid_utf8(text)) {
    return Error{ErrorKind::kMalformed, "json_syntax", "The JSON holds bytes that are not valid UTF-8.", {}};
  }
  const bool whole = json::sax_parse(text.begin(), text.end(), &reader);
  if (whole && !reader.error()) return std::nullopt;
  return reader.error().value_or(syntax_error(text, text.size(), "it ends too early"));
}

}  // namespace

std::string to_json(const Value& value) {
  std::string out;
  append(out, value);
  return out;
}

Result<Input> input_from_json(std::string_view text) {
  InputReader reader(text);
  if (auto error = read(text, reader)) return *std::move(error);
  if (!trimmed(text).starts_with('{')) {
    return Error{ErrorKind::kMalformed, "json_syntax", "The JSON cannot be used: an object is expected, in { }.", {}};
  }
  return std::move(reader.input);
}

Result<Value> value_from_json(std::string_view text) {
  ValueReader reader(text);
  if (auto error = read(text, reader)) return *std::move(error);
  return std::move(reader.root);
}

}  // namespace kindling::http

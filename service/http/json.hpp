// JSON in and out; json.cpp is the only file with the JSON library.
#pragma once

#include <string>
#include <string_view>

#include "core/result.hpp"
#include "core/value.hpp"

namespace kindling {
class Input;
}

namespace kindling::http {

std::string to_json(const Value& value);

// A JSON object as flat fields. kMalformed "json_syntax" with line and column where it cannot be read, also for
// invalid UTF-8, a repeated name, depth over 16 and more than 20,000 fields. Numbers keep their text, so that
// 1.005 is seen as typed and never as a double.
Result<Input> input_from_json(std::string_view text);

// Any JSON document as a Value (configuration, tests, clients). Numbers that are no int64 become their text.
Result<Value> value_from_json(std::string_view text);

}  // namespace kindling::http

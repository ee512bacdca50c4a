#include "jobs/job.hpp"

#include <algorithm>

namespace kindling {

int Job::percent() const {
  if (state == "done") return 100;
  if (total_units <= 0) return 0;
  return static_cast<int>(std::clamp<std::int64_t>(done_units * 100 / total_units, 0, 100));
}

Value job_value(const Job& job) {
  return Value::object({{"id", job.id},
                        {"kind", job.kind},
                        {"state", job.state},
                        {"step", job.step},
                        {"percent", job.percent()},
                        {"done", job.done_units},
                        {"total", job.total_units},
                        {"attempts", job.attempts},
                        {"error_code", job.error_code.empty() ? Value() : Value(job.error_code)},
                        {"error_message", job.error_message.empty() ? Value() : Value(job.error_message)}});
}

Value job_schema() {
  Value properties;
  for (const auto* name : {"id", "percent", "done", "total", "attempts"}) {
    properties.set(name, Value::object({{"type", "integer"}}));
  }
  for (const auto* name : {"kind", "state", "step"}) properties.set(name, Value::object({{"type", "string"}}));
  for (const auto* name : {"error_code", "error_message"}) {
    properties.set(name, Value::object({{"type", Value::Array{"string", "null"}}}));
  }
  return Value::object({{"type", "object"}, {"properties", std::move(properties)}});
}

}  // namespace kindling

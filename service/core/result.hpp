// Result<T>: a value, or an Error that a user can mend. Exceptions stay for a broken world.
#pragma once

#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace kindling {

// What kind of mistake it is; http/problem.cpp gives each its status code.
enum class ErrorKind {
  kMalformed,             // 400: cannot be read at all (broken JSON, bad framing)
  kSignInRequired,        // 401
  kForbidden,             // 403
  kNotFound,              // 404
  kConflict,              // 409: true, but not in this state
  kStale,                 // 412: somebody else changed it meanwhile
  kTooLarge,              // 413
  kUnsupportedMedia,      // 415
  kInvalid,               // 422: readable, but fields break rules
  kPreconditionRequired,  // 428: If-Match is missing
  kTooManyRequests,       // 429
  kUnavailable,           // 503: the database is away, or no slot is free
};

// One broken rule at one field. `field` is the path of the input ("lines.3.amount"); empty: the whole form.
struct FieldError {
  std::string field;
  std::string code;     // the broken rule: "required", "too_long", "over_precise", ...
  std::string message;  // what to do, with an example

  bool operator==(const FieldError&) const = default;
};

struct Error {
  ErrorKind kind = ErrorKind::kInvalid;
  std::string code;     // the broken rule: "grant_not_found", "entry_already_reversed", ...
  std::string message;  // one sentence for the user
  std::vector<FieldError> fields;
};

inline Error invalid(std::vector<FieldError> fields) {
  return {ErrorKind::kInvalid, "invalid_fields", "Some fields need your attention.", std::move(fields)};
}
inline Error invalid_field(std::string field, std::string code, std::string message) {
  return invalid({{std::move(field), std::move(code), std::move(message)}});
}
inline Error not_found(std::string code, std::string message) {
  return {ErrorKind::kNotFound, std::move(code), std::move(message), {}};
}
inline Error conflict(std::string code, std::string message) {
  return {ErrorKind::kConflict, std::move(code), std::move(message), {}};
}
inline Error forbidden(std::string code, std::string message) {
  return {ErrorKind::kForbidden, std::move(code), std::move(message), {}};
}
inline Error stale() {
  return {ErrorKind::kStale, "stale_version",
          "Somebody else changed this meanwhile. Look at the current version and enter your change again.", {}};
}

template <typename T>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
  Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}

  bool ok() const { return state_.index() == 0; }
  explicit operator bool() const { return ok(); }

  T& value() & { return std::get<0>(state_); }
  const T& value() const& { return std::get<0>(state_); }
  T&& value() && { return std::get<0>(std::move(state_)); }
  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T&& operator*() && { return std::move(*this).value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }

  Error& error() { return std::get<1>(state_); }
  const Error& error() const { return std::get<1>(state_); }

 private:
  std::variant<T, Error> state_;
};

// A rule that only holds or fails: `return kOk;`.
struct Ok {};
inline constexpr Ok kOk{};
using Outcome = Result<Ok>;

}  // namespace kindling

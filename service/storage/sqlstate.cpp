// What PostgreSQL's errors mean for a user. The one place that knows SQLSTATEs and the rules' names.
#include <algorithm>
#include <array>
#include <string>
#include <string_view>

#include <soci/postgresql/soci-postgresql.h>
#include <soci/soci.h>

#include "storage/database.hpp"

namespace kindling {
namespace {

// A rule of the database in a user's words. A rule without a line here still has its name as the error's code.
struct Rule {
  std::string_view constraint;
  std::string_view field;    // empty: the whole form
  std::string_view message;
};

constexpr Rule kRules[] = {
#include "storage/rules.inc"
};

std::string_view constraint_in(std::string_view text) {
  static constexpr std::string_view kMark = "CONSTRAINT NAME:  ";
  const auto at = text.find(kMark);
  if (at == std::string_view::npos) return {};
  text.remove_prefix(at + kMark.size());
  return text.substr(0, text.find_first_of("\r\n"));
}

Error rule_error(std::string_view sqlstate, std::string_view text) {
  const auto name = constraint_in(text);
  const auto rule = std::ranges::find(kRules, name, &Rule::constraint);
  if (rule != std::end(kRules)) {
    if (!rule->field.empty()) {
      return invalid_field(std::string(rule->field), std::string(name), std::string(rule->message));
    }
    return conflict(std::string(name), std::string(rule->message));
  }
  const char* message = sqlstate == "23505"   ? "This exists already."
                        : sqlstate == "23503" ? "This refers to something that does not exist, or something else refers to it."
                                              : "This breaks a rule that always holds, so nothing was stored.";
  return conflict(name.empty() ? "rule_broken" : std::string(name), message);
}

Error unavailable() {
  return {ErrorKind::kUnavailable, "database_unavailable",
          "The data cannot be reached at the moment. Nothing was lost; try again in a few seconds.", {}};
}

std::optional<Error> error_of_state(std::string_view state, std::string_view text) {
  if (state.starts_with("23")) return rule_error(state, text);
  // Cannot connect, being shut down, too many connections, out of resources.
  if (state.starts_with("08") || state.starts_with("57P") || state.starts_with("53")) return unavailable();
  if (state == "57014") {
    return Error{ErrorKind::kUnavailable, "took_too_long", "This took too long and was given up. Try again.", {}};
  }
  if (state.starts_with("40") || state == "55P03") {
    return conflict("busy", "Somebody else is changing the same thing at this moment. Try again.");
  }
  if (state == "22003") return invalid({{"", "out_of_range", "A number is too large to be stored."}});
  return std::nullopt;
}

}  // namespace

std::optional<Error> error_of(std::exception_ptr exception) {
  try {
    std::rethrow_exception(exception);
  } catch (const Unavailable&) {
    return unavailable();
  } catch (const soci::soci_error& error) {
    // A failed connect, and a server that is killed in the middle of a statement, come without a state.
    if (is_connection_loss(exception)) return unavailable();
    const auto* told = dynamic_cast<const soci::postgresql_soci_error*>(&error);
    return told == nullptr ? std::nullopt : error_of_state(told->sqlstate(), told->what());
  } catch (...) {
    return std::nullopt;
  }
}

bool is_connection_loss(std::exception_ptr exception) {
  try {
    std::rethrow_exception(exception);
  } catch (const soci::postgresql_soci_error& error) {
    const std::string state = error.sqlstate();
    return state.starts_with("08") || state.starts_with("57P") || state.find_first_not_of(' ') == std::string::npos;
  } catch (const soci::soci_error& error) {
    return error.get_error_category() == soci::soci_error::connection_error;
  } catch (...) {
    return false;
  }
}

}  // namespace kindling

// The real app on a free port with a database of its own, a signed-in coordinator, a funder and three
// partners.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "app.hpp"
#include "core/value.hpp"
#include "support/test_database.hpp"

namespace kindling {

struct Answer {
  int status = 0;
  std::string head;  // lines of the header, lower-case names
  std::string body;
  std::string header(std::string_view name) const;  // "" where absent
  Value json() const;                               // of a JSON body
  std::string code() const;                         // of problem+json
  // "field:code" of each error of problem+json, in their order.
  std::vector<std::string> breaches() const;
};

using Pairs = std::vector<std::pair<std::string, std::string>>;

class FundingApp {
 public:
  FundingApp();

  Answer get(const std::string& path, const Pairs& headers = {});
  // As the browser sends it, with the session's form token.
  Answer form(const std::string& path, const Pairs& fields);
  Answer json(const std::string& method, const std::string& path, const std::string& body,
              const Pairs& headers = {});

  std::int64_t funder() const { return 1; }
  std::int64_t partner(int number) const { return 1 + number; }  // 1 to 3
  // One number of the database, as the service's role sees it.
  std::int64_t number(const std::string& query);
  // Runs a statement as the service's role; the name of the rule that it breaks, "" where it holds.
  std::string broken_rule(const std::string& statement);
  Database& database() { return app_->database(); }
  const std::string& owner_url() const { return test_database_.url(); }

  // From here on, requests are this user's; "" is nobody's.
  void sign_in_as(const std::string& email);

  // A grant of 1,000.00 EUR recorded through the API, "applied" where no other state is given; its id.
  std::int64_t record_grant(const std::string& state = "");
  // The JSON body of a complete grant with members replaced or added.
  std::string grant_body(const Pairs& changes = {}) const;
  std::string etag(std::int64_t grant_id);

 protected:
  Answer send(const std::string& method, const std::string& path, const Pairs& headers,
              const std::string& body);

 private:
  TestDatabase test_database_;
  std::optional<App> app_;
  std::string session_;
};

// Members of a JSON answer as text; "" where absent.
std::string text_at(const Value& object, std::string_view name);

}  // namespace kindling

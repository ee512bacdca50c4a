#include "support/funding_app.hpp"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <soci/soci.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <stdexcept>

#include "http/json.hpp"
#include "http/uri.hpp"
#include "identity/manage_users.hpp"
#include "identity/session.hpp"
#include "identity/session_store.hpp"
#include "identity/user_store.hpp"
#include "storage/database.hpp"

namespace kindling {
namespace {

constexpr std::string_view kHost = "127.0.0.1";

std::string exchange(std::uint16_t port, const std::string& request) {
  const int descriptor = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  inet_pton(AF_INET, kHost.data(), &address.sin_addr);
  if (connect(descriptor, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) {
    close(descriptor);
    throw std::runtime_error("cannot connect to the app");
  }
  for (std::size_t sent = 0; sent < request.size();) {
    const auto bytes = ::send(descriptor, request.data() + sent, request.size() - sent, MSG_NOSIGNAL);
    if (bytes <= 0) break;  // refused early: the answer is there already
    sent += static_cast<std::size_t>(bytes);
  }
  std::string answer;
  char buffer[16384];
  for (ssize_t bytes = 0; (bytes = recv(descriptor, buffer, sizeof buffer, 0)) > 0;) {
    answer.append(buffer, static_cast<std::size_t>(bytes));
  }
  close(descriptor);
  return answer;
}

Answer parsed(const std::string& text) {
  const auto end = text.find("\r\n\r\n");
  if (!text.starts_with("HTTP/1.1 ") || end == std::string::npos) throw std::runtime_error("no HTTP answer");
  Answer answer;
  answer.status = std::stoi(text.substr(9, 3));
  answer.head = text.substr(0, end + 2);
  answer.body = text.substr(end + 4);
  return answer;
}

}  // namespace

std::string Answer::header(std::string_view name) const {
  std::string low = head;
  std::ranges::transform(low, low.begin(),
                         [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  const auto at = low.find("\r\n" + std::string(name) + ": ");
  if (at == std::string::npos) return {};
  const auto from = at + 4 + name.size();
  return head.substr(from, head.find("\r\n", from) - from);
}

Value Answer::json() const {
  auto value = http::value_from_json(body);
  EXPECT_TRUE(value.ok()) << body;
  return value.ok() ? *value : Value();
}

std::string Answer::code() const {
  return text_at(json(), "code");
}

std::vector<std::string> Answer::breaches() const {
  std::vector<std::string> found;
  const auto value = json();
  if (const auto* errors = value.find("errors")) {
    for (const auto& error : std::get<Value::Array>(errors->data())) {
      found.push_back(text_at(error, "field") + ":" + text_at(error, "code"));
    }
  }
  return found;
}

std::string text_at(const Value& object, std::string_view name) {
  const auto* value = object.find(name);
  if (value == nullptr) return {};
  if (const auto* text = std::get_if<std::string>(&value->data())) return *text;
  if (const auto* number = std::get_if<std::int64_t>(&value->data())) return std::to_string(*number);
  return {};
}

FundingApp::FundingApp() {
  Config config;
  config.root = KINDLING_SOURCE_DIR;
  config.database.url = test_database_.url();
  config.http.port = 0;
  config.http.workers = 4;
  config.donor.key = std::string(64, '5');
  config.reports.signing_key = std::string(64, '7');
  config.reports.due_days = 0;  // nothing is made that no test asked for
  config.support.pledges = true;
  app_.emplace(config);
  app_->start();
  const Actor nobody;
  const auto added =
      add_user(database(), {.actor = nobody, .request_id = "test"},
               {.email = "ada@example.org", .name = "Ada", .roles = static_cast<Roles>(Role::kCoordinator)});
  if (!added) throw std::runtime_error(added.error().message);
  auto lease = database().lease();
  lease->sql() << "UPDATE users SET must_change_password = false";
  lease->sql() << R"(
      INSERT INTO organisations (name, is_funder, is_partner)
      VALUES ('European Commission', true, false),
             ('Sparks Association', false, true),
             ('Universität Nord', false, true),
             ('Cyber Lab', false, true))";
  session_ = *in_transaction(
      database(), nobody, "test", {},
      [&](Transaction& transaction) -> Result<std::string> { return begin_session(transaction, added->id); });
}

Answer FundingApp::send(const std::string& method, const std::string& path, const Pairs& headers,
                        const std::string& body) {
  std::string request = method + " " + path + " HTTP/1.1\r\nHost: kindling.example\r\nConnection: close\r\n";
  if (!session_.empty()) request += "Cookie: kindling=" + session_ + "\r\n";
  for (const auto& [name, value] : headers) request += name + ": " + value + "\r\n";
  if (method != "GET") {
    request += "X-Form-Token: " + form_token_of(session_) + "\r\n";
    request += "Content-Length: " + std::to_string(body.size()) + "\r\n";
  }
  return parsed(exchange(app_->port(), request + "\r\n" + body));
}

void FundingApp::sign_in_as(const std::string& email) {
  session_.clear();
  if (email.empty()) return;
  const Actor nobody;
  session_ = *in_transaction(database(), nobody, "test", {}, [&](Transaction& transaction) -> Result<std::string> {
    const auto user = find_user_by_email(transaction.session, email);
    if (!user) return user.error();
    transaction.sql() << "UPDATE users SET must_change_password = false WHERE id = " + std::to_string(user->id);
    return begin_session(transaction, user->id);
  });
}

Answer FundingApp::get(const std::string& path, const Pairs& headers) {
  return send("GET", path, headers, "");
}

Answer FundingApp::form(const std::string& path, const Pairs& fields) {
  std::string body;
  for (const auto& [name, value] : fields) {
    body += (body.empty() ? "" : "&") + http::percent_encoded(name) + "=" + http::percent_encoded(value);
  }
  return send("POST", path, {{"Content-Type", "application/x-www-form-urlencoded"}}, body);
}

Answer FundingApp::json(const std::string& method, const std::string& path, const std::string& body,
                        const Pairs& headers) {
  auto all = headers;
  // An upload says what it is.
  const bool told = std::ranges::find(headers, "Content-Type", &Pairs::value_type::first) != headers.end();
  if (!told) all.emplace_back("Content-Type", "application/json");
  return send(method, path, all, body);
}

std::int64_t FundingApp::number(const std::string& query) {
  long long found = 0;
  database().lease()->sql() << query, soci::into(found);
  return found;
}

std::string FundingApp::broken_rule(const std::string& statement) {
  Actor ada;
  ada.id = 1;
  const auto done = in_transaction(database(), ada, "test", {}, [&](Transaction& transaction) -> Outcome {
    transaction.sql() << statement;
    return kOk;
  });
  if (done) return {};
  return done.error().fields.empty() ? done.error().code : done.error().fields.front().code;
}

std::string FundingApp::grant_body(const Pairs& changes) const {
  // Values as JSON: a text in quotation marks, a number without.
  Pairs members{{"programme", "\"horizon-europe-actual\""},
                {"title", "\"Spark\""},
                {"funder_id", "1"},
                {"currency", "\"EUR\""},
                {"requested_amount", "\"1000.00\""},
                {"probability", "\"60\""},
                {"starts_on", "\"2026-01-01\""},
                {"ends_on", "\"2028-12-31\""},
                {"state", "\"applied\""},
                {"state_on", "\"2025-06-01\""}};
  for (const auto& [name, value] : changes) {
    const auto found = std::ranges::find(members, name, &Pairs::value_type::first);
    if (found == members.end()) {
      members.emplace_back(name, value);
    } else {
      found->second = value;
    }
  }
  std::string body = "{";
  for (const auto& [name, value] : members) {
    if (!value.empty()) body += (body.size() > 1 ? "," : "") + ("\"" + name + "\":") + value;
  }
  return body + "}";
}

std::int64_t FundingApp::record_grant(const std::string& state) {
  const auto answer = json("POST", "/api/v1/grants",
                           grant_body(state.empty() ? Pairs{} : Pairs{{"state", "\"" + state + "\""}}));
  EXPECT_EQ(answer.status, 201) << answer.body;
  return std::stoll(text_at(answer.json(), "id"));
}

std::string FundingApp::etag(std::int64_t grant_id) {
  return get("/api/v1/grants/" + std::to_string(grant_id)).header("etag");
}

}  // namespace kindling

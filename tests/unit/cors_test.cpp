#include "http/cors.hpp"

#include <gtest/gtest.h>

#include <stdexcept>

namespace kindling::http {
namespace {

Response answer(const std::string& origin, Method method = Method::kGet, std::string path = "/api/v1/budgets") {
  Request request;
  request.method = method;
  request.path = std::move(path);
  if (!origin.empty()) request.headers.push_back({"origin", origin});
  Response response;
  allow_origin({"https://dash.example", "http://localhost:3000"}, request, response);
  return response;
}

std::string value(const Response& response, std::string_view name) {
  const auto* header = response.header(name);
  return header == nullptr ? "" : *header;
}

TEST(Cors, ReadsOriginsSeparatedBySpaces) {
  EXPECT_EQ(parse_origins(" https://a.example  http://localhost:3000 "),
            (std::vector<std::string>{"https://a.example", "http://localhost:3000"}));
  EXPECT_TRUE(parse_origins("").empty());
}

TEST(Cors, RefusesWhatIsNoOrigin) {
  for (const auto* text : {"*", "null", "https://", "ftp://a.example", "https://a.example/", "https://A.example", "a.example"}) {
    EXPECT_THROW(parse_origins(text), std::runtime_error) << text;
  }
}

TEST(Cors, LetsAConfiguredOriginReadWithoutCredentials) {
  const auto response = answer("https://dash.example");
  EXPECT_EQ(value(response, "Access-Control-Allow-Origin"), "https://dash.example");
  EXPECT_EQ(value(response, "Access-Control-Allow-Credentials"), "");
  EXPECT_EQ(value(response, "Vary"), "Origin");
}

TEST(Cors, TellsNothingToAnotherOriginAndToPages) {
  EXPECT_EQ(value(answer("https://dash.example.evil.example"), "Access-Control-Allow-Origin"), "");
  EXPECT_EQ(value(answer("http://dash.example"), "Access-Control-Allow-Origin"), "");
  EXPECT_EQ(value(answer(""), "Access-Control-Allow-Origin"), "");
  EXPECT_EQ(value(answer("https://dash.example", Method::kGet, "/grants/1"), "Access-Control-Allow-Origin"), "");
  EXPECT_EQ(value(answer("https://dash.example", Method::kPost), "Access-Control-Allow-Origin"), "");
}

TEST(Cors, AnswersAPreflightWithReadingAlone) {
  const auto response = answer("http://localhost:3000", Method::kOptions);
  EXPECT_EQ(value(response, "Access-Control-Allow-Methods"), "GET, HEAD");
  EXPECT_EQ(value(response, "Access-Control-Allow-Headers"), "Authorization, Accept, If-None-Match");
}

}  // namespace
}  // namespace kindling::http

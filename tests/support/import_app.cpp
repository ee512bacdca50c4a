#include "support/import_app.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <thread>

#include "http/uri.hpp"

namespace kindling {

Answer ImportApp::upload(const std::string& kind, const std::string& csv, const std::string& name) {
  // The body is the file, whatever it is said to be.
  return json("POST", "/api/v1/imports?kind=" + kind + "&file_name=" + http::percent_encoded(name), csv);
}

Answer ImportApp::import(const std::string& id) { return get("/api/v1/imports/" + id); }

Answer ImportApp::verb(const std::string& id, const std::string& name, const std::string& body) {
  return json("POST", "/api/v1/imports/" + id + "/" + name, body, {{"If-Match", import(id).header("etag")}});
}

Value ImportApp::settled(const std::string& id) {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::minutes(3);
  while (std::chrono::steady_clock::now() < deadline) {
    const auto shown = import(id).json();
    const auto* job = shown.find("job");
    const auto state = job == nullptr ? std::string() : text_at(*job, "state");
    if (state != "queued" && state != "running") return shown;
    std::this_thread::yield();
  }
  ADD_FAILURE() << "the job of import " << id << " does not end";
  return {};
}

Value ImportApp::checked(const std::string& kind, const std::string& csv, const Pairs& settings) {
  const auto sent = upload(kind, csv);
  EXPECT_TRUE(sent.status == 201 || sent.status == 200) << sent.body;
  const auto id = text_at(sent.json(), "id");
  std::string columns, options;
  for (const auto& [name, value] : settings) {
    auto& list = name.starts_with("columns.") ? columns : options;
    list += (list.empty() ? "\"" : ",\"") + name.substr(name.find('.') + 1) + "\":\"" + value + "\"";
  }
  const auto asked = verb(id, "check", "{\"columns\":{" + columns + "},\"options\":{" + options + "}}");
  EXPECT_EQ(asked.status, 202) << asked.body;
  return settled(id);
}

Value ImportApp::run(const std::string& id, const std::string& mode) {
  const auto asked = verb(id, "run", "{\"mode\":\"" + mode + "\"}");
  EXPECT_EQ(asked.status, 202) << asked.body;
  return settled(id);
}

std::vector<std::string> ImportApp::errors(const std::string& id) {
  std::vector<std::string> found;
  const auto list = get("/api/v1/imports/" + id + "/errors?limit=200").json();
  for (const auto& error : std::get<Value::Array>(list.find("items")->data())) {
    found.push_back(text_at(error, "row") + ":" + text_at(error, "column") + ":" + text_at(error, "code"));
  }
  return found;
}

}  // namespace kindling

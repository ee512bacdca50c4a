// Figures for Prometheus: requests by route and status, their time, connections, the ledger's position.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace kindling {

namespace http {
struct ServerFigures;
}

class Metrics {
 public:
  Metrics();
  ~Metrics();
  // `route` is the pattern, never the address: no personal data, and few series.
  void count_request(std::string_view method, std::string_view route, int status, std::int64_t duration_us);
  void set_ledger_position(std::int64_t position);
  std::string text(const http::ServerFigures& server) const;  // the exposition format

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace kindling

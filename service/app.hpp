// The whole service, wired. Tests start the very same.
#pragma once

#include <cstdint>
#include <memory>

#include "config.hpp"

namespace kindling {

namespace http {
class Router;
}
class Database;

class App {
 public:
  // Loads programmes, templates and static files and checks the schema; throws std::runtime_error with what to do.
  explicit App(const Config& config);
  ~App();  // stop()

  void start();                 // returns once it serves
  void stop();                  // not ready any more, drains, ends the jobs; idempotent
  std::uint16_t port() const;
  const http::Router& router() const;
  Database& database();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace kindling

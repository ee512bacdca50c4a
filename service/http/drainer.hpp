// The drainer: one thread that sends what a socket did not take at once, so that a slow reader costs no worker.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "http/response.hpp"

namespace kindling::http {

// What is left to send: bytes first, then the file.
struct Rest {
  std::string bytes;
  std::size_t offset = 0;
  std::shared_ptr<const FileBody> file;
  std::int64_t file_offset = 0;

  bool done() const { return offset == bytes.size() && (!file || file_offset == file->bytes()); }
  // Sends what the socket takes now. False: the connection is broken.
  bool send_some(int socket);
};

class Drainer {
 public:
  // Called on the drainer's thread when all was sent (true) or the reader is gone or took nothing for too long (false).
  using Done = std::function<void(bool sent)>;

  explicit Drainer(int idle_timeout_ms);
  ~Drainer();
  Drainer(const Drainer&) = delete;
  Drainer& operator=(const Drainer&) = delete;

  // Takes over sending `rest` to `socket`, which stays open until `done` was called.
  void add(int socket, Rest rest, Done done);
  std::int64_t active() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace kindling::http

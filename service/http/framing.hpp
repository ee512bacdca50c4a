// Framing: bytes in, whole requests out. Pure, without sockets, so that it can be tested at every byte and fuzzed.
// Strict where leniency lets requests be smuggled (RFC 9112): one Content-Length of digits only, chunked decoded here,
// never both; no bare CR or LF, no control characters, no folded lines.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "http/request.hpp"

namespace kindling::http {

inline constexpr std::size_t kTargetBytesMax = 8 * 1024;
inline constexpr std::size_t kHeadBytesMax = 16 * 1024;
inline constexpr std::size_t kHeadersMax = 100;

struct FramedRequest {
  Request request;
  bool keep_alive = true;
};

// Why a connection cannot go on: answered with this status and closed.
struct FramingError {
  int status;               // 400, 408, 413, 414, 417, 431, 501, 503, 505
  std::string reason;  // for the answer's body
};

class Framer {
 public:
  // How large the body of a request may be, asked once its head is known.
  using BodyLimit = std::function<std::size_t(Method, std::string_view path)>;
  explicit Framer(BodyLimit body_limit) : body_limit_(std::move(body_limit)) {}

  void feed(std::string_view bytes) { buffer_.append(bytes); }

  enum class State { kNeedsMore, kRequest, kError };
  // Takes the next whole request out of what was fed. After kError nothing more is read.
  State next();
  FramedRequest take() { return std::move(framed_); }  // after kRequest
  const FramingError& error() const { return error_; }
  // The request that is arriving; its head is whole where in_head() is false or an error came behind it.
  const Request& arriving() const { return framed_.request; }

  bool in_head() const { return phase_ == Phase::kHead; }
  bool idle() const { return phase_ == Phase::kHead && buffer_.empty(); }  // between two requests
  std::size_t buffered_bytes() const { return buffer_.size(); }
  // True once for a request that asked "Expect: 100-continue" and whose body is awaited.
  bool take_continue();

 private:
  enum class Phase { kHead, kBody, kChunkSize, kChunkData, kChunkEnd, kTrailer, kError };

  State fail(int status, std::string reason);
  State fail_too_large();
  State read_head();
  bool read_request_line(std::string_view line);
  bool read_header(std::string_view line);
  bool decide_body();
  State read_body();
  bool take_body();  // moves what is there into the body; false: it cannot be kept
  State read_chunks();
  State finish();
  void consume(std::size_t bytes) { buffer_.erase(0, bytes); }

  BodyLimit body_limit_;
  std::string buffer_;
  std::size_t scanned_ = 0;  // of the head: where the search for its end goes on
  Phase phase_ = Phase::kHead;
  FramedRequest framed_;
  FramingError error_{400, ""};
  std::size_t body_bytes_ = 0;      // still to come, of the body or of the current chunk
  std::size_t body_bytes_max_ = 0;
  std::size_t trailer_bytes_ = 0;
  bool http_1_0_ = false;
  bool wants_continue_ = false;
};

// A name as RFC 9110 allows it: methods, header names.
bool is_token(std::string_view text);

}  // namespace kindling::http

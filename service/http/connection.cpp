#include "http/connection.hpp"

#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <ctime>

#include <sodium.h>

#include "http/router.hpp"

namespace kindling::http {
namespace {

using Clock = std::chrono::steady_clock;
constexpr std::size_t kPipelinedBytesMax = 64 * 1024;  // buffered while an answer drains
constexpr std::size_t kBodyBytesPerMs = 16;            // slower than this, a body is not waited for
constexpr auto kGoodbye = std::chrono::seconds(2);     // how long a closing connection is read over

const char* reason_of(int status) {
  switch (status) {
    case 200: return "OK";
    case 201: return "Created";
    case 204: return "No Content";
    case 303: return "See Other";
    case 304: return "Not Modified";
    case 400: return "Bad Request";
    case 401: return "Unauthorized";
    case 403: return "Forbidden";
    case 404: return "Not Found";
    case 405: return "Method Not Allowed";
    case 408: return "Request Timeout";
    case 409: return "Conflict";
    case 412: return "Precondition Failed";
    case 413: return "Content Too Large";
    case 414: return "URI Too Long";
    case 415: return "Unsupported Media Type";
    case 417: return "Expectation Failed";
    case 422: return "Unprocessable Content";
    case 428: return "Precondition Required";
    case 429: return "Too Many Requests";
    case 431: return "Request Header Fields Too Large";
    case 500: return "Internal Server Error";
    case 501: return "Not Implemented";
    case 503: return "Service Unavailable";
    case 505: return "HTTP Version Not Supported";
    default: return "Answer";
  }
}

// The date of the answer, made once a second and thread.
std::string_view http_date() {
  thread_local std::time_t made = 0;
  thread_local std::array<char, 40> text{};
  thread_local std::size_t length = 0;
  const auto now = std::time(nullptr);
  if (now != made) {
    std::tm utc{};
    ::gmtime_r(&now, &utc);
    length = std::strftime(text.data(), text.size(), "%a, %d %b %Y %H:%M:%S GMT", &utc);
    made = now;
  }
  return {text.data(), length};
}

// What every answer says to browsers; a page gets everything from us and nothing from anybody else.
constexpr std::string_view kSecurityHeaders =
    "Content-Security-Policy: default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'\r\n"
    "X-Content-Type-Options: nosniff\r\n"
    "X-Frame-Options: DENY\r\n"
    "Referrer-Policy: same-origin\r\n"
    "Cross-Origin-Opener-Policy: same-origin\r\n"
    "Permissions-Policy: camera=(), geolocation=(), microphone=()\r\n";

bool is_clean(const Header& header) {
  return is_token(header.name) &&
         std::ranges::none_of(header.value, [](char c) { return c == '\r' || c == '\n' || c == '\0'; });
}

std::string head_of(const Response& response, std::string_view request_id, bool keep_alive) {
  std::string head;
  head.reserve(1024);
  head.append("HTTP/1.1 ").append(std::to_string(response.status)).append(" ").append(reason_of(response.status));
  head.append("\r\nDate: ").append(http_date()).append("\r\n");
  for (const auto& [name, value] : response.headers) head.append(name).append(": ").append(value).append("\r\n");
  if (response.status != 204 && response.status != 304) {
    const auto bytes = response.file ? static_cast<std::size_t>(response.file->bytes()) : response.body.size();
    head += "Content-Length: " + std::to_string(bytes) + "\r\n";
  }
  if (response.header("Cache-Control") == nullptr) head += "Cache-Control: no-store\r\n";
  head += kSecurityHeaders;
  if (!request_id.empty()) {
    head += "X-Request-Id: ";
    head += request_id;
    head += "\r\n";
  }
  head += keep_alive ? "Connection: keep-alive\r\n\r\n" : "Connection: close\r\n\r\n";
  return head;
}

bool is_well_formed_id(std::string_view id) {
  return id.size() >= 8 && id.size() <= 64 && std::ranges::all_of(id, [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' || c == '_';
         });
}

}  // namespace

std::string new_request_id() {
  static constexpr char kAlphabet[] = "0123456789abcdefghjkmnpqrstvwxyz";
  constexpr std::size_t kCharacters = 26;
  // The kernel is asked for many ids' bytes at once.
  thread_local std::array<unsigned char, kCharacters * 128> random;
  thread_local std::size_t used = random.size();
  if (used == random.size()) {
    randombytes_buf(random.data(), random.size());
    used = 0;
  }
  std::string id(kCharacters, '0');
  for (auto& character : id) character = kAlphabet[random[used++] & 31];
  return id;
}

Connection::Connection(Exchange& exchange, int socket, std::string peer_address)
    : exchange_(exchange),
      socket_(socket),
      id_(socket_id(socket)),
      peer_address_(std::move(peer_address)),
      framer_([&exchange](Method method, std::string_view path) {
        Pairs ignored;
        const auto* route = exchange.router.find(method, path, ignored);
        return route == nullptr ? std::size_t{64 * 1024} : route->body_bytes_max;
      }),
      since_(Clock::now()) {
  ++exchange_.open;
}

Connection::~Connection() {
  --exchange_.open;
  ::close(socket_);
}

void Connection::receive(std::string_view bytes) {
  const std::lock_guard lock(mutex_);
  if (phase_ == Phase::kClosing || phase_ == Phase::kGone) return;
  if (between_requests_) {
    between_requests_ = false;
    since_ = Clock::now();
  }
  framer_.feed(bytes);
  if (phase_ == Phase::kDraining) {
    if (framer_.buffered_bytes() > kPipelinedBytesMax) ::shutdown(socket_, SHUT_RDWR);
    return;
  }
  work();
}

void Connection::work() {
  while (phase_ == Phase::kReading) {
    const auto state = framer_.next();
    if (state == Framer::State::kError) {
      answer_framing_error(framer_.error());
      return;
    }
    if (state == Framer::State::kNeedsMore) {
      between_requests_ = framer_.idle();
      if (in_head_ && !framer_.in_head()) since_ = Clock::now();  // the body has a time limit of its own
      in_head_ = framer_.in_head();
      if (framer_.take_continue()) {
        static constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
        if (::send(socket_, kContinue.data(), kContinue.size(), MSG_DONTWAIT | MSG_NOSIGNAL) < 0) close_softly();
      }
      return;
    }
    in_head_ = true;
    between_requests_ = framer_.idle();
    since_ = Clock::now();
    answer(framer_.take());
  }
}

void Connection::answer(FramedRequest framed) {
  auto& request = framed.request;
  request.peer_address = peer_address_;
  const auto given = request.header("x-request-id");
  request.request_id = given && is_well_formed_id(*given) ? std::string(*given) : new_request_id();
  ++exchange_.requests;
  ++exchange_.in_flight;
  auto response = exchange_.router.answer(request);
  if (!std::ranges::all_of(response.headers, is_clean)) {
    response = text("Something went wrong on our side.\n", 500);
  }
  const bool keep_alive = framed.keep_alive && !exchange_.stopping;
  since_ = Clock::now();
  auto head = head_of(response, request.request_id, keep_alive);
  send(std::move(head), std::move(response), request.method == Method::kHead, keep_alive);
}

void Connection::answer_framing_error(const FramingError& error) {
  ++exchange_.in_flight;
  const bool to_api = framer_.arriving().is_api();
  auto response = to_api ? problem(error.status, error.reason) : text(error.reason + "\n", error.status);
  if (error.status == 503) response.with("Retry-After", "60");
  auto head = head_of(response, {}, false);
  send(std::move(head), std::move(response), false, false);
}

void Connection::refuse() {
  const std::lock_guard lock(mutex_);
  ++exchange_.refused;
  ++exchange_.in_flight;
  auto response = text("The server is busy. Try again in a moment.\n", 503);
  response.with("Retry-After", "2");
  auto head = head_of(response, {}, false);
  send(std::move(head), std::move(response), false, false);
}

void Connection::send(std::string head, Response response, bool head_only, bool keep_alive) {
  Rest rest{.bytes = std::move(head), .offset = 0, .file = nullptr, .file_offset = 0};
  const bool has_body = !head_only && response.status != 204 && response.status != 304;
  if (has_body && response.file) {
    rest.file = std::move(response.file);
  } else if (has_body) {
    rest.bytes += response.body;
  }
  // A file may block on the disk: it is the drainer's from its first byte.
  const bool alive = rest.file != nullptr || rest.send_some(socket_);
  if (alive && !rest.done()) {
    phase_ = Phase::kDraining;
    exchange_.drainer.add(socket_, std::move(rest), [self = shared_from_this(), keep_alive](bool sent) {
      self->after_drain(sent, keep_alive);
    });
    return;
  }
  --exchange_.in_flight;
  if (!alive || !keep_alive) close_softly();
}

void Connection::after_drain(bool sent, bool keep_alive) {
  --exchange_.in_flight;
  const std::lock_guard lock(mutex_);
  if (phase_ != Phase::kDraining) return;
  since_ = Clock::now();
  if (!sent || !keep_alive) {
    if (!sent) ::shutdown(socket_, SHUT_RDWR);
    close_softly();
    return;
  }
  phase_ = Phase::kReading;
  // What was pipelined meanwhile is answered on a thread that may wait for the database; the drainer may not.
  if (!framer_.idle()) {
    exchange_.resume([self = shared_from_this()] {
      const std::lock_guard held(self->mutex_);
      self->work();
    });
  }
}

// After the last answer only the writing side is closed: a reset would take the answer away from a client that still
// sends (RFC 9112, 9.6). check_time() closes the rest.
void Connection::close_softly() {
  phase_ = Phase::kClosing;
  since_ = Clock::now();
  ::shutdown(socket_, SHUT_WR);
}

void Connection::gone() {
  const std::lock_guard lock(mutex_);
  if (phase_ == Phase::kDraining) return;  // the drainer will notice by itself
  phase_ = Phase::kGone;
  ::shutdown(socket_, SHUT_RDWR);
}

// A large body may take long, as long as it comes at a pace: each 16 KB give it a second more.
std::chrono::milliseconds Connection::earned() const {
  return std::chrono::milliseconds(framer_.arriving().body.size() / kBodyBytesPerMs);
}

void Connection::check_time(Clock::time_point now) {
  const std::unique_lock lock(mutex_, std::try_to_lock);
  if (!lock) return;  // a request is being answered
  const auto waited = now - since_;
  const auto ms = [](int count) { return std::chrono::milliseconds(count); };
  const auto& config = exchange_.config;
  if (phase_ == Phase::kClosing && waited > kGoodbye) ::shutdown(socket_, SHUT_RDWR);
  if (phase_ != Phase::kReading) return;
  if (between_requests_) {
    if (exchange_.stopping || waited > ms(config.keep_alive_timeout_ms)) close_softly();
  } else if (waited > (framer_.in_head() ? ms(config.header_timeout_ms) : ms(config.body_timeout_ms) + earned())) {
    answer_framing_error({408, "The request did not arrive in time."});
  }
}

}  // namespace kindling::http

#include "http/framing.hpp"

#include <algorithm>
#include <charconv>

#include "http/uri.hpp"

namespace kindling::http {
namespace {

bool is_token_char(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
}

std::string lower(std::string_view text) {
  std::string result(text);
  std::ranges::transform(result, result.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? char(c + 32) : c; });
  return result;
}

std::string_view without_blanks(std::string_view text) {
  while (text.starts_with(' ') || text.starts_with('\t')) text.remove_prefix(1);
  while (text.ends_with(' ') || text.ends_with('\t')) text.remove_suffix(1);
  return text;
}

std::optional<Method> method_of(std::string_view name) {
  for (const auto method : {Method::kGet, Method::kHead, Method::kPost, Method::kPut, Method::kPatch, Method::kDelete,
                            Method::kOptions}) {
    if (to_string(method) == name) return method;
  }
  return std::nullopt;
}

constexpr const char* kNoRoom = "There is no room for an upload at the moment. Try again in a few minutes.";

std::string too_large(std::size_t bytes_max) {
  constexpr std::size_t kKilobyte = 1024, kMegabyte = kKilobyte * kKilobyte;
  const auto limit = bytes_max >= kMegabyte ? std::to_string(bytes_max / kMegabyte) + " MB"
                                            : std::to_string(bytes_max / kKilobyte) + " KB";
  return "This is larger than the " + limit + " that are accepted here.";
}

// Whether a comma-separated list of tokens holds one.
bool list_has(std::string_view list, std::string_view token) {
  while (!list.empty()) {
    const auto end = list.find(',');
    if (lower(without_blanks(list.substr(0, end))) == token) return true;
    list.remove_prefix(end == std::string_view::npos ? list.size() : end + 1);
  }
  return false;
}

}  // namespace

bool is_token(std::string_view text) { return !text.empty() && std::ranges::all_of(text, is_token_char); }

Framer::State Framer::fail(int status, std::string reason) {
  phase_ = Phase::kError;
  error_ = {status, std::move(reason)};
  buffer_.clear();
  return State::kError;
}

Framer::State Framer::fail_too_large() { return fail(413, too_large(body_bytes_max_)); }

bool Framer::take_continue() {
  return wants_continue_ && (phase_ == Phase::kBody || phase_ == Phase::kChunkSize)
             ? !(wants_continue_ = false)
             : false;
}

Framer::State Framer::next() {
  if (phase_ == Phase::kError) return State::kError;
  if (phase_ == Phase::kHead) {
    const auto state = read_head();
    if (state != State::kRequest) return state;
  }
  return phase_ == Phase::kBody ? read_body() : read_chunks();
}

Framer::State Framer::read_head() {
  // A client may send an empty line between requests (RFC 9112, 2.2).
  while (scanned_ == 0 && buffer_.starts_with("\r\n")) consume(2);
  const auto end = buffer_.find("\r\n\r\n", scanned_);
  const auto head_bytes = end == std::string::npos ? buffer_.size() : end;
  const auto line_end = buffer_.find("\r\n");
  if (std::min(line_end, head_bytes) > kTargetBytesMax + 64) return fail(414, "The address is too long.");
  if (head_bytes > kHeadBytesMax) return fail(431, "The headers are too large.");
  if (end == std::string::npos) {
    scanned_ = buffer_.size() < 3 ? 0 : buffer_.size() - 3;
    return State::kNeedsMore;
  }
  const std::string head = buffer_.substr(0, end);
  consume(end + 4);
  scanned_ = 0;
  framed_ = {};
  http_1_0_ = wants_continue_ = false;
  error_ = {400, "The request cannot be read."};
  std::string_view rest = head;
  bool first = true;
  while (true) {
    const auto stop = rest.find("\r\n");
    const auto line = rest.substr(0, stop);
    if (!(first ? read_request_line(line) : read_header(line))) return fail(error_.status, error_.reason);
    first = false;
    if (stop == std::string_view::npos) break;
    rest.remove_prefix(stop + 2);
  }
  return decide_body() ? State::kRequest : fail(error_.status, error_.reason);
}

bool Framer::read_request_line(std::string_view line) {
  const auto first = line.find(' ');
  const auto last = line.rfind(' ');
  if (first == std::string_view::npos || first == last) return false;
  const auto method_name = line.substr(0, first);
  const auto target = line.substr(first + 1, last - first - 1);
  const auto version = line.substr(last + 1);
  if (version != "HTTP/1.1" && version != "HTTP/1.0") {
    if (version.starts_with("HTTP/")) error_ = {505, "This version of HTTP is not spoken here."};
    return false;
  }
  http_1_0_ = version == "HTTP/1.0";
  const auto method = method_of(method_name);
  if (!method) {
    if (is_token(method_name)) error_ = {501, "This method is not known here."};
    return false;
  }
  // Origin form only; printable ASCII without blanks. A fragment is never sent.
  const auto printable = [](char c) { return c > 0x20 && c < 0x7F && c != '#'; };
  if (!target.starts_with('/') || !std::ranges::all_of(target, printable)) return false;
  if (target.size() > kTargetBytesMax) {
    error_ = {414, "The address is too long."};
    return false;
  }
  auto& request = framed_.request;
  request.method = *method;
  request.target = target;
  const auto question = target.find('?');
  request.path = target.substr(0, question);
  if (question != std::string_view::npos) {
    auto query = parse_query(target.substr(question + 1));
    if (!query) return false;
    request.query = *std::move(query);
  }
  // A broken escape in the path is refused here, so that no route sees one.
  return percent_decoded(request.path).has_value();
}

bool Framer::read_header(std::string_view line) {
  const auto colon = line.find(':');
  if (colon == std::string_view::npos || !is_token(line.substr(0, colon))) return false;  // folded lines as well
  const auto value = without_blanks(line.substr(colon + 1));
  const auto allowed = [](char c) { return c == '\t' || (static_cast<unsigned char>(c) >= 0x20 && c != 0x7F); };
  if (!std::ranges::all_of(value, allowed)) return false;
  auto& headers = framed_.request.headers;
  auto name = lower(line.substr(0, colon));
  const auto known = std::ranges::find(headers, name, &Header::name);
  if (known != headers.end()) {
    // Lists may come in parts; what frames or identifies may not come twice.
    for (const auto* once : {"content-length", "transfer-encoding", "host", "content-type", "authorization", "origin",
                             "idempotency-key", "if-match", "expect"}) {
      if (name == once) return false;
    }
    known->value += name == "cookie" ? "; " : ", ";
    known->value += value;
    return true;
  }
  if (headers.size() == kHeadersMax) {
    error_ = {431, "There are too many headers."};
    return false;
  }
  headers.push_back({std::move(name), std::string(value)});
  return true;
}

// From the headers: how the body ends, and whether the connection stays.
bool Framer::decide_body() {
  const auto& request = framed_.request;
  const auto host = request.header("host");
  if (!host && !http_1_0_) return false;
  const auto connection = request.header("connection").value_or("");
  framed_.keep_alive = http_1_0_ ? list_has(connection, "keep-alive") : !list_has(connection, "close");
  const auto length = request.header("content-length");
  const auto encoding = request.header("transfer-encoding");
  if (length && encoding) return false;
  body_bytes_max_ = body_limit_(request.method, request.path);
  if (encoding) {
    if (http_1_0_) return false;
    if (lower(*encoding) != "chunked") {
      error_ = {501, "This transfer encoding is not known here."};
      return false;
    }
    phase_ = Phase::kChunkSize;
  } else {
    body_bytes_ = 0;
    if (length) {
      // Digits only, and no number that could overflow.
      if (length->empty() || length->size() > 18 ||
          !std::ranges::all_of(*length, [](char c) { return c >= '0' && c <= '9'; })) {
        return false;
      }
      std::from_chars(length->data(), length->data() + length->size(), body_bytes_);
    }
    if (body_bytes_ > body_bytes_max_) {
      error_ = {413, too_large(body_bytes_max_)};
      return false;
    }
    phase_ = Phase::kBody;
  }
  if (const auto expect = request.header("expect")) {
    if (lower(*expect) != "100-continue") {
      error_ = {417, "This expectation cannot be met."};
      return false;
    }
    wants_continue_ = phase_ != Phase::kBody || body_bytes_ > 0;
  }
  return true;
}

Framer::State Framer::read_body() {
  if (!take_body()) return fail(503, kNoRoom);
  return body_bytes_ > 0 ? State::kNeedsMore : finish();
}

bool Framer::take_body() {
  const auto take = std::min(body_bytes_, buffer_.size());
  const bool kept = framed_.request.body.append(std::string_view(buffer_).substr(0, take));
  consume(take);
  body_bytes_ -= take;
  return kept;
}

Framer::State Framer::read_chunks() {
  while (true) {
    if (phase_ == Phase::kChunkData) {
      if (!take_body()) return fail(503, kNoRoom);
      if (body_bytes_ > 0) return State::kNeedsMore;
      phase_ = Phase::kChunkEnd;
    }
    if (phase_ == Phase::kChunkEnd) {
      if (buffer_.size() < 2) return buffer_ == "\r" || buffer_.empty() ? State::kNeedsMore : fail(400, "A chunk is broken.");
      if (!buffer_.starts_with("\r\n")) return fail(400, "A chunk is broken.");
      consume(2);
      phase_ = Phase::kChunkSize;
    }
    const auto end = buffer_.find("\r\n");
    if (phase_ == Phase::kChunkSize) {
      // The size, then perhaps an extension, which is passed over.
      if (std::min(end, buffer_.size()) > 256) return fail(400, "A chunk is broken.");
      if (end == std::string::npos) return State::kNeedsMore;
      const auto line = std::string_view(buffer_).substr(0, end);
      const auto digits = line.substr(0, line.find_first_of("; \t"));
      std::size_t size = 0;
      const auto [stop, error] = std::from_chars(digits.data(), digits.data() + digits.size(), size, 16);
      if (digits.empty() || digits.size() > 8 || error != std::errc() || stop != digits.data() + digits.size() ||
          line.find('\n') != std::string_view::npos) {
        return fail(400, "A chunk is broken.");
      }
      consume(end + 2);
      if (framed_.request.body.size() + size > body_bytes_max_) {
        return fail_too_large();
      }
      body_bytes_ = size;
      trailer_bytes_ = 0;
      phase_ = size == 0 ? Phase::kTrailer : Phase::kChunkData;
      continue;
    }
    // Trailers are read over: nothing of ours asks for one.
    if (end == std::string::npos) {
      return trailer_bytes_ + buffer_.size() > kHeadBytesMax ? fail(431, "The trailers are too large.")
                                                             : State::kNeedsMore;
    }
    trailer_bytes_ += end + 2;
    if (trailer_bytes_ > kHeadBytesMax) return fail(431, "The trailers are too large.");
    consume(end + 2);
    if (end == 0) return finish();
  }
}

Framer::State Framer::finish() {
  if (!framed_.request.body.finish()) return fail(503, kNoRoom);
  phase_ = Phase::kHead;
  scanned_ = 0;
  return State::kRequest;
}

}  // namespace kindling::http

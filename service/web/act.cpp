#include "web/act.hpp"

#include <atomic>
#include <charconv>

#include "core/hash.hpp"
#include "core/input.hpp"
#include "http/router.hpp"
#include "web/act_store.hpp"
#include "web/page.hpp"

namespace kindling {
namespace {

std::atomic<std::uint64_t> done_acts{0};

constexpr std::size_t kKeyCharactersMax = 200;

// The header of an API client, or the hidden field of a form.
std::optional<std::string> key_of(const http::Request& request) {
  if (const auto header = request.header("idempotency-key")) return std::string(*header);
  return http::form_field(request, "form_key");
}

StoredAnswer stored(const http::Response& response) {
  const auto header = [&](const char* name) {
    const auto* value = response.header(name);
    return value == nullptr ? std::string() : *value;
  };
  return {response.status, header("Location"), header("ETag"), header("Content-Type"), response.body};
}

http::Response replayed(const StoredAnswer& answer) {
  http::Response response;
  response.status = answer.status;
  response.body = answer.body;
  if (!answer.location.empty()) response.with("Location", answer.location);
  if (!answer.etag.empty()) response.with("ETag", answer.etag);
  if (!answer.content_type.empty()) response.with("Content-Type", answer.content_type);
  response.with("Idempotent-Replay", "true");
  return response;
}

// What the act would have answered, with its JSON body: so a client sees the figures before anything happens.
http::Response dry_answer(const http::Response& would) {
  const auto* type = would.header("Content-Type");
  const bool has_json = type != nullptr && type->starts_with("application/json") && !would.body.empty();
  return http::json_text(R"({"dry_run":true,"would_answer":)" + std::to_string(would.status) +
                         (has_json ? ",\"answer\":" + would.body : std::string()) + "}");
}

bool is_dry_run(const http::Request& request) {
  return request.query_flag("dry_run") || http::form_field(request, "dry_run") == "true";
}

// Claims the key, does the work, keeps the answer: all in the one transaction.
Result<http::Response> act_once(Transaction& transaction, const http::Request& request, const std::string& key,
                                const Work& work) {
  if (key.empty() || key.size() > kKeyCharactersMax) {
    return invalid_field("", "key_length", "An Idempotency-Key has from 1 to 200 characters.");
  }
  const Claim claim{transaction.actor.id, std::string(to_string(request.method)) + " " + request.path, key,
                    sha256_hex(request.body)};
  if (!claim_key(transaction, claim)) {
    const auto first = find_answer(transaction, claim);
    if (first.body_hash != claim.body_hash) {
      return invalid_field("", "key_reused", "This Idempotency-Key was used for another request; use a new one.");
    }
    return replayed(first.answer);
  }
  auto response = work(transaction);
  if (response) keep_answer(transaction, claim, stored(*response));
  return response;
}

}  // namespace

http::Response act(const Site& site, const http::Request& request, const Work& work, const OnError& on_error) {
  const bool dry_run = is_dry_run(request);
  const auto key = dry_run ? std::nullopt : key_of(request);
  auto result = in_transaction(site.database, request.actor, request.request_id, {.dry_run = dry_run},
                               [&](Transaction& transaction) -> Result<http::Response> {
                                 return key ? act_once(transaction, request, *key, work) : work(transaction);
                               });
  if (!result) {
    if (on_error) return on_error(result.error());
    return request.is_api() ? http::problem(result.error(), request) : error_page(site, result.error(), request);
  }
  if (!dry_run) {
    ++done_acts;
    return *std::move(result);
  }
  return dry_answer(*result);
}

std::uint64_t acts_done() { return done_acts; }

Result<int> expected_version(const http::Request& request, const Input& input) {
  const auto header = request.header("if-match");
  std::string_view text = header ? *header : input.text("version");
  if (text.empty()) {
    return Error{ErrorKind::kPreconditionRequired, "version_required",
                 "Say which version you change: send its ETag as If-Match.", {}};
  }
  if (text.size() >= 2 && text.front() == '"' && text.back() == '"') text = text.substr(1, text.size() - 2);
  int version = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), version);
  if (error != std::errc() || end != text.data() + text.size() || version < 1) {
    return Error{ErrorKind::kMalformed, "version_syntax", "A version is a number in quotation marks, such as \"7\".", {}};
  }
  return version;
}

std::string etag_of(int version) { return '"' + std::to_string(version) + '"'; }

}  // namespace kindling

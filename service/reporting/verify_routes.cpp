#include <algorithm>
#include <memory>

#include "http/response.hpp"
#include "http/router.hpp"
#include "identity/throttle_store.hpp"
#include "reporting/request_rate.hpp"
#include "reporting/routes.hpp"
#include "reporting/verify_report.hpp"
#include "storage/database.hpp"
#include "web/openapi.hpp"
#include "web/page.hpp"

namespace kindling {
namespace {

using http::Request;
using http::Response;

constexpr std::size_t kFileBytesMax = 64 * 1024 * 1024;
constexpr int kBurst = 30;
constexpr std::chrono::seconds kRefill{2};

Error too_often() {
  return {ErrorKind::kTooManyRequests, "verified_too_often", "That were many files in a short time. Wait a minute, then go on.", {}};
}

// "" where it is no SHA-256.
std::string normal_hash(std::string_view typed) {
  std::string hash;
  for (const char c : typed) {
    if (c == ' ' || c == ':' || c == '\n' || c == '\r' || c == '\t') continue;
    hash += c >= 'A' && c <= 'F' ? static_cast<char>(c - 'A' + 'a') : c;
  }
  return hash.size() == 64 && hash.find_first_not_of("0123456789abcdef") == hash.npos ? hash : "";
}

Error no_hash() { return invalid_field("sha256", "not_a_hash", "Enter the SHA-256 as 64 hexadecimal digits, or choose the file."); }

Value verified_value(const VerifiedReport& verified) {
  Value report;
  if (verified.run) {
    const auto& run = *verified.run;
    report = Value::object({{"title", title_of_run(run)},
                            {"identifier", run.identifier},
                            {"made_at", run.made_at},
                            {"ledger_position", run.ledger_position.value_or(0)},
                            {"state", run.state},
                            {"submitted_at", run.submitted_at.empty() ? Value() : Value(run.submitted_at)},
                            {"sha256", run.sha256}});
  }
  return Value::object({{"verdict", to_string(verified.verdict)}, {"report", std::move(report)}});
}

Response verify_page(const Site& site, const Request& request, const VerifiedReport* verified, const Error* error,
                     std::string_view typed) {
  Value data;
  data.set("error", error == nullptr ? "" : errors_of(*error).front().message);
  data.set("typed", typed);
  data.set("asked", verified != nullptr);
  if (verified != nullptr) {
    data.set("genuine", verified->verdict == Verdict::kGenuine);
    data.set("altered", verified->verdict == Verdict::kAltered);
    data.set("unknown", verified->verdict == Verdict::kUnknown);
    data.set("by_hash", !typed.empty());
    if (verified->run) {
      const auto& run = *verified->run;
      data.set("kind_title", title_of_run(run));
      data.set("identifier", run.identifier);
      data.set("sha256", run.sha256);
      data.set("made_at", run.made_at.substr(0, 10) + " " + run.made_at.substr(11, 5));
      data.set("position", run.ledger_position.value_or(0));
      data.set("state", label_of_run(run));
      data.set("submitted_on", run.submitted_at.substr(0, 10));
      data.set("is_returned", run.state == "returned");
      data.set("is_draft", !run.submitted());
    }
  }
  return page(site, request,
              {.title = "Verify a report", .name = "verify", .data = std::move(data),
               .status = error == nullptr ? 200 : http::status_of(error->kind)})
      .with("Cache-Control", "no-store");
}

class Verifier {
 public:
  explicit Verifier(const Site& site) : site_(site) {}

  // By ?sha256=, a field of the form, its file, or the bare bytes of an API client.
  Response answer(const Request& request) {
    const bool api = request.is_api();
    const auto refuse = [&](const Error& error, std::string_view typed = {}) {
      return api ? http::problem(error, request) : verify_page(site_, request, nullptr, &error, typed);
    };
    auto typed = std::string(request.query_param("sha256").value_or(""));
    if (!api && !request.is_write() && typed.empty()) return verify_page(site_, request, nullptr, nullptr, "");
    if (!rate_.allow(client_address(request), RequestRate::Clock::now())) return refuse(too_often());
    std::string_view bytes;
    if (request.is_write()) {
      const auto files = http::uploaded_files(request);
      if (!files) return refuse(files.error());
      if (!files->empty()) {
        bytes = files->front().bytes;
      } else if (api) {
        bytes = std::string_view(request.body);
      } else if (const auto field = http::form_field(request, "sha256")) {
        typed = *field;
      }
    }
    if (!bytes.empty()) {
      return shown(request, reading(site_.database, [&](Session& session) { return verify_report_file(session, ByteSource(bytes)); }), "");
    }
    const auto hash = normal_hash(typed);
    if (hash.empty()) return refuse(no_hash(), typed);
    return shown(request, reading(site_.database, [&](Session& session) { return verify_report_hash(session, hash); }), hash);
  }

 private:
  Response shown(const Request& request, const VerifiedReport& verified, const std::string& hash) const {
    if (request.is_api()) return http::json(verified_value(verified)).with("Cache-Control", "no-store");
    return verify_page(site_, request, &verified, nullptr, hash);
  }

  const Site& site_;
  RequestRate rate_{kBurst, kRefill};
};

}  // namespace

void add_verify_routes(http::Router& router, const Site& site, const ReportSigner& signer) {
  using http::Method;
  const auto verifier = std::make_shared<Verifier>(site);
  const http::Handler answer = [verifier](const Request& request) { return verifier->answer(request); };
  router.add_schema("Verification", object_schema({"verdict", "report:object?"}));
  router.add({.method = Method::kGet, .pattern = "/verify", .action = Action::kPublic, .handler = answer});
  router.add({.method = Method::kPost, .pattern = "/verify", .action = Action::kPublic, .handler = answer,
              .body_bytes_max = kFileBytesMax + 64 * 1024, .files_max = 1});
  router.add({.method = Method::kGet, .pattern = "/api/v1/verify", .action = Action::kPublic, .handler = answer,
              .doc = {.summary = "Whether a report with this SHA-256 is genuine or unknown", .tag = "verify",
                      .response_schema = "Verification", .query = {"sha256"}}});
  router.add({.method = Method::kPost, .pattern = "/api/v1/verify", .action = Action::kPublic, .handler = answer,
              .doc = {.summary = "Whether the file that is sent, as bare bytes or in a form, is genuine, altered or unknown",
                      .tag = "verify", .response_schema = "Verification"},
              .body_bytes_max = kFileBytesMax + 64 * 1024, .files_max = 1});
  router.add({.method = Method::kGet, .pattern = "/verify/key", .action = Action::kPublic, .handler = [&signer](const Request& request) {
                if (!signer.is_open()) return http::problem(not_found("signing_key_missing", "This service signs no reports."), request);
                return http::attachment(public_key_pem(signer.public_key()), "application/x-pem-file", "kindling-reports.pem");
              }});
}

}  // namespace kindling

// One write from the outside: one transaction, counted once, dry-run on demand.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>

#include "core/result.hpp"
#include "http/request.hpp"
#include "http/response.hpp"
#include "storage/database.hpp"
#include "web/site.hpp"

namespace kindling {

// Runs `work` in one transaction as the request's actor.
//  - Sent twice (same Idempotency-Key header, or same form_key of a form, by the same actor to the same route): acts
//    once and gets the first answer again; another body under the same key is refused: kInvalid "key_reused".
//    The key is stored in the SAME transaction as the act.
//  - ?dry_run=true (or the form button name="dry_run"): the real path, deferred constraints too, rolled back; answers
//    200 {"dry_run": true, "would_answer": status, "answer": the JSON body of that answer}.
//  - An Error goes to `on_error`; where none is given: problem+json for the API, the error page for browsers.
using Work = std::function<Result<http::Response>(Transaction&)>;
using OnError = std::function<http::Response(const Error&)>;
http::Response act(const Site& site, const http::Request& request, const Work& work, const OnError& on_error = {});

// How many acts this process has committed: what is kept in memory is older than a later act, whatever it was.
std::uint64_t acts_done();

// A JSON write must say which version it changes (If-Match: "7"): kPreconditionRequired where it does not, kMalformed
// where it is no version. A form carries the hidden field "version".
Result<int> expected_version(const http::Request& request, const class Input& input);
std::string etag_of(int version);  // "\"7\""

}  // namespace kindling

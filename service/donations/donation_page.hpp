// What the pages and endpoints of this room share: one way for a post to become an act.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "core/input.hpp"
#include "core/result.hpp"
#include "core/value.hpp"
#include "donations/record_donation.hpp"
#include "http/request.hpp"
#include "http/response.hpp"
#include "web/openapi.hpp"
#include "web/site.hpp"

namespace kindling {

struct Transaction;

// Who may do what here. Gifts are for everybody who is signed in; who a donor is, only for coordinators, and each
// reading of it is audited.
inline constexpr Action kReadGifts = Action::kReadGifts;
inline constexpr Action kWriteGifts = Action::kRecordGifts;
inline constexpr Action kReadDonors = Action::kReadDonors;

GiftRules gift_rules(const Site& site);
http::Response refused(const Site& site, const http::Request& request, const Error& error);  // page or problem+json

// Reads the body and runs `work` in one act. `version` is what If-Match or the form's hidden field says, 0 where
// `versioned` is false. A page is sent on to the address that `work` gives; refused, `show` shows it again with what was
// typed (an error page where it is nullptr or the thing is not found).
enum class Versioned { kNo, kYes };
using PageWork = std::function<Result<std::string>(Transaction&, const Input&, int version)>;
using ShowAgain = std::function<http::Response(const Input&, const Error&)>;
http::Response post_page(const Site& site, const http::Request& request, Versioned versioned, const PageWork& work,
                         const ShowAgain& show);
using ApiWork = std::function<Result<http::Response>(Transaction&, const Input&, int version)>;
http::Response post_api(const Site& site, const http::Request& request, Versioned versioned, const ApiWork& work);

}  // namespace kindling

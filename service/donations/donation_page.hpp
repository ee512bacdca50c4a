// What the pages and endpoints of this room share.
#pragma once

#include <string>
#include <vector>

#include "core/input.hpp"
#include "core/result.hpp"
#include "core/value.hpp"
#include "donations/record_donation.hpp"
#include "http/request.hpp"
#include "http/response.hpp"
#include "web/openapi.hpp"
#include "web/post.hpp"
#include "web/site.hpp"

namespace kindling {

// Who may do what here. Gifts are for everybody who is signed in; who a donor is, only for coordinators, and each
// reading of it is audited.
inline constexpr Action kReadGifts = Action::kReadGifts;
inline constexpr Action kWriteGifts = Action::kRecordGifts;
inline constexpr Action kReadDonors = Action::kReadDonors;

GiftRules gift_rules(const Site& site);
http::Response refused(const Site& site, const http::Request& request, const Error& error);  // page or problem+json

}  // namespace kindling

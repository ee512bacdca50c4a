// The pages of commitments: a grant's, and those that no grant bears.
#pragma once

#include <string>

#include "http/request.hpp"
#include "http/response.hpp"
#include "spending/commitment_store.hpp"
#include "web/site.hpp"

namespace kindling {

// What a form of these pages was given, where it was refused.
struct RefusedCommitment {
  std::string form;  // "record", or "release", "override"
  const Input& typed;
  const Error& error;
};

std::string commitments_path(GrantOrPlatform grant);  // "/grants/7/commitments", "/platform/commitments"
http::Response commitments_page(const Site& site, const http::Request& request, GrantOrPlatform grant,
                                const RefusedCommitment* refused = nullptr);

}  // namespace kindling

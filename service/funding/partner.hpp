// The partners of a grant: who spends within it, in which role, with which share.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/input.hpp"
#include "core/money.hpp"
#include "core/result.hpp"

namespace kindling {

struct Grant;

struct GrantPartner {
  std::int64_t id;  // of grant_partners: what budget lines refer to
  std::int64_t organisation_id;
  std::string name;  // the organisation's
  bool coordinator;
  std::optional<Money> share;
};

struct NewPartner {
  std::int64_t organisation_id;
  bool coordinator;
  std::optional<Money> share;
};

inline constexpr std::size_t kPartnersMax = 100;

// Fields: partners.N.{organisation_id, role, share}; a row without an organisation and share is skipped.
// Where there are partners, exactly one is the coordinator. Codes: doubled, one_coordinator,
// shares_exceed_the_grant.
Result<std::vector<NewPartner>> parse_partners(const Input& input, const Grant& grant);

// The rows of the form as stored.
Input typed_of(const std::vector<GrantPartner>& partners);

}  // namespace kindling

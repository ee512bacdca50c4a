#include "funding/partner.hpp"

#include <algorithm>
#include <array>
#include <set>
#include <string_view>

#include "core/fields.hpp"
#include "funding/grant.hpp"

namespace kindling {
namespace {

constexpr std::array<std::string_view, 2> kRoles{"partner", "coordinator"};

// A row of the form that somebody left alone; its role is always chosen.
bool is_blank(const Input& input, const Fields& row) {
  return trimmed(input.text(row.path("organisation_id"))).empty() &&
         trimmed(input.text(row.path("share"))).empty();
}

void check_shares(Fields& fields, const Grant& grant, const std::vector<NewPartner>& partners) {
  Money sum{0, grant.currency};
  for (const auto& partner : partners) sum = sum + partner.share.value_or(Money{0, grant.currency});
  const auto maximum = grant.maximum();
  if (sum.minor <= maximum.minor) return;
  fields.fail("partners", "shares_exceed_the_grant",
              "The shares add up to " + to_display(sum) + ", which is more than the " +
                  (grant.awarded ? "awarded " : "requested ") + to_display(maximum) + ". Lower them.");
}

}  // namespace

Result<std::vector<NewPartner>> parse_partners(const Input& input, const Grant& grant) {
  Fields fields(input);
  std::vector<NewPartner> partners;
  std::set<std::int64_t> seen;
  std::size_t coordinators = 0;
  for (auto& row : fields.rows("partners", kPartnersMax)) {
    const bool blank = is_blank(input, row);
    const auto role = row.optional_one_of("role", kRoles).value_or("partner");
    const auto organisation_id =
        blank ? row.optional_id("organisation_id").value_or(0) : row.id("organisation_id");
    const auto share = row.optional_money("share", grant.currency);
    if (blank) continue;
    if (organisation_id != 0 && !seen.insert(organisation_id).second) {
      row.fail("organisation_id", "doubled", "This partner stands here twice; keep one row.");
    }
    coordinators += role == "coordinator" ? 1 : 0;
    partners.push_back(
        {.organisation_id = organisation_id, .coordinator = role == "coordinator", .share = share});
  }
  if (!partners.empty() && coordinators != 1) {
    fields.fail("partners", "one_coordinator",
                coordinators == 0 ? "Choose which partner coordinates."
                                  : "Choose only one partner as the coordinator.");
  }
  check_shares(fields, grant, partners);
  return fields.finish(std::move(partners));
}

Input typed_of(const std::vector<GrantPartner>& partners) {
  Input typed;
  for (std::size_t i = 0; i < partners.size(); ++i) {
    const auto row = "partners." + std::to_string(i) + ".";
    typed.set(row + "organisation_id", std::to_string(partners[i].organisation_id));
    typed.set(row + "role", partners[i].coordinator ? "coordinator" : "partner");
    typed.set(row + "share", partners[i].share ? to_string(*partners[i].share) : "");
  }
  return typed;
}

}  // namespace kindling

#include "spending/requested_contribution.hpp"

#include <algorithm>
#include <set>

#include "core/fields.hpp"
#include "spending/reporting_period.hpp"
#include "spending/reporting_statement.hpp"

namespace kindling {
namespace {

constexpr std::size_t kPartnersMax = 500;

Value amount_or_null(const AskedContribution* asked) { return asked == nullptr ? Value() : Value(to_string(asked->amount)); }

}  // namespace

const AskedContribution* find_asked(const AskedContributions& asked, std::optional<std::int64_t> partner_id) {
  const auto found = std::ranges::find(asked.asked, partner_id, &AskedContribution::partner_id);
  return found == asked.asked.end() ? nullptr : &*found;
}

Result<std::vector<NewContribution>> parse_contributions(const Input& input, const ReportingStatement& statement,
                                                         const AskedContributions& known, Currency currency) {
  Fields fields(input);
  fields.optional_integer("version", 1, INT32_MAX);
  std::vector<NewContribution> changes;
  std::set<std::optional<std::int64_t>> seen;
  for (auto& row : fields.rows("partners", kPartnersMax)) {
    const auto partner_id = row.optional_id("partner_id");
    const auto amount = row.optional_money("amount", currency);
    const auto partner = std::ranges::find(statement.partners, partner_id, &PartnerStatement::partner_id);
    if (!seen.insert(partner_id).second) {
      row.fail("partner_id", "stands_twice", "Each partner stands here once.");
    } else if (partner == statement.partners.end()) {
      row.fail("partner_id", "unknown_partner", "This partner declares no costs of the period.");
    } else if (amount && amount->minor > partner->costs.contribution.minor) {
      row.fail("amount", "exceeds_the_maximum",
               "At most " + to_display(partner->costs.contribution) + ": the funding rate times the eligible costs.");
    }
    const auto* standing = find_asked(known, partner_id);
    const bool same = standing == nullptr ? !amount.has_value() : amount == std::optional(standing->amount);
    if (!same) changes.push_back({partner_id, amount});
  }
  return fields.finish(std::move(changes));
}

Value requested_contributions_value(const ReportingPeriod& period, const ReportingStatement& statement,
                                    const AskedContributions& asked, Currency currency) {
  auto partners = Value::array();
  for (const auto& partner : statement.partners) {
    partners.push(Value::object({{"partner_id", partner.partner_id ? Value(*partner.partner_id) : Value()},
                                 {"name", partner.name},
                                 {"maximum", to_string(partner.costs.contribution)},
                                 {"amount", amount_or_null(find_asked(asked, partner.partner_id))}}));
  }
  return Value::object({{"grant_id", period.grant_id},
                        {"period", period.number},
                        {"version", asked.version},
                        {"currency", currency.code()},
                        {"partners", std::move(partners)}});
}

}  // namespace kindling

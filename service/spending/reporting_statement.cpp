#include "spending/reporting_statement.hpp"

#include <algorithm>
#include <map>
#include <tuple>

#include "funding/indirect.hpp"

namespace kindling {
namespace {

Declaration nothing_of(std::size_t categories, Currency currency) {
  const Money zero{0, currency};
  return {.by_category = std::vector<Money>(categories, zero), .direct = zero, .indirect = zero, .total = zero,
          .contribution = zero};
}

void complete(Declaration& declared, std::span<const Category> categories, const StatementRates& rates, Currency currency) {
  std::vector<CategoryCost> costs;
  for (std::size_t at = 0; at < categories.size(); ++at) {
    declared.direct = declared.direct + declared.by_category[at];
    costs.push_back({categories[at].code, declared.by_category[at].minor});
  }
  declared.indirect = indirect_costs(costs, categories, rates.indirect, currency);
  declared.total = declared.direct + declared.indirect;
  declared.contribution = share_of(declared.total, rates.funding);
}

void add(Declaration& sum, const Declaration& part) {
  for (std::size_t at = 0; at < sum.by_category.size(); ++at) {
    sum.by_category[at] = sum.by_category[at] + part.by_category[at];
  }
  sum.direct = sum.direct + part.direct;
  sum.indirect = sum.indirect + part.indirect;
  sum.total = sum.total + part.total;
  sum.contribution = sum.contribution + part.contribution;
}

Adjustment& adjustment_of(PartnerStatement& partner, int number, std::size_t categories, Currency currency) {
  auto at = std::ranges::lower_bound(partner.adjustments, number, {}, &Adjustment::number);
  if (at == partner.adjustments.end() || at->number != number) {
    at = partner.adjustments.insert(at, {number, nothing_of(categories, currency)});
  }
  return *at;
}

Value declaration_value(const Declaration& declared, std::span<const Category> categories) {
  auto costs = Value::array();
  for (std::size_t at = 0; at < categories.size(); ++at) {
    costs.push(Value::object({{"category", categories[at].code},
                              {"name", categories[at].name},
                              {"amount", to_string(declared.by_category[at])}}));
  }
  return Value::object({{"by_category", std::move(costs)},
                        {"direct", to_string(declared.direct)},
                        {"indirect", to_string(declared.indirect)},
                        {"total", to_string(declared.total)},
                        {"contribution", to_string(declared.contribution)}});
}

Value partner_value_of(const PartnerStatement& partner, std::span<const Category> categories) {
  auto adjustments = Value::array();
  for (const auto& adjustment : partner.adjustments) {
    auto value = declaration_value(adjustment.declaration, categories);
    value.set("adjusts_period", adjustment.number);
    adjustments.push(std::move(value));
  }
  return Value::object({{"partner_id", partner.partner_id ? Value(*partner.partner_id) : Value()},
                        {"name", partner.name},
                        {"costs", declaration_value(partner.costs, categories)},
                        {"adjustments", std::move(adjustments)},
                        {"requested", to_string(partner.requested)}});
}

}  // namespace

ReportingStatement make_statement(std::span<const DeclaredSum> lines, std::span<const Category> categories,
                                  const StatementRates& rates, Currency currency,
                                  std::span<const AskedContribution> asked) {
  const auto nothing = nothing_of(categories.size(), currency);
  // Without a partner last, then by name; the id keeps namesakes apart.
  std::map<std::tuple<bool, std::string, std::int64_t>, PartnerStatement> partners;
  for (const auto& line : lines) {
    const auto category = std::ranges::find(categories, line.category_code, &Category::code);
    if (category == categories.end()) continue;
    const auto key = std::tuple(!line.partner_id.has_value(), line.partner_name, line.partner_id.value_or(0));
    auto& partner = partners
                        .try_emplace(key, PartnerStatement{.partner_id = line.partner_id,
                                                           .name = line.partner_id ? line.partner_name : "No partner",
                                                           .costs = nothing,
                                                           .adjustments = {},
                                                           .requested = {0, currency}})
                        .first->second;
    auto& declared = line.adjusts_number == 0
                         ? partner.costs
                         : adjustment_of(partner, line.adjusts_number, categories.size(), currency).declaration;
    auto& amount = declared.by_category[static_cast<std::size_t>(category - categories.begin())];
    amount = amount + Money{line.minor, currency};
  }
  ReportingStatement statement{.partners = {},
                               .consolidated = {.partner_id = {}, .name = "All partners", .costs = nothing,
                                                .adjustments = {}, .requested = {0, currency}}};
  for (auto& [key, partner] : partners) {
    complete(partner.costs, categories, rates, currency);
    add(statement.consolidated.costs, partner.costs);
    const auto less = std::ranges::find(asked, partner.partner_id, &AskedContribution::partner_id);
    const bool is_less = less != asked.end() && less->amount.minor < partner.costs.contribution.minor;
    partner.requested = is_less ? less->amount : partner.costs.contribution;
    for (auto& adjustment : partner.adjustments) {
      complete(adjustment.declaration, categories, rates, currency);
      add(adjustment_of(statement.consolidated, adjustment.number, categories.size(), currency).declaration,
          adjustment.declaration);
      partner.requested = partner.requested + adjustment.declaration.contribution;
    }
    statement.consolidated.requested = statement.consolidated.requested + partner.requested;
    statement.partners.push_back(std::move(partner));
  }
  return statement;
}

Value reporting_statement_value(const ReportingPeriod& period, const ReportingStatement& statement,
                                std::span<const Category> categories, const std::vector<PeriodRate>& rates,
                                const std::vector<ExchangeDifference>& differences, Currency currency) {
  auto partners = Value::array();
  for (const auto& partner : statement.partners) partners.push(partner_value_of(partner, categories));
  auto rate_values = Value::array();
  for (const auto& rate : rates) {
    rate_values.push(Value::object({{"currency", rate.currency.code()},
                                    {"starts_on", to_string(rate.days.first)},
                                    {"ends_on", to_string(rate.days.last)},
                                    {"units_per_euro", rate.units_per_euro.empty() ? Value() : Value(rate.units_per_euro)},
                                    {"pinned", rate.pinned}}));
  }
  auto difference_values = Value::array();
  for (const auto& difference : differences) difference_values.push(exchange_difference_value(difference));
  return Value::object({{"grant_id", period.grant_id},
                        {"period", period.number},
                        {"starts_on", to_string(period.days.first)},
                        {"ends_on", to_string(period.days.last)},
                        {"state", period.state},
                        {"currency", currency.code()},
                        {"partners", std::move(partners)},
                        {"consolidated", partner_value_of(statement.consolidated, categories)},
                        {"rates", std::move(rate_values)},
                        {"exchange_differences", std::move(difference_values)}});
}

}  // namespace kindling

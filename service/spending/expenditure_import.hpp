// Expenditures from an accounting export: each row is a part of an invoice, allocated to a budget line or to the
// platform's own costs. Rows with the same supplier, number and date are one expenditure; an invoice that is recorded
// already is known where its amount is the same, and an error where it is not. The rules of a row are those of the form
// (parse_expenditure) and of a submission: grant and line take costs, and the day lies in their periods.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/currency.hpp"
#include "core/date.hpp"
#include "importing/import.hpp"

namespace kindling {

// What rows refer to, as the store has it at the moment of the check.
struct CostTargets {
  struct Grant {
    std::int64_t id;
    Currency currency;
    std::optional<std::int64_t> fund_id;
    bool takes_costs;
    Period eligible;
    std::map<std::string, std::string> categories = {};  // code, by key
    std::map<std::string, std::int64_t> partners = {};   // of grant_partners, by key
  };
  struct Line {
    std::int64_t root_id;
    std::size_t grant;                            // its index
    std::string work_package, category, partner;  // as keys, "" where it has none
    std::optional<Date> starts_on, ends_on;
  };
  struct Supplier {
    std::int64_t id;
    bool is_supplier;
  };
  std::vector<Grant> grants;
  std::multimap<std::string, std::size_t> grants_by_key;    // agreement number, title, id -> index
  std::vector<Line> lines;                                  // of active versions
  std::map<std::int64_t, std::size_t> lines_by_id;          // root
  std::multimap<std::size_t, std::size_t> lines_by_grant;   // by the grant's index
  std::map<std::string, Supplier> suppliers_by_name;        // key
  std::map<std::string, Supplier> suppliers_by_vat;         // key
  std::int64_t general_fund_id = 0;
};
CostTargets find_cost_targets(Session& session);

// Names are compared without case and white space around, VAT numbers by their letters and digits.
std::string name_key(std::string_view name);

// Finds a row's grant and line, and category and partner of a part that has no line; every failure says what to do.
struct RowTarget {
  std::optional<std::size_t> grant, line;  // neither: the platform's own cost
  std::string category = {};               // of match and ineligible parts; "": not said
  std::optional<std::int64_t> partner_id = {};
};
RowTarget find_row_target(const CostTargets& targets, const Input& row, std::string_view used_as,
                          std::vector<FieldError>& errors);

ImportKind expenditure_import_kind();

}  // namespace kindling

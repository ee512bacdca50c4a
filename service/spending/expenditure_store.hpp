// All SQL of expenditures and their allocations; the list is in expenditure_list_query.cpp.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "spending/expenditure.hpp"

namespace kindling {

struct ListQuery;
struct Transaction;
class Session;

// kNotFound "expenditure_not_found".
Result<Expenditure> find_expenditure(Session& session, std::int64_t id);
// The same under a row lock.
Result<Expenditure> lock_expenditure(Transaction& transaction, std::int64_t id);

struct ListedExpenditure {
  std::int64_t id = 0;
  int version = 0;
  std::string kind, state;
  Date document_on;
  std::string supplier_name;     // of a staff cost: the person
  std::string document_number, description;
  Money amount, reversed;
  std::string charged_to;        // titles of the grants, "own"
  int evidence_count = 0;
};
struct ExpenditureList {
  std::vector<ListedExpenditure> expenditures;
  std::string next_cursor;
};
// Sorts: document_on (newest first is "-document_on"), amount. Filters: state, kind, grant, supplier, line, from, to,
// evidence (missing). Search: number, description, supplier. One query.
Result<ExpenditureList> list_expenditures(Session& session, const ListQuery& query);

// ---- What an allocation can name ----
struct LineTarget {
  std::int64_t root_id = 0, grant_id = 0;
};
struct GrantTarget {
  Currency currency;
  std::optional<std::int64_t> fund_id;
  std::string programme_code;
};
struct FundTarget {
  bool unrestricted = false;
  bool of_a_grant = false;
};
struct AllocationTargets {
  std::map<std::int64_t, LineTarget> lines;             // by the id that was given, of a root or a later version
  std::map<std::int64_t, std::int64_t> commitments;     // open ones: their line's root
  std::map<std::int64_t, GrantTarget> grants;           // also those of the lines
  std::map<std::int64_t, FundTarget> funds;
  std::int64_t general_fund_id = 0;                     // the first unrestricted one
};
// Of those that the allocations name: at most four statements.
AllocationTargets find_allocation_targets(Session& session, const std::vector<NewAllocation>& allocations);

// ---- Writes ----
std::int64_t insert_expenditure(Transaction& transaction, const NewExpenditure& cost);
void update_expenditure(Transaction& transaction, std::int64_t id, const NewExpenditure& cost);  // moves the version
// With what each is worth in its grant's currency on the day of the document. Every allocation is resolved: it names its
// fund, a claim also its line's root and grant.
void replace_allocations(Transaction& transaction, std::int64_t id, Date document_on,
                         const std::vector<NewAllocation>& allocations);
// The same conversion anew, for rates that came since.
void rate_allocations(Transaction& transaction, std::int64_t id);

void update_to_submitted(Transaction& transaction, std::int64_t id);
void update_to_approved(Transaction& transaction, std::int64_t id, std::int64_t entry_id);
// draft (with the reason of a return) or withdrawn.
void update_expenditure_state(Transaction& transaction, std::int64_t id, std::string_view state, std::string_view reason);
void update_payment(Transaction& transaction, std::int64_t id, Date paid_on, std::int64_t entry_id);

// The first cost with this invoice, or with this payslip; nullopt where there is none. `except`: the cost itself.
std::optional<std::int64_t> find_same_document(Session& session, const ExpenditureFacts& cost, std::int64_t except);

}  // namespace kindling

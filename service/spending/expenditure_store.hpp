// All SQL of expenditures; their allocations are in allocation_store.hpp, the list is in expenditure_list_query.cpp.
#pragma once

#include <cstdint>
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
const std::vector<std::string>& expenditure_filters();
// Sorts: document_on (newest first is "-document_on"), amount. Filters: state, kind, grant, supplier, line, used_as (a part
// of it, in the grant where one is named), from, to, evidence (missing). Search: number, description, supplier. One query.
Result<ExpenditureList> list_expenditures(Session& session, const ListQuery& query);

// ---- Writes ----
std::int64_t insert_expenditure(Transaction& transaction, const NewExpenditure& cost);
void update_expenditure(Transaction& transaction, std::int64_t id, const NewExpenditure& cost);  // moves the version
void update_to_submitted(Transaction& transaction, std::int64_t id);
void update_to_approved(Transaction& transaction, std::int64_t id, std::int64_t entry_id);
// draft (with the reason of a return) or withdrawn.
void update_expenditure_state(Transaction& transaction, std::int64_t id, std::string_view state, std::string_view reason);

// The first cost with this invoice, or with this payslip; nullopt where there is none. `except`: the cost itself.
std::optional<std::int64_t> find_same_document(Session& session, const ExpenditureFacts& cost, std::int64_t except);
// The newest gift in kind of the same giver, day, thing and value; nullopt where there is none.
std::optional<std::int64_t> find_same_gift(Session& session, const ExpenditureFacts& cost, std::int64_t except);

}  // namespace kindling
